"""Functions of single numbers, and softmax: layers of their own, or what a layer ends in."""

from __future__ import annotations

from typing import Any

from archspec.importing.clipping import clipping
from archspec.importing.combining import normalised
from archspec.importing.imported import Wordless
from archspec.importing.values import Value
from archspec.operator import Operator
from archspec.operators.activation import (
    Elu,
    Gelu,
    HardSigmoid,
    HardSwish,
    HardTanh,
    LeakyRelu,
    Mish,
    Relu,
    Relu6,
    Sigmoid,
    Silu,
    Softmax,
    Softplus,
    Softsign,
    Tanh,
)
from archspec_tensorflow.importing.call import Call
from archspec_tensorflow.importing.rules.table import translates

_FUNCTIONS: dict[str, Operator] = {
    "elu": Elu(),
    "gelu": Gelu(),
    "hard_sigmoid": HardSigmoid(),
    "hard_silu": HardSwish(),
    "hard_swish": HardSwish(),
    "hard_tanh": HardTanh(),
    "leaky_relu": LeakyRelu(slope=0.2),
    "mish": Mish(),
    "relu": Relu(),
    "relu6": Relu6(),
    "sigmoid": Sigmoid(),
    "silu": Silu(),
    "softmax": Softmax(),
    "softplus": Softplus(),
    "softsign": Softsign(),
    "swish": Silu(),
    "tanh": Tanh(),
}
"""The functions of Keras by name, with its own numbers where they have some."""
_OPERATIONS = {
    **{f"ops.{name}": name for name in ("Relu", "Relu6", "Sigmoid", "Silu", "Tanh")},
    "ops.HardSigmoid": "hard_sigmoid",
    "ops.HardSilu": "hard_silu",
}


def activated(call: Call, value: Value, function: Any) -> Value:
    """Add the function that a layer ends in, by its name or as Keras describes it."""
    name = function.get("config", function) if isinstance(function, dict) else function
    if name in (None, "linear"):
        return value
    if not isinstance(name, str):
        raise Wordless("its activation is a function without a name, or a layer: make it a layer")
    if name not in _FUNCTIONS:
        raise Wordless(f"archspec has no word for its activation, {name}")
    return value.over(call.add(_FUNCTIONS[name], value.wire))


@translates("Activation")
def _activation(call: Call) -> Value:
    return activated(call, call.value(), call.config["activation"])


@translates(*_OPERATIONS)
def _operation(call: Call) -> Value:
    return activated(call, call.value(), _OPERATIONS[call.kind].lower())


@translates("ReLU")
def _relu(call: Call) -> Value:
    value = call.value()
    most, slope = call.config.get("max_value"), call.config.get("negative_slope") or 0
    if call.config.get("threshold") or (most is not None and (slope or most != 6)):
        raise Wordless("it has a threshold, or clips to something else than 6")
    op: Operator = LeakyRelu(slope=float(slope)) if slope else Relu()
    return value.over(call.add(op if most is None else Relu6(), value.wire))


@translates("LeakyReLU")
def _leaky_relu(call: Call) -> Value:
    value = call.value()
    slope = call.config.get("negative_slope", call.config.get("alpha"))
    return value.over(call.add(LeakyRelu(slope=float(slope)), value.wire))


@translates("ELU")
def _elu(call: Call) -> Value:
    value = call.value()
    return value.over(call.add(Elu(alpha=float(call.config["alpha"])), value.wire))


@translates("Softmax", "ops.Softmax")
def _softmax(call: Call) -> Value:
    value = call.value()
    return normalised(call, value, call.config.get("axis", -1) % value.rank)


@translates("ops.Gelu")
def _gelu(call: Call) -> Value:
    value = call.value()
    return value.over(call.add(Gelu(approximate=bool(call.config["approximate"])), value.wire))


@translates("ops.Clip")
def _clip(call: Call) -> Value:
    value, (low, high) = call.value(), (call.config[each] for each in ("x_min", "x_max"))
    if not all(isinstance(each, int | float) for each in (low, high)):
        raise Wordless("it clips to what is computed")
    return value.over(call.add(clipping(low, high), value.wire))
