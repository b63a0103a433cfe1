"""Rules of sliding-window operators: convolutions, transposed convolutions, pooling.

Windows are decomposed by tap: tap (a, b) of all windows reads a strided slice of the map, so a
convolution is a sum of matrix products over the taps, and pooling a sum or maximum over them.
Sources: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning",
arXiv:1603.07285; the operators' docstrings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

import numpy as np

from archspec.interpreter.arrays import Array
from archspec.interpreter.rule import computes
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.pool import (
    AdaptiveAvgPool,
    AdaptiveMaxPool,
    AdaptivePool,
    AvgPool,
    ChannelAvgPool,
    ChannelMaxPool,
    GlobalAvgPool,
    GlobalMaxPool,
    MaxPool,
    Pool,
)
from archspec.tensor import TensorType
from archspec.window import Side, shares

Tap = tuple[int, int]


@computes(Conv2d)
def conv2d(op: Conv2d, x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    """Sum over the taps the products of the cells and the filters' weights at the tap."""
    filters, channels = weight.shape[:2]
    own = weight.reshape(op.groups, filters // op.groups, channels, *op.kernel).swapaxes(1, 2)
    return added(mixed(cells, own[..., a, b]) for (a, b), cells in read(op, x)) + bias


@computes(ConvTranspose2d)
def conv_transpose2d(
    op: ConvTranspose2d, x: Array, weight: Array, bias: Array | float = 0.0
) -> Array:
    """Add the products of each cell and the filters' weights at each tap to the output; crop it."""
    kind = TensorType(x.shape[1:])
    height, width, filters = op.infer(kind).shape
    rows, columns = op.window(kind)
    top, _, left, _ = op.crops(kind)
    size = (max(rows.spread(), top + height), max(columns.spread(), left + width))
    stamped = np.zeros((len(x), *size, filters), x.dtype)
    own = weight.reshape(op.groups, -1, *weight.shape[1:])
    for a, b in np.ndindex(*op.kernel):
        cells = (places(rows, a, rows.size), places(columns, b, columns.size))
        stamped[:, *cells] += mixed(x, own[..., a, b])
    return stamped[:, top : top + height, left : left + width] + bias


@computes(MaxPool)
def max_pool(op: MaxPool, x: Array) -> Array:
    """Take the maximum over the taps; padding is minus infinity."""
    return reduce(np.maximum, (cells for _, cells in read(op, x, -np.inf, -np.inf)))


@computes(AvgPool)
def avg_pool(op: AvgPool, x: Array) -> Array:
    """Divide the sum over the taps by the number of cells that count in each window."""
    ones = np.ones((1, *x.shape[1:3], 1), x.dtype)
    counted = added(cells for _, cells in read(op, ones, float(op.count_padding)))
    return added(cells for _, cells in read(op, x)) / counted


@computes(GlobalAvgPool)
def global_avg_pool(op: GlobalAvgPool, x: Array) -> Array:
    return x.mean(axis=(1, 2), keepdims=op.keepdims)


@computes(GlobalMaxPool)
def global_max_pool(op: GlobalMaxPool, x: Array) -> Array:
    return x.max(axis=(1, 2), keepdims=op.keepdims)


@computes(AdaptiveAvgPool)
def adaptive_avg_pool(op: AdaptiveAvgPool, x: Array) -> Array:
    return in_shares(op, x, np.mean)


@computes(AdaptiveMaxPool)
def adaptive_max_pool(op: AdaptiveMaxPool, x: Array) -> Array:
    return in_shares(op, x, np.max)


def in_shares(op: AdaptivePool, x: Array, reduced: Callable[..., Array]) -> Array:
    """Reduce each share of the rows, then each share of the columns: shares are rectangles."""
    for axis, count in enumerate(op.grid, 1):
        parts = shares(x.shape[axis], count)
        x = np.stack([reduced(x.take(range(*part), axis), axis=axis) for part in parts], axis)
    return x


@computes(ChannelAvgPool)
def channel_avg_pool(op: ChannelAvgPool, x: Array) -> Array:
    return x.mean(axis=-1, keepdims=True)


@computes(ChannelMaxPool)
def channel_max_pool(op: ChannelMaxPool, x: Array) -> Array:
    return x.max(axis=-1, keepdims=True)


def read(
    op: Conv2d | Pool, x: Array, padding: float = 0.0, beyond: float = 0.0
) -> Iterator[tuple[Tap, Array]]:
    """Yield each tap with the cells that it reads, one for each window.

    ``padding`` is the value of cells around the map; ``beyond`` that of cells past the padding,
    which the last window of ``ceil`` may read.
    """
    kind = TensorType(x.shape[1:])
    top, bottom, left, right = op.pads(kind)
    padded = surrounded(x, (top, left), (bottom, right), padding)
    window, outputs = op.window(kind), op.infer(kind).grid
    overhang = [
        max((count - 1) * side.stride + side.extent - size, 0)
        for side, count, size in zip(window, outputs, padded.shape[1:3], strict=True)
    ]
    whole = surrounded(padded, (0, 0), overhang, beyond)
    for a, b in np.ndindex(*op.kernel):
        rows, columns = places(window.rows, a, outputs[0]), places(window.columns, b, outputs[1])
        yield (a, b), whole[:, rows, columns]


def surrounded(x: Array, before: Any, behind: Any, value: float) -> Array:
    """Pad a batch of maps with a constant."""
    rows, columns = zip(before, behind, strict=True)
    return np.pad(x, ((0, 0), rows, columns, (0, 0)), constant_values=value)


def places(side: Side, tap: int, windows: int) -> slice:
    """Return the slice of a side that one tap of all windows reads."""
    first = tap * side.dilation
    return slice(first, first + (windows - 1) * side.stride + 1, side.stride)


def mixed(cells: Array, weight: Array) -> Array:
    """Multiply the channels of each cell by weights of shape (groups, channels, filters)."""
    groups, channels, filters = weight.shape
    apart = cells.reshape(-1, groups, channels).swapaxes(0, 1)
    return (apart @ weight).swapaxes(0, 1).reshape(*cells.shape[:-1], groups * filters)


def added(arrays: Iterator[Array]) -> Array:
    """Add arrays in order, without stacking them."""
    return reduce(np.add, arrays)
