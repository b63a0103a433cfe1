"""Sums, differences, products and concatenations."""

from __future__ import annotations

import torch

from archspec.importing.imported import Wordless
from archspec.importing.values import Form, Value
from archspec.operator import Operator
from archspec.operators.merge import Add, Multiply, Subtract
from archspec.operators.scale import Scale
from archspec_torch.importing.call import Call
from archspec_torch.importing.rules.layers import scaled_by
from archspec_torch.importing.rules.table import translates


@translates("add")
def _add(call: Call) -> Value:
    if call.given.get("alpha", 1) != 1:
        raise Wordless("it scales what it adds")
    return _merged(call, Add())


@translates("sub")
def _sub(call: Call) -> Value:
    if call.given.get("alpha", 1) != 1:
        raise Wordless("it scales what it subtracts")
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


@translates("div")
def _div(call: Call) -> Value:
    value = call.value("self")
    return value.over(call.add(Scale(factor=1 / float(call.number("other"))), value.wire))


def _merged(call: Call, op: Operator) -> Value:
    values = [call.given["self"], call.given["other"]]
    if not all(isinstance(each, Value) for each in values):
        raise Wordless("one of its operands is a number or a tensor of weights")
    first, second = (call.padded(each) for each in values)
    forms = {first.form, second.form}
    if forms == {Form.MAP, Form.COLUMN} and isinstance(op, Multiply):
        return Value(call.add(op, first.wire, second.wire), Form.MAP)
    if len(forms) > 1:
        raise Wordless("its operands are of several forms")
    return first.over(call.add(op, first.wire, second.wire))


@translates("cat", "concat")
def _cat(call: Call) -> Value:
    values = [call.padded(each) for each in call.given["tensors"]]
    form = values[0].form
    channels = 3 if form is Form.LAST else 1
    if any(each.form is not form for each in values):
        raise Wordless("its operands are of several forms")
    if call.given["dim"] % len(call.shape) != channels:
        raise Wordless("it is not along the channels")
    if len(values) == 1:
        return values[0]
    return values[0].over(call.concat(*(each.wire for each in values)))
