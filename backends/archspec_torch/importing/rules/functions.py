"""Functions of single numbers, and softmax."""

from __future__ import annotations

from collections.abc import Callable

from archspec.importing.clipping import clipping
from archspec.importing.combining import normalised
from archspec.importing.imported import Wordless
from archspec.importing.values import Value
from archspec.operator import Operator
from archspec.operators.activation import (
    Gelu,
    HardSigmoid,
    HardSwish,
    LeakyRelu,
    Mish,
    Relu,
    Relu6,
    Sigmoid,
    Silu,
    Softplus,
    Tanh,
)
from archspec_torch.importing.call import Call
from archspec_torch.importing.rules.table import translates


def _hardtanh(call: Call) -> Operator:
    return clipping(call.number("min_val"), call.number("max_val"))


def _clamp(call: Call) -> Operator:
    low, high = (call.given.get(each) for each in ("min", "max"))
    if not all(each is None or isinstance(each, int | float) for each in (low, high)):
        raise Wordless("it clips to what is computed, or to several numbers")
    return clipping(low, high)


def _softplus(call: Call) -> Operator:
    if call.number("beta") != 1 or call.number("threshold") < _LINEAR:
        raise Wordless("it is sharper than a softplus, or ends early")
    return Softplus()


_LINEAR = 20
"""From here on a softplus is its argument, in single precision."""


_FUNCTIONS: dict[str, Operator] = {
    "relu": Relu(),
    "relu6": Relu6(),
    "silu": Silu(),
    "mish": Mish(),
    "sigmoid": Sigmoid(),
    "tanh": Tanh(),
    "hardsigmoid": HardSigmoid(),
    "hardswish": HardSwish(),
}
_FUNCTIONS_OF_NUMBERS: dict[str, Callable[[Call], Operator]] = {
    "hardtanh": _hardtanh,
    **dict.fromkeys(("clamp", "clamp_max", "clamp_min", "clip"), _clamp),
    "softplus": _softplus,
    "leaky_relu": lambda call: LeakyRelu(slope=float(call.number("negative_slope"))),
    "gelu": lambda call: Gelu(approximate=call.given["approximate"] == "tanh"),
}


@translates(*_FUNCTIONS)
def _function(call: Call) -> Value:
    value = call.each()
    return value.over(call.add(_FUNCTIONS[call.operator], value.wire))


@translates(*_FUNCTIONS_OF_NUMBERS)
def _function_of_numbers(call: Call) -> Value:
    value = call.each()
    return value.over(call.add(_FUNCTIONS_OF_NUMBERS[call.operator](call), value.wire))


@translates("softmax")
def _softmax(call: Call) -> Value:
    value = call.value("self")
    return normalised(call, value, call.given["dim"] % value.rank)
