"""Functions that have no word but are a few words in a row."""

from __future__ import annotations

from archspec.importing.combining import absolute, opposite
from archspec.importing.imported import Wordless
from archspec.importing.onnx.call import Call
from archspec.importing.onnx.rules.table import translates
from archspec.importing.values import Value
from archspec.operators.merge import Multiply


@translates("Neg")
def _neg(call: Call) -> Value:
    return opposite(call, call.value())


@translates("Abs")
def _abs(call: Call) -> Value:
    return absolute(call, call.value())


@translates("Pow")
def _pow(call: Call) -> Value:
    value, exponent = call.value(), call.array(1)
    if exponent is None or exponent.size != 1 or float(exponent.reshape(())) != 2:
        raise Wordless("its exponent is not 2")
    return value.over(call.add(Multiply(), value.wire, value.wire))
