"""Sums, differences, products and concatenations."""

from __future__ import annotations

from archspec.graph import Wire
from archspec.importing.imported import Wordless
from archspec.operator import Operator
from archspec.operators.merge import Add, Multiply, Subtract
from archspec.operators.scale import Scale
from archspec_tensorflow.importing.call import Call
from archspec_tensorflow.importing.rules.table import translates
from archspec_tensorflow.importing.values import Form, Value


@translates("Add", "ops.Add")
def _add(call: Call) -> Value:
    return _merged(call, Add())


@translates("Subtract", "ops.Subtract")
def _subtract(call: Call) -> Value:
    return _merged(call, Subtract())


@translates("Multiply", "ops.Multiply")
def _multiply(call: Call) -> Value:
    values = [each for each in call.operands if isinstance(each, Value)]
    factors = [each for each in call.operands if isinstance(each, int | float)]
    if len(values) == len(factors) == 1:
        value = call.padded(values[0])
        return value.over(call.add(Scale(factor=float(factors[0])), value.wire))
    return _merged(call, Multiply())


@translates("CustomScaleLayer")
def _scaled_sum(call: Call) -> Value:
    """Add the second value, scaled, to the first, as Inception-ResNet of Keras's applications."""
    first, second = call.values()
    factor = float(call.config["scale"])
    scaled = call.add(Scale(factor=factor), second.wire) if factor != 1 else second.wire
    return first.over(call.add(Add(), first.wire, scaled))


def _merged(call: Call, op: Operator) -> Value:
    values = call.values()
    forms = [each.form for each in values]
    gates = isinstance(op, Multiply) and {*forms} == {Form.MAP, Form.CELL}
    if len({*forms}) > 1 and not gates:
        raise Wordless("its operands are of several forms")
    whole = next((each for each in values if each.form is Form.MAP), values[0])
    return whole.over(call.add(op, *_ordered(values)))


def _ordered(values: list[Value]) -> list[Wire]:
    """Return wires, those of maps before those of gates."""
    return [each.wire for each in sorted(values, key=lambda each: each.form is not Form.MAP)]


@translates("Concatenate")
def _concatenate(call: Call) -> Value:
    values = call.values()
    first = values[0]
    if any(each.form is not first.form for each in values):
        raise Wordless("its operands are of several forms")
    if call.config.get("axis", -1) not in (-1, first.rank - 1) or first.form is Form.FLAT:
        raise Wordless("it is not along the channels")
    return first.over(call.concat(*(each.wire for each in values))) if len(values) > 1 else first
