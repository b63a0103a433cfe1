"""Layers without a window: linear ones, norms, dropout, factors for each channel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from archspec.importing.arranging import as_vector
from archspec.importing.imported import Wordless
from archspec.importing.values import Form, Value
from archspec.operator import Operator
from archspec.operators.conv2d import Conv2d
from archspec.operators.dropout import Dropout
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.norm import BatchNorm, LayerNorm
from archspec.operators.scale import Affine, LayerScale, Scale
from archspec_torch.importing.call import Call, array
from archspec_torch.importing.rules.table import translates


@translates("linear")
def _linear(call: Call) -> Value:
    """Multiply the last dimension: channels, or a map that was laid out with channels last."""
    value = call.value("input")
    weights = call.weights(weight="weight", bias="bias")
    units = weights["weight"].shape[0]
    if value.wire.type.is_map and value.ends_in_channels:
        op = Conv2d(filters=units, kernel=(1, 1), padding="symmetric", bias="bias" in weights)
        tensors = {**weights, "weight": weights["weight"][:, :, None, None]}
        return value.with_channels(call.add(op, value.wire, tensors=tensors))
    value, weights["weight"] = as_vector(call, value, weights["weight"])
    if value.form not in (Form.VECTOR, Form.ROW):
        raise Wordless("its input is neither a vector nor ends in channels")
    dense = FullyConnected(units=units, bias="bias" in weights)
    return value.over(call.add(dense, value.wire, tensors=weights))


@translates("matmul", "mm")
def _matmul(call: Call) -> Value:
    """Multiply by a matrix of weights, which holds what a linear layer does, transposed."""
    weight = call.given.get("other", call.given.get("mat2"))
    if not isinstance(weight, torch.Tensor) or weight.ndim != _OF_MATRIX:
        raise Wordless("it multiplies values that are both computed, or no matrix of weights")
    given = {"input": call.value("self"), "weight": weight.t()}
    product: Value = _linear(replace(call, given=given))
    return product


_OF_MATRIX = 2


@translates("batch_norm")
def _batch_norm(call: Call) -> Value:
    value = call.value("input", Form.MAP, Form.VECTOR, Form.COLUMN)
    tensors = call.weights(
        weight="weight", bias="bias", running_mean="running_mean", running_var="running_var"
    )
    if "running_mean" not in tensors:
        raise Wordless("it has no running statistics")
    tensors.setdefault("bias", 0 * tensors["running_mean"])
    op = BatchNorm(
        epsilon=call.number("eps"),
        momentum=round(1 - call.number("momentum"), 9),
        gamma="weight" in tensors,
    )
    return value.over(call.add(op, value.wire, tensors=tensors))


@translates("layer_norm")
def _layer_norm(call: Call) -> Value:
    value = call.value("input")
    if len(call.given["normalized_shape"]) != 1 or not value.ends_in_channels:
        raise Wordless("it normalises other dimensions than the channels")
    tensors = call.weights(weight="weight", bias="bias")
    if "weight" not in tensors:
        raise Wordless("it has no weight")
    op = LayerNorm(epsilon=call.number("eps"), bias="bias" in tensors)
    return value.over(call.add(op, value.wire, tensors=tensors))


@translates("dropout", "feature_dropout")
def _dropout(call: Call) -> Value:
    value = call.value("input")
    rate = call.number("p")
    if not 0 < rate < 1:
        return value
    return value.over(call.add(Dropout(rate=float(rate)), value.wire))


def scaled_by(call: Call, value: Value, factors: torch.Tensor) -> Value:
    """Multiply by weights, one for each channel or one for all."""
    value = call.operand(value)
    _require_no_dimension(value, factors)
    if factors.numel() == 1 and not factors.requires_grad:
        return value.over(call.add(Scale(factor=float(factors)), value.wire))
    tensors = {"weight": array(factors).reshape(-1)}
    start = initial(tensors["weight"], usual=1.0)
    op: Operator = Affine(initial=start, shared=True, bias=False)
    if factors.numel() > 1:
        _require_per_channel(value, factors)
        op = LayerScale(initial=start)
    return value.over(call.add(op, value.wire, tensors=tensors))


def _require_no_dimension(value: Value, numbers: torch.Tensor) -> None:
    if numbers.ndim > value.rank:
        raise Wordless("its weights have a dimension more than what they are merged with")


def _require_per_channel(value: Value, factors: torch.Tensor) -> None:
    last = (1,) * (value.rank - 1 - value.channel_axis)
    shape = (value.wire.type.channels, *last)
    if tuple(factors.shape) not in (shape, (1, *shape)) or not value.channel_axis:
        raise Wordless(f"its weights are {tuple(factors.shape)}, not one for each channel")


def shifted_by(call: Call, value: Value, added: torch.Tensor) -> Value:
    """Add weights, which are the bias of the layer before them."""
    value = call.operand(value)
    _require_no_dimension(value, added)
    if added.numel() == 1 and not added.requires_grad and not added.any():
        return value
    if added.numel() > 1:
        _require_per_channel(value, added)
    if not call.builder.give_bias(value.wire, array(added).reshape(-1)):
        raise Wordless("it adds weights to what is no layer")
    return value


def initial(weight: Any, *, usual: float) -> float:
    """Return what factors began with if they are as they began, else what is ``usual``."""
    first = float(weight[0])
    return float(f"{first:.6g}") if (weight == weight[0]).all() else usual
