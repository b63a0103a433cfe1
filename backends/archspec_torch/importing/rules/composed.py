"""Functions that have no word but are a few words in a row."""

from __future__ import annotations

from archspec.graph import Wire
from archspec.importing.combining import absolute, opposite
from archspec.importing.imported import Wordless
from archspec.importing.values import Form, Value
from archspec.operator import Operator
from archspec.operators.activation import Elu, Relu, Sigmoid, Softplus
from archspec.operators.channels import Slice
from archspec.operators.merge import Multiply
from archspec.operators.scale import Scale
from archspec_torch.importing.call import Call
from archspec_torch.importing.rules.table import translates


def in_a_row(call: Call, value: Value, *ops: Operator | None) -> Value:
    """Apply operators one after another, those that do nothing left out."""
    wire = value.wire
    for op in ops:
        wire = wire if op is None else call.add(op, wire)
    return value.over(wire)


def scaling(factor: float) -> Scale | None:
    """Return the multiplication by a number; None if it is one."""
    return None if factor == 1 else Scale(factor=factor)


@translates("neg", "negative")
def _neg(call: Call) -> Value:
    return opposite(call, call.value("self"))


@translates("abs")
def _abs(call: Call) -> Value:
    return absolute(call, call.value("self"))


@translates("log_sigmoid")
def _log_sigmoid(call: Call) -> Value:
    minus = Scale(factor=-1.0)
    return in_a_row(call, call.value("self"), minus, Softplus(), minus)


@translates("elu")
def _elu(call: Call) -> Value:
    """Scale what arrives and what leaves, beside the scale of the exponential."""
    alpha, scale, within = (call.number(each) for each in ("alpha", "scale", "input_scale"))
    if within != 1:
        raise Wordless("it scales its input where that is negative")
    return in_a_row(call, call.value("self"), Elu(alpha=float(alpha)), scaling(float(scale)))


@translates("selu")
def _selu(call: Call) -> Value:
    """Scale an ELU; arXiv:1706.02515, Section 3."""
    return in_a_row(call, call.value("self"), Elu(alpha=_SELU[0]), Scale(factor=_SELU[1]))


_SELU = (1.6732632423543772, 1.0507009873554805)


@translates("celu")
def _celu(call: Call) -> Value:
    """Stretch an ELU in both directions; arXiv:1704.07483."""
    alpha = float(call.number("alpha"))
    return in_a_row(call, call.value("self"), scaling(1 / alpha), Elu(), scaling(alpha))


@translates("threshold")
def _threshold(call: Call) -> Value:
    if (call.number("threshold"), call.number("value")) != (0, 0):
        raise Wordless("it is no rectifier")
    return in_a_row(call, call.value("self"), Relu())


@translates("glu")
def _glu(call: Call) -> Value:
    """Gate the first half of the channels by the second; arXiv:1612.08083."""
    value = call.value("self", Form.MAP, Form.VECTOR, Form.LAST)
    half, odd = divmod(value.wire.type.channels, 2)
    if call.given["dim"] % value.rank != value.channel_axis or odd:
        raise Wordless("it is not over the channels")
    gate = call.add(Sigmoid(), _part(call, value, half, 2 * half))
    return value.over(call.add(Multiply(), _part(call, value, 0, half), gate))


def _part(call: Call, value: Value, start: int, stop: int) -> Wire:
    return call.add(Slice(start=start, stop=stop), value.wire)
