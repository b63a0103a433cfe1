"""Functions of single numbers, and softmax."""

from __future__ import annotations

from collections.abc import Callable

from archspec.importing.clipping import clipping
from archspec.importing.combining import normalised
from archspec.importing.imported import Wordless
from archspec.importing.onnx.call import Call, unrounded
from archspec.importing.onnx.rules.table import translates
from archspec.importing.values import Value
from archspec.operator import Operator
from archspec.operators.activation import (
    Elu,
    Gelu,
    HardSigmoid,
    HardSwish,
    LeakyRelu,
    Mish,
    Relu,
    Sigmoid,
    Silu,
    Softplus,
    Softsign,
    Tanh,
)

_FUNCTIONS: dict[str, Operator] = {
    "Relu": Relu(),
    "Sigmoid": Sigmoid(),
    "Tanh": Tanh(),
    "HardSwish": HardSwish(),
    "Mish": Mish(),
    "Softplus": Softplus(),
    "Softsign": Softsign(),
}


def _clip(call: Call) -> Operator:
    low = call.array(1) if len(call.given) > 1 else call.attributes.get("min")
    high = call.array(2) if len(call.given) > 2 else call.attributes.get("max")
    return clipping(*(None if each is None else unrounded(each) for each in (low, high)))


def _hard_sigmoid(call: Call) -> Operator:
    slope, middle = call.attributes.get("alpha", 0.2), call.attributes.get("beta", 0.5)
    if abs(slope - 1 / 6) > 1e-6 or middle != 0.5:
        raise Wordless(f"its slope is {slope:.4g} and not a sixth")
    return HardSigmoid()


def _swish(call: Call) -> Operator:
    if call.attributes.get("alpha", 1.0) != 1:
        raise Wordless("it stretches what it takes")
    return Silu()


_FUNCTIONS_OF_NUMBERS: dict[str, Callable[[Call], Operator]] = {
    "Clip": _clip,
    "HardSigmoid": _hard_sigmoid,
    "LeakyRelu": lambda call: LeakyRelu(slope=unrounded(call.attributes.get("alpha", 0.01))),
    "Elu": lambda call: Elu(alpha=unrounded(call.attributes.get("alpha", 1.0))),
    "Gelu": lambda call: Gelu(approximate=call.attributes.get("approximate", "none") == "tanh"),
    "Swish": _swish,
}


@translates(*_FUNCTIONS)
def _function(call: Call) -> Value:
    value = call.each()
    return value.over(call.add(_FUNCTIONS[call.operator], value.wire))


@translates(*_FUNCTIONS_OF_NUMBERS)
def _function_of_numbers(call: Call) -> Value:
    value = call.each()
    return value.over(call.add(_FUNCTIONS_OF_NUMBERS[call.operator](call), value.wire))


@translates("Softmax")
def _softmax(call: Call) -> Value:
    """Before opset 13, it is over all axes from the one that is named on, at first the second."""
    value = call.value()
    if call.opset < 13 and call.attributes.get("axis", 1) % value.rank != value.rank - 1:
        raise Wordless(f"in opset {call.opset} it is over several axes at once")
    return normalised(call, value, call.attributes.get("axis", -1) % value.rank)
