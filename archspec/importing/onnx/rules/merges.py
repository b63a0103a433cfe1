"""Sums, differences, products and concatenations."""

from __future__ import annotations

from typing import Any

from archspec.importing.imported import Wordless
from archspec.importing.onnx.call import Call
from archspec.importing.onnx.rules.table import translates
from archspec.importing.values import Form, Value
from archspec.operator import Operator
from archspec.operators.merge import Add, Multiply, Subtract
from archspec.operators.scale import LayerScale, Scale


@translates("Add", "Sum")
def _add(call: Call) -> Value:
    known = [each for each in call.given if not isinstance(each, Value)]
    if known and len(call.given) == 2:
        return _biased(call, known[0])
    return _merged(call, Add())


def _biased(call: Call, bias: Any) -> Value:
    """Add weights to what a layer without a bias gives, as exporters write a matrix product."""
    value = next(each for each in call.given if isinstance(each, Value))
    channels = value.wire.type.channels
    if bias.size != channels or not call.builder.give_bias(value.wire, bias.reshape(channels)):
        raise Wordless("it adds weights to what is no layer")
    return value


@translates("Sub")
def _sub(call: Call) -> Value:
    return _merged(call, Subtract())


@translates("Mul")
def _mul(call: Call) -> Value:
    known = [each for each in call.given if not isinstance(each, Value)]
    if not known:
        return _merged(call, Multiply())
    value, factors = next(each for each in call.given if isinstance(each, Value)), known[0]
    value = call.padded(value)
    if factors.size == 1:
        factor = float(factors.reshape(()))
        return value if factor == 1 else value.over(call.add(_scale(factor), value.wire))
    channels = value.wire.type.channels
    shape = (channels,) if value.form in (Form.LAST, Form.ROW, Form.VECTOR) else (channels, 1, 1)
    if factors.shape not in (shape, (1, *shape)):
        raise Wordless(f"its weights are {factors.shape}, not one for each channel")
    tensors = {"weight": factors.reshape(channels)}
    return value.over(call.add(LayerScale(initial=1.0), value.wire, tensors=tensors))


@translates("Div")
def _div(call: Call) -> Value:
    value, divisor = call.value(), call.array(1)
    if divisor is None or divisor.size != 1:
        raise Wordless("it divides by no single number")
    return value.over(call.add(_scale(1 / float(divisor.reshape(()))), value.wire))


def _scale(factor: float) -> Scale:
    return Scale(factor=float(f"{factor:.8g}"))


def _merged(call: Call, op: Operator) -> Value:
    if not all(isinstance(each, Value) for each in call.given):
        raise Wordless("one of its operands is a tensor of weights")
    values = [call.padded(each) for each in call.given]
    forms = {each.form for each in values}
    wires = [each.wire for each in values]
    if forms == {Form.MAP, Form.COLUMN} and isinstance(op, Multiply):
        return Value(call.add(op, *wires), Form.MAP)
    if len(forms) > 1:
        raise Wordless("its operands are of several forms")
    return values[0].over(call.add(op, *wires))


@translates("Concat")
def _concat(call: Call) -> Value:
    if not all(isinstance(each, Value) for each in call.given):
        raise Wordless("it concatenates weights")
    values = [call.padded(each) for each in call.given]
    forms = {each.form for each in values}
    if len(forms) > 1 or call.attributes["axis"] % values[0].rank != values[0].channel_axis:
        raise Wordless("it is not along the channels")
    if len(values) == 1:
        return values[0]
    return values[0].over(call.concat(*(each.wire for each in values)))
