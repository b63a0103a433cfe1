"""Rules of operators that weigh values against, or by, those of other channels."""

from __future__ import annotations

import numpy as np

from archspec.interpreter.arrays import Array
from archspec.interpreter.rule import computes
from archspec.operators.response import GlobalResponseNorm, LocalResponseNorm
from archspec.operators.selection import ChannelConv, RadixSoftmax


@computes(LocalResponseNorm)
def local_response_norm(op: LocalResponseNorm, x: Array) -> Array:
    """Divide by the response of the channels around; Krizhevsky et al. (2012), Section 3.3."""
    around = ((0, 0),) * 3 + ((op.size // 2, (op.size - 1) // 2),)
    squares = np.lib.stride_tricks.sliding_window_view(np.pad(x**2, around), op.size, axis=-1)
    return x / (op.k + op.alpha * squares.mean(axis=-1)) ** op.beta


@computes(GlobalResponseNorm)
def global_response_norm(op: GlobalResponseNorm, x: Array, weight: Array, bias: Array) -> Array:
    """Weigh channels by their length over the grid; arXiv:2301.00808, Algorithm 1."""
    length = np.sqrt((x**2).sum(axis=(1, 2), keepdims=True))
    response = length / (length.mean(axis=-1, keepdims=True) + op.epsilon)
    return x + weight * (x * response) + bias


@computes(RadixSoftmax)
def radix_softmax(op: RadixSoftmax, x: Array) -> Array:
    """Normalise over the parts; arXiv:2004.08955, Equation 2."""
    parts = x.reshape(*x.shape[:-1], op.radix, -1)
    powers = np.exp(parts - parts.max(axis=-2, keepdims=True))
    return (powers / powers.sum(axis=-2, keepdims=True)).reshape(x.shape)


@computes(ChannelConv)
def channel_conv(op: ChannelConv, x: Array, weight: Array) -> Array:
    """Slide the filter along the channels; arXiv:1910.03151, Equation 8."""
    padded = np.pad(x, ((0, 0), (op.kernel // 2, op.kernel // 2)))
    near = np.lib.stride_tricks.sliding_window_view(padded, op.kernel, axis=-1)
    return near @ weight.reshape(-1)
