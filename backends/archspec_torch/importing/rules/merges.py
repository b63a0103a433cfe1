"""Sums, differences, products and concatenations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from archspec.importing.arranging import parts, viewed
from archspec.importing.imported import Wordless
from archspec.importing.layout import CHANNELS, Run, spread
from archspec.importing.values import Form, Value
from archspec.operator import Operator
from archspec.operators.merge import Add, Multiply, Subtract
from archspec.operators.scale import Scale
from archspec_torch.importing.call import Call
from archspec_torch.importing.rules.layers import scaled_by, shifted_by
from archspec_torch.importing.rules.table import translates


@translates("add")
def _add(call: Call) -> Value:
    call = _unscaled(call)
    operands: tuple[Any, Any] = (call.given["self"], call.given["other"])
    value, other = operands if isinstance(operands[0], Value) else reversed(operands)
    if isinstance(other, Value):
        return _merged(call, Add())
    if isinstance(other, torch.Tensor):
        return shifted_by(call, value, other)
    if other != 0:
        raise Wordless("it adds a number")
    return call.value("self" if value is operands[0] else "other")


def _unscaled(call: Call) -> Call:
    """Return a sum or a difference whose second operand has been scaled."""
    alpha, other = call.given.get("alpha", 1), call.given["other"]
    if alpha == 1:
        return call
    if not isinstance(other, Value):
        return replace(call, given={**call.given, "other": other * alpha, "alpha": 1})
    scaled = other.over(call.add(Scale(factor=float(alpha)), call.padded(other).wire))
    return replace(call, given={**call.given, "other": scaled, "alpha": 1})


@translates("sub")
def _sub(call: Call) -> Value:
    call = _unscaled(call)
    return _merged(call, Subtract())


@translates("mul")
def _mul(call: Call) -> Value:
    other = call.given["other"]
    given = call.given["self"]
    if isinstance(other, torch.Tensor) or isinstance(given, torch.Tensor):
        return scaled_by(call, *((given, other) if isinstance(given, Value) else (other, given)))
    if isinstance(other, int | float):
        value = call.value("self")
        return value if other == 1 else value.over(call.add(Scale(factor=float(other)), value.wire))
    return _merged(call, Multiply())


@translates("square")
def _square(call: Call) -> Value:
    return _squared(call)


def _squared(call: Call) -> Value:
    value = call.value("self")
    return value.over(call.add(Multiply(), value.wire, value.wire))


@translates("pow")
def _pow(call: Call) -> Value:
    if call.given["exponent"] != 2:
        raise Wordless("its exponent is not 2")
    return _squared(call)


@translates("div")
def _div(call: Call) -> Value:
    value = call.value("self")
    return value.over(call.add(Scale(factor=1 / float(call.number("other"))), value.wire))


def _merged(call: Call, op: Operator) -> Value:
    values = [call.given["self"], call.given["other"]]
    if not all(isinstance(each, Value) for each in values):
        raise Wordless("one of its operands is a number or a tensor of weights")
    first, second = (call.padded(each) for each in values)
    layout = spread(first.layout, second.layout)
    if layout is None:
        raise Wordless("its operands are of several forms")
    return first.over(call.add(op, first.wire, second.wire)).laid(layout)


@translates("stack")
def _stack(call: Call) -> Value:
    """Concatenate the channels, and lay them out as a dimension of its own."""
    values = _values(call)
    first, axis = values[0], call.given["dim"] % len(call.shape)
    if not axis or any(each.layout != first.layout for each in values):
        raise Wordless("it is in front of the batch, or its operands are of several forms")
    wire = call.concat(*(each.wire for each in values))
    parts = (Run(CHANNELS, first.wire.type.channels, len(values)),)
    layout = first.layout
    return first.over(wire).laid((*layout[: axis - 1], parts, *layout[axis - 1 :]))


def _values(call: Call) -> list[Value]:
    """Return operands that are all computed."""
    if not all(isinstance(each, Value) for each in call.given["tensors"]):
        raise Wordless("one of its operands is a tensor of weights or numbers")
    return [call.padded(each) for each in call.given["tensors"]]


@translates("sum")
def _sum(call: Call) -> Value:
    value = call.value("self")
    axes = [axis % value.rank for axis in call.given.get("dim") or ()]
    found = parts(call, value, axes[0]) if len(axes) == 1 and axes != [0] else None
    if not found:
        raise Wordless("it is not over equal parts of the channels")
    summed = found[0].over(call.add(Add(), *(each.wire for each in found)))
    return viewed(call, summed, call.shape[1:])


@translates("cat", "concat")
def _cat(call: Call) -> Value:
    values = _values(call)
    form = values[0].form
    channels = 3 if form is Form.LAST else 1
    if any(each.form is not form for each in values):
        raise Wordless("its operands are of several forms")
    if call.given["dim"] % len(call.shape) != channels:
        raise Wordless("it is not along the channels")
    if len(values) == 1:
        return values[0]
    return values[0].over(call.concat(*(each.wire for each in values)))
