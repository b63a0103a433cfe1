"""Sums, differences, products and concatenations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from archspec.importing.combining import concatenated, merged, opposite
from archspec.importing.imported import Wordless
from archspec.importing.layout import CHANNELS, Run
from archspec.importing.matching import quotients
from archspec.importing.selecting import zeros_of
from archspec.importing.values import Value
from archspec.operator import Operator
from archspec.operators.merge import Add, Average, Maximum, Minimum, Multiply, Subtract
from archspec.operators.scale import Scale
from archspec_torch.importing.call import Call
from archspec_torch.importing.rules.layers import scaled_by, shifted_by
from archspec_torch.importing.rules.standards import divided, shifted
from archspec_torch.importing.rules.table import translates, writes_out


@translates("add")
def _add(call: Call) -> Value:
    call = _unscaled(call)
    operands: tuple[Any, Any] = (call.given["self"], call.given["other"])
    value, other = operands if isinstance(operands[0], Value) else reversed(operands)
    if isinstance(other, Value):
        return _merged(call, Add())
    value = call.operand(value)
    if isinstance(other, torch.Tensor) and other.requires_grad:
        return shifted_by(call, value, other)
    is_nothing = not other.any() if isinstance(other, torch.Tensor) else other == 0
    return value if is_nothing else shifted(call, value, other)


def _unscaled(call: Call) -> Call:
    """Return a sum or a difference whose second operand has been scaled."""
    alpha, other = call.given.get("alpha", 1), call.given["other"]
    if alpha == 1:
        return call
    if not isinstance(other, Value):
        return replace(call, given={**call.given, "other": other * alpha, "alpha": 1})
    scaled = call.operand(other)
    scaled = scaled.over(call.add(Scale(factor=float(alpha)), scaled.wire))
    return replace(call, given={**call.given, "other": scaled, "alpha": 1})


@translates("sub")
def _sub(call: Call) -> Value:
    call = _unscaled(call)
    given, other = call.given["self"], call.given["other"]
    if not isinstance(other, Value):
        return shifted(call, call.value("self"), -1 * other)
    if not isinstance(given, Value):
        return shifted(call, opposite(call, call.padded(other)), given)
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
    if call.given.get("rounding_mode") is not None:
        raise Wordless("it rounds its quotient: leave rounding_mode out")
    value = call.value("self")
    if isinstance(call.given["other"], torch.Tensor):
        return divided(call, value, call.given["other"])
    return value.over(call.add(Scale(factor=1 / float(call.number("other"))), value.wire))


def _merged(call: Call, op: Operator) -> Value:
    values = [call.given["self"], call.given["other"]]
    if not all(isinstance(each, Value) for each in values):
        raise Wordless("one of its operands is a number or a tensor of weights")
    return merged(call, op, [call.operand(each) for each in values])


@translates("maximum")
def _maximum(call: Call) -> Value:
    return _merged(call, Maximum())


@translates("minimum")
def _minimum(call: Call) -> Value:
    return _merged(call, Minimum())


_STACK = ("stack", "tensors", 0)


@writes_out(*quotients("add", "div"))
def _average_of(call: Call) -> Value:
    values = [call.value(name) for name in sorted(call.given)]
    return merged(call, Average(), values)


@writes_out(("sum", _STACK, "reduced"))
def _total(call: Call) -> Value:
    return _stacked(call, Add())


@writes_out(("mean", _STACK, "reduced"))
def _average(call: Call) -> Value:
    return _stacked(call, Average())


@writes_out(("amax", _STACK, "reduced"))
def _largest(call: Call) -> Value:
    return _stacked(call, Maximum())


@writes_out(("amin", _STACK, "reduced"))
def _smallest(call: Call) -> Value:
    return _stacked(call, Minimum())


def _stacked(call: Call, op: Operator) -> Value:
    """Merge what is stacked in front of the batch and reduced to one there."""
    if call.given["reduced"] != [0]:
        raise Wordless("it reduces other dimensions than that of its stack")
    return merged(call, op, _values(call))


@translates("stack")
def _stack(call: Call) -> Value:
    """Concatenate the channels, and lay them out as a dimension of its own."""
    values = _values(call)
    first, axis = values[0], call.given["dim"] % len(call.shape)
    if not axis or any((each.layout, each.spread) != (first.layout, ()) for each in values):
        raise Wordless("it is in front of the batch, or its operands are of several forms")
    wire = call.concat(*(each.wire for each in values))
    parts = (Run(CHANNELS, first.wire.type.channels, len(values)),)
    layout = first.layout
    return first.over(wire).laid((*layout[: axis - 1], parts, *layout[axis - 1 :]))


def _filled(call: Call) -> list[Value]:
    """Return operands of a concatenation, channels of zeros as what is computed times zero."""
    given = call.given["tensors"]
    computed = next(each for each in given if isinstance(each, Value))
    return [
        call.operand(each) if isinstance(each, Value) else _zeros(call, computed, each)
        for each in given
    ]


def _zeros(call: Call, like: Value, zeros: torch.Tensor) -> Value:
    wanted = zeros.shape[like.channel_axis] if zeros.ndim == like.rank else 0
    if not wanted or zeros.any() or zeros.requires_grad:
        raise Wordless("one of its operands is a tensor of weights or numbers")
    return zeros_of(call, call.padded(like), wanted)


def _values(call: Call) -> list[Value]:
    """Return operands that are all computed."""
    if not all(isinstance(each, Value) for each in call.given["tensors"]):
        raise Wordless("one of its operands is a tensor of weights or numbers")
    return [call.operand(each) for each in call.given["tensors"]]


@translates("cat", "concat")
def _cat(call: Call) -> Value:
    return concatenated(call, _filled(call), call.given["dim"] % len(call.shape))
