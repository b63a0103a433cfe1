"""Sums, differences, products and concatenations."""

from __future__ import annotations

from math import isclose

from archspec.graph import Wire
from archspec.importing.combining import concatenated, merged, opposite
from archspec.importing.imported import Wordless
from archspec.importing.values import Value
from archspec.operator import Operator
from archspec.operators.activation import HardSigmoid, Relu6
from archspec.operators.merge import Add, Average, Maximum, Minimum, Multiply, Subtract
from archspec.operators.scale import Scale
from archspec.operators.standardize import Standardize
from archspec_tensorflow.importing.call import Call
from archspec_tensorflow.importing.rules.table import translates


@translates("Add", "ops.Add")
def _add(call: Call) -> Value:
    number = _number(call)
    if number is None:
        return _merged(call, Add())
    value = _value(call)
    return value.over(call.add(Standardize(mean=-number), value.wire))


@translates("Subtract", "ops.Subtract")
def _subtract(call: Call) -> Value:
    number = _number(call)
    if number is None:
        return _merged(call, Subtract())
    value = _value(call)
    if isinstance(call.operands[1], Value):
        number, value = -number, opposite(call, value)
    return value.over(call.add(Standardize(mean=number), value.wire))


@translates("ops.TrueDivide", "ops.Divide")
def _divide(call: Call) -> Value:
    """Scale by the reciprocal, with as many digits as numbers of single precision have."""
    number = _number(call)
    if not number or not isinstance(call.operands[0], Value):
        raise Wordless("it divides by what is computed, or by nothing")
    value = _value(call)
    return value.over(call.add(Scale(factor=float(f"{1 / number:.9g}")), value.wire))


@translates("Multiply", "ops.Multiply")
def _multiply(call: Call) -> Value:
    number = _number(call)
    if number is None:
        return _merged(call, Multiply())
    value = _value(call)
    gated = _gated(call, value) if isclose(number, 1 / 6) else None
    op, wire = (HardSigmoid(), gated) if gated else (Scale(factor=number), value.wire)
    return value.over(call.add(op, wire))


def _number(call: Call) -> float | None:
    """Return the only operand that is a number; None if all are values."""
    found = [each for each in call.operands if type(each) in (int, float)]
    return float(found[0]) if len(found) == 1 and len(call.operands) == 2 else None


def _value(call: Call) -> Value:
    (found,) = (each for each in call.operands if isinstance(each, Value))
    return call.padded(found)


def _gated(call: Call, value: Value) -> Wire | None:
    """Return what ``relu6(x + 3)`` is computed from, six times a hard sigmoid; else None."""
    clipped, (shifted, *_) = call.builder.producer(value.wire)
    shift, (wire, *_) = call.builder.producer(shifted) if shifted else (None, (None,))
    return wire if isinstance(clipped, Relu6) and shift == Standardize(mean=-3.0) else None


@translates("Average")
def _average(call: Call) -> Value:
    return _merged(call, Average())


@translates("Maximum", "ops.Maximum")
def _maximum(call: Call) -> Value:
    return _merged(call, Maximum())


@translates("Minimum", "ops.Minimum")
def _minimum(call: Call) -> Value:
    return _merged(call, Minimum())


@translates("CustomScaleLayer")
def _scaled_sum(call: Call) -> Value:
    """Add the second value, scaled, to the first, as Inception-ResNet of Keras's applications."""
    first, second = call.values()
    factor = float(call.config["scale"])
    scaled = call.add(Scale(factor=factor), second.wire) if factor != 1 else second.wire
    return first.over(call.add(Add(), first.wire, scaled))


def _merged(call: Call, op: Operator) -> Value:
    return merged(call, op, call.values())


@translates("Concatenate", "ops.Concatenate")
def _concatenate(call: Call) -> Value:
    values = call.values()
    return concatenated(call, values, call.config.get("axis", -1) % values[0].rank)
