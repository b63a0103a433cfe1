"""Functions that have no word but are a few words in a row."""

from __future__ import annotations

from archspec.importing.imported import Wordless
from archspec.importing.onnx.call import Call
from archspec.importing.onnx.rules.table import translates
from archspec.importing.values import Value
from archspec.operators.merge import Maximum, Multiply
from archspec.operators.scale import Scale


@translates("Neg")
def _neg(call: Call) -> Value:
    value = call.value()
    return value.over(call.add(Scale(factor=-1.0), value.wire))


@translates("Abs")
def _abs(call: Call) -> Value:
    """Take the larger of a number and its opposite."""
    value = call.value()
    opposite = call.add(Scale(factor=-1.0), value.wire)
    return value.over(call.add(Maximum(), value.wire, opposite))


@translates("Pow")
def _pow(call: Call) -> Value:
    value, exponent = call.value(), call.array(1)
    if exponent is None or exponent.size != 1 or float(exponent.reshape(())) != 2:
        raise Wordless("its exponent is not 2")
    return value.over(call.add(Multiply(), value.wire, value.wire))
