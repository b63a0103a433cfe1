"""What multiplies each channel by a number and adds one: as two vectors, and as part of a layer."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from archspec.graph import Node
from archspec.operator import Operator
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.norm import BatchNorm
from archspec.operators.scale import Scale
from archspec.passes.record import Tensors, require


class Channelwise(NamedTuple):
    """``factor * x + shift``, a number of both for each channel; all in float64."""

    factor: Any
    shift: Any


def channelwise(node: Node, tensors: Tensors) -> Channelwise:
    """Return what a norm with running statistics, or a factor, does to each channel."""
    given = {each.name: wide(tensors, node, each.name) for each in node.op.parameters(*node.inputs)}
    zeros, ones = np.zeros(node.output.channels), np.ones(node.output.channels)
    if isinstance(node.op, Scale):
        return Channelwise(ones * node.op.factor, zeros)
    factor, shift = ones * given.get("weight", 1.0), zeros + given.get("bias", 0.0)
    if isinstance(node.op, BatchNorm):
        variance = given["running_var"] + node.op.epsilon
        require((variance > 0).all(), "a variance of it is negative")
        factor = factor / np.sqrt(variance)
        shift = shift - given["running_mean"] * factor
    return Channelwise(factor, shift)


def wide(tensors: Tensors, node: Node, name: str) -> Any:
    """Return a tensor of a node in float64."""
    return np.asarray(tensors[f"{node.path}.{name}"], np.float64)


def bias_of(tensors: Tensors, node: Node) -> Any:
    """Return what a layer adds to each channel: its bias, or zeros."""
    key = f"{node.path}.bias"
    return np.asarray(tensors.get(key, np.zeros(node.output.channels)), np.float64)


def multiplied(op: Operator, weight: Any, factor: Any) -> Any:
    """Multiply the weights of a linear layer by a factor for each of its output channels."""
    if not isinstance(op, ConvTranspose2d):
        return weight * factor.reshape(-1, *(1,) * (weight.ndim - 1))
    grouped = weight.reshape(op.groups, -1, *weight.shape[1:])
    return (grouped * factor.reshape(op.groups, 1, -1, 1, 1)).reshape(weight.shape)
