"""Functions of single numbers, and softmax."""

from __future__ import annotations

from collections.abc import Callable

from archspec.importing.combining import normalised
from archspec.importing.imported import Wordless
from archspec.importing.values import Value
from archspec.operator import Operator
from archspec.operators.activation import (
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
    Softplus,
    Tanh,
)
from archspec_torch.importing.call import Call
from archspec_torch.importing.rules.table import translates


def _hardtanh(call: Call) -> Operator:
    return _clipping(call.number("min_val"), call.number("max_val"))


def _clamp(call: Call) -> Operator:
    low, high = call.given["min"], call.given["max"]
    if low == 0 and high is None:
        return Relu()
    return _clipping(call.number("min"), call.number("max"))


def _clipping(low: float, high: float) -> Operator:
    """Return what clips to a range: ``relu6`` from 0 to 6."""
    return Relu6() if (low, high) == (0, 6) else HardTanh(low=float(low), high=float(high))


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
    "clamp": _clamp,
    "softplus": _softplus,
    "leaky_relu": lambda call: LeakyRelu(slope=float(call.number("negative_slope"))),
    "gelu": lambda call: Gelu(approximate=call.given["approximate"] == "tanh"),
}


@translates(*_FUNCTIONS)
def _function(call: Call) -> Value:
    value = call.value("self")
    return value.over(call.add(_FUNCTIONS[call.operator], value.wire))


@translates(*_FUNCTIONS_OF_NUMBERS)
def _function_of_numbers(call: Call) -> Value:
    value = call.value("self")
    return value.over(call.add(_FUNCTIONS_OF_NUMBERS[call.operator](call), value.wire))


@translates("softmax")
def _softmax(call: Call) -> Value:
    value = call.value("self")
    return normalised(call, value, call.given["dim"] % value.rank)
