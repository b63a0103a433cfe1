"""Layers without a window: linear ones, norms, dropout."""

from __future__ import annotations

from archspec.importing.arranging import as_vector
from archspec.importing.imported import Wordless
from archspec.importing.onnx.call import Call, unrounded
from archspec.importing.onnx.rules.norms import epsilon_of
from archspec.importing.onnx.rules.table import translates
from archspec.importing.values import Form, Value
from archspec.operators.conv2d import Conv2d
from archspec.operators.dropout import Dropout
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.norm import BatchNorm, LayerNorm

_IN_TRAINING = "it is in training mode: export the model in inference mode, after model.eval()"
_TOLD_SINCE = 14
"""The opset from which on an attribute says whether a norm is in training mode."""
_MOMENTUM = 0.9
"""ONNX's own default."""


@translates("Gemm")
def _gemm(call: Call) -> Value:
    value, weight, bias = call.value(0), call.array(1), call.array(2)
    said = {name: call.attributes.get(name, usual) for name, usual in _PLAIN.items()}
    units = 0 if weight is None else weight.shape[0 if call.attributes.get("transB", 0) else 1]
    if said != _PLAIN or weight is None or (bias is not None and bias.shape != (units,)):
        raise Wordless("it scales, transposes its input, or adds no bias for each unit")
    weight = weight if call.attributes.get("transB", 0) else weight.T
    value, weight = as_vector(call, value, weight)
    if value.form is not Form.VECTOR:
        raise Wordless(f"it takes a {value.form.name.lower()}")
    tensors = {"weight": weight, **({} if bias is None else {"bias": bias})}
    op = FullyConnected(units=weight.shape[0], bias=bias is not None)
    return Value(call.add(op, value.wire, tensors=tensors), Form.VECTOR)


_PLAIN = {"alpha": 1.0, "beta": 1.0, "transA": 0}


@translates("MatMul")
def _mat_mul(call: Call) -> Value:
    value, matrix = call.value(0), call.array(1)
    if matrix is None or matrix.ndim != 2:
        raise Wordless("it multiplies by no matrix of weights")
    if value.wire.type.is_map and value.ends_in_channels:
        conv = Conv2d(filters=matrix.shape[1], kernel=(1, 1), padding="symmetric", bias=False)
        tensors = {"weight": matrix.T[:, :, None, None]}
        return value.with_channels(call.add(conv, value.wire, tensors=tensors))
    value, weight = as_vector(call, value, matrix.T)
    if value.form not in (Form.VECTOR, Form.ROW):
        raise Wordless(f"it takes a {value.form.name.lower()}")
    op = FullyConnected(units=len(weight), bias=False)
    return value.over(call.add(op, value.wire, tensors={"weight": weight}))


@translates("BatchNormalization")
def _batch_norm(call: Call) -> Value:
    value = call.value(0, Form.MAP, Form.VECTOR, Form.COLUMN)
    gives_statistics = call.results > 1 and call.opset < _TOLD_SINCE
    if call.attributes.get("training_mode", 0) or gives_statistics:
        raise Wordless(_IN_TRAINING)
    names = ("weight", "bias", "running_mean", "running_var")
    tensors = {name: call.array(place) for place, name in enumerate(names, 1)}
    op = BatchNorm(
        epsilon=epsilon_of(call.attributes),
        momentum=unrounded(call.attributes.get("momentum", _MOMENTUM)),
    )
    return value.over(call.add(op, value.wire, tensors=tensors))


@translates("LayerNormalization")
def _layer_norm(call: Call) -> Value:
    value, weight, bias = call.value(), call.array(1), call.array(2)
    is_last = call.attributes.get("axis", -1) in (-1, value.rank - 1)
    if not is_last or not value.ends_in_channels:
        raise Wordless("it is not over the channels alone")
    tensors = {"weight": weight, **({} if bias is None else {"bias": bias})}
    op = LayerNorm(epsilon=epsilon_of(call.attributes), bias=bias is not None)
    return value.over(call.add(op, value.wire, tensors=tensors))


@translates("Dropout")
def _dropout(call: Call) -> Value:
    value = call.value()
    ratio = call.array(1) if len(call.given) > 1 else call.attributes.get("ratio")
    rate = 0.5 if ratio is None else unrounded(ratio)
    if not rate:
        return value
    if call.array(2):
        raise Wordless(_IN_TRAINING)
    if rate >= 1:
        return value
    return value.over(call.add(Dropout(rate=rate), value.wire))
