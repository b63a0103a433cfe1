"""Rules of operators that weigh values against those of other channels."""

from __future__ import annotations

import numpy as np

from archspec.interpreter.arrays import Array
from archspec.interpreter.rule import computes
from archspec.operators.response import GlobalResponseNorm, LocalResponseNorm


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
