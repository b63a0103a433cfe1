"""Norms over groups, the grid and channels, and slopes that are learned."""

from __future__ import annotations

from typing import Any

from archspec.importing.imported import Wordless
from archspec.importing.onnx.call import Call, is_per_channel, unrounded
from archspec.importing.onnx.rules.table import translates
from archspec.importing.values import Form, Value
from archspec.operators.norm import GroupNorm, InstanceNorm, RmsNorm
from archspec.operators.prelu import Prelu
from archspec.operators.response import LocalResponseNorm

_EPSILON = 1e-5
"""ONNX's own default."""


def epsilon_of(attributes: Any) -> float:
    """Return the epsilon of a norm as it was before it was rounded to single precision."""
    return unrounded(attributes.get("epsilon", _EPSILON))


@translates("GroupNormalization")
def _group_norm(call: Call) -> Value:
    """Read scales and shifts of groups, as before opset 21, or of channels."""
    value, groups = call.value(0, Form.MAP), int(call.attributes["num_groups"])
    channels = value.wire.type.channels
    given = {"weight": call.array(1), "bias": call.array(2)}
    tensors = {name: each.repeat(channels // each.size) for name, each in given.items()}
    op = GroupNorm(groups=groups, epsilon=epsilon_of(call.attributes))
    return value.over(call.add(op, value.wire, tensors=tensors))


@translates("InstanceNormalization")
def _instance_norm(call: Call) -> Value:
    """Leave out scales of one with shifts of zero, which exporters write where there are none."""
    value, weight, bias = call.value(0, Form.MAP), call.array(1), call.array(2)
    affine = bool((weight != 1).any() or bias.any())
    op = InstanceNorm(epsilon=epsilon_of(call.attributes), affine=affine)
    tensors = {"weight": weight, "bias": bias} if affine else None
    return value.over(call.add(op, value.wire, tensors=tensors))


@translates("RMSNormalization")
def _rms_norm(call: Call) -> Value:
    value = call.value(0, Form.LAST, Form.ROW, Form.VECTOR)
    if call.attributes.get("axis", -1) not in (-1, 3):
        raise Wordless("it is not over the channels alone")
    op = RmsNorm(epsilon=epsilon_of(call.attributes))
    return value.over(call.add(op, value.wire, tensors={"weight": call.array(1)}))


@translates("LRN")
def _local_response_norm(call: Call) -> Value:
    """Read a window that is odd: one that is even lies otherwise than PyTorch's."""
    value, told = call.value(0, Form.MAP), call.attributes
    if told["size"] % 2 == 0:
        raise Wordless("its window is even, and has one channel more after than before")
    usual = {"alpha": 1e-4, "beta": 0.75, "bias": 1.0}
    alpha, beta, k = (unrounded(told.get(name, each)) for name, each in usual.items())
    op = LocalResponseNorm(size=told["size"], alpha=alpha, beta=beta, k=k)
    return value.over(call.add(op, value.wire))


@translates("PRelu")
def _prelu(call: Call) -> Value:
    value, slopes = call.value(0, Form.MAP, Form.VECTOR, Form.COLUMN), call.array(1)
    channels = value.wire.type.channels
    if slopes is None or not (slopes.size == 1 or is_per_channel(value, slopes)):
        raise Wordless("its slopes are computed, or not one for each channel")
    op = Prelu(shared=slopes.size == 1 < channels)
    return value.over(call.add(op, value.wire, tensors={"weight": slopes.reshape(-1)}))
