"""Sums, differences, products and concatenations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archspec.importing.arranging import viewed
from archspec.importing.combining import concatenated, merged, opposite
from archspec.importing.imported import Wordless
from archspec.importing.layout import size_of
from archspec.importing.matching import MOST_MERGED, Pattern, quotients
from archspec.importing.onnx.call import Call, is_per_channel
from archspec.importing.onnx.rules.averages import average_of_shares
from archspec.importing.onnx.rules.table import translates, writes_out
from archspec.importing.selecting import zeros_of
from archspec.importing.values import Form, Value
from archspec.operator import Operator
from archspec.operators.merge import Add, Average, Maximum, Minimum, Multiply, Subtract
from archspec.operators.scale import Affine, LayerScale, Scale
from archspec.operators.standardize import Standardize


@translates("Add", "Sum")
def _add(call: Call) -> Value:
    known = [each for each in call.given if not isinstance(each, Value)]
    if known and len(call.given) == 2:
        return _biased(call, known[0])
    return _merged(call, Add())


def _biased(call: Call, bias: Any) -> Value:
    """Add weights to what a layer without a bias gives, else numbers that nobody learned."""
    value = call.operand(next(each for each in call.given if isinstance(each, Value)))
    is_one = bias.size == 1 and 0 < bias.ndim <= value.rank
    is_bias = is_one or is_per_channel(value, bias)
    if is_bias and call.builder.give_bias(value.wire, bias.reshape(-1)):
        return value
    return _shifted(call, value, -bias)


def _shifted(call: Call, value: Value, mean: Any) -> Value:
    """Subtract one number, or one for each channel."""
    op = Standardize(mean=_numbers(value, mean))
    return value.over(call.add(op, value.wire))


def _numbers(value: Value, array: Any) -> float | tuple[float, ...]:
    """Return the shortest numbers that are these in their precision; raise ``Wordless``."""
    is_one = array.size == 1 and array.ndim <= value.rank
    if not (is_one or is_per_channel(value, array)):
        raise Wordless(f"its numbers are {array.shape}, neither one nor one for each channel")
    found = tuple(float(str(each)) for each in array.reshape(-1))
    return found if len(found) > 1 else found[0]


@translates("Sub")
def _sub(call: Call) -> Value:
    known, other = call.given
    if isinstance(known, Value) and not isinstance(other, Value):
        return _shifted(call, call.operand(known), other)
    if isinstance(other, Value) and not isinstance(known, Value):
        return _shifted(call, opposite(call, call.operand(other)), -known)
    return _merged(call, Subtract())


@translates("Mul")
def _mul(call: Call) -> Value:
    known = [each for each in call.given if not isinstance(each, Value)]
    if not known:
        return _merged(call, Multiply())
    value, factors = next(each for each in call.given if isinstance(each, Value)), known[0]
    value = call.operand(value)
    if factors.ndim == 0:
        factor = float(str(factors))
        return value if factor == 1 else value.over(call.add(Scale(factor=factor), value.wire))
    tensors = {"weight": factors.reshape(-1)}
    return value.over(call.add(_scaling(value, factors), value.wire, tensors=tensors))


def _scaling(value: Value, factors: Any) -> Operator:
    """Return the product with factors that have dimensions, as those that are learned have."""
    if factors.size > 1 and is_per_channel(value, factors):
        return LayerScale(initial=1.0)
    if factors.size > 1 or factors.ndim > value.rank:
        raise Wordless(f"its weights are {factors.shape}, not one for each channel")
    return Affine(shared=True, bias=False)


@translates("Div")
def _div(call: Call) -> Value:
    value, divisor = call.value(), call.array(1)
    if divisor is None or divisor.min() <= 0:
        raise Wordless("it divides by numbers that are not above zero")
    is_by_cell = divisor.shape == (1, 1, *value.wire.type.grid)
    average = average_of_shares(call, value, divisor) if is_by_cell else None
    if average is not None:
        return average
    op, (source, *_) = call.builder.producer(value.wire)
    deviation = _numbers(value, divisor)
    if source is not None and isinstance(op, Standardize) and op.deviation == 1:
        return value.over(call.add(op.replace(deviation=deviation), source))
    if isinstance(deviation, tuple):
        return value.over(call.add(Standardize(deviation=deviation), value.wire))
    return value.over(call.add(Scale(factor=float(f"{1 / deviation:.8g}")), value.wire))


def _merged(call: Call, op: Operator) -> Value:
    if not all(isinstance(each, Value) for each in call.given):
        raise Wordless("one of its operands is a tensor of weights")
    return merged(call, op, [call.operand(each) for each in call.given])


@translates("Mean")
def _mean(call: Call) -> Value:
    return _merged(call, Average())


@translates("Max")
def _max(call: Call) -> Value:
    return _merged(call, Maximum())


@translates("Min")
def _min(call: Call) -> Value:
    return _merged(call, Minimum())


@writes_out(*quotients("Add", "Div"))
def _average_of(call: Call) -> Value:
    return merged(call, Average(), [call.named(name) for name in sorted(call.told)])


def _stacks(reduction: str) -> Iterator[Pattern]:
    """List how some values are stacked in front of the batch and reduced to one there."""
    for count in range(MOST_MERGED, 1, -1):
        values = (("Unsqueeze", f"value_{at}", 0) for at in range(count))
        yield (f"reduction={reduction}", ("stack=Concat", *values), 0)


@writes_out(*_stacks("ReduceMean"))
def _stacked_average(call: Call) -> Value:
    return _of_stack(call, Average())


@writes_out(*_stacks("ReduceMax"))
def _stacked_maximum(call: Call) -> Value:
    return _of_stack(call, Maximum())


@writes_out(*_stacks("ReduceMin"))
def _stacked_minimum(call: Call) -> Value:
    return _of_stack(call, Minimum())


def _of_stack(call: Call, op: Operator) -> Value:
    if call.told["stack"].get("axis") != 0 or call.told["reduction"].get("keepdims", 1):
        raise Wordless("it keeps a dimension in front of the batch")
    names = sorted(name for name in call.told if name.startswith("value_"))
    return merged(call, op, [call.named(name) for name in names])


@translates("Concat")
def _concat(call: Call) -> Value:
    values = _filled(call)
    axis = call.attributes["axis"] % values[0].rank
    if axis == 1 and all(each.form is Form.PARTED and not each.layout[0] for each in values):
        return _stacked(call, values)
    return concatenated(call, values, axis)


def _filled(call: Call) -> list[Value]:
    """Return operands, channels of zeros as what is computed times zero."""
    like = next(each for each in call.given if isinstance(each, Value))
    axis, found = like.channel_axis, []
    for each in call.given:
        is_value = isinstance(each, Value)
        if not is_value and (each.ndim != like.rank or each.any() or not axis):
            raise Wordless("it concatenates weights")
        whole = each if is_value else zeros_of(call, call.padded(like), each.shape[axis])
        found.append(call.operand(whole))
    return found


def _stacked(call: Call, values: list[Value]) -> Value:
    """Stack values that were given a dimension of one for it."""
    if any((each.layout, each.spread) != (values[0].layout, ()) for each in values):
        raise Wordless("it is not along the channels")
    whole = Value(call.concat(*(each.wire for each in values)), Form.MAP)
    sizes = [size_of(dimension) for dimension in values[0].layout[1:]]
    return viewed(call, whole, [len(values), *sizes])
