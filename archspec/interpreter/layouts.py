"""Rules of operators that move, repeat or combine elements: grids, channels, merges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Literal

import numpy as np

from archspec.interpreter.arrays import Array
from archspec.interpreter.rule import computes
from archspec.operators.blocks import DepthToSpace, SpaceToDepth
from archspec.operators.channels import ChannelShuffle, Slice
from archspec.operators.grid import Crop, Flatten, Pad, ResizeTo, Upsample
from archspec.operators.merge import (
    Add,
    Average,
    Concat,
    GlobalAttentionPool,
    Maximum,
    Minimum,
    Multiply,
    Resize,
    ResizeNearest,
    Subtract,
)


@computes(Flatten)
def flatten(op: Flatten, x: Array) -> Array:
    """Flatten in the order channels, height, width; a vector is unchanged."""
    return np.moveaxis(x, -1, 1).reshape(len(x), -1)


@computes(Pad)
def pad(op: Pad, x: Array) -> Array:
    top, bottom, left, right = op.cells
    around = ((0, 0), (top, bottom), (left, right), (0, 0))
    return np.pad(x, around, _FILLINGS[op.mode])


_FILLINGS: Mapping[str, Literal["constant", "reflect", "edge"]] = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "edge",
}
"""What numpy calls what padding holds."""


@computes(Crop)
def crop(op: Crop, x: Array) -> Array:
    top, bottom, left, right = op.cells
    return x[:, top : x.shape[1] - bottom, left : x.shape[2] - right]


@computes(Upsample)
def upsample(op: Upsample, x: Array) -> Array:
    """Enlarge rows, then columns: all modes are separable."""
    sizes = [size * factor for size, factor in zip(x.shape[1:3], op.factor, strict=True)]
    return _RESIZING[op.mode](x, sizes)


@computes(ResizeTo)
def resize_to(op: ResizeTo, x: Array) -> Array:
    return _RESIZING[op.mode](x, op.grid)


@computes(Resize)
def resize(op: Resize, x: Array, like: Array) -> Array:
    return interpolated(as_map(x), like.shape[1:3])


@computes(GlobalAttentionPool)
def global_attention_pool(op: GlobalAttentionPool, x: Array, score: Array) -> Array:
    """Weigh cells by the softmax of their scores over the grid; arXiv:1904.11492, Equation 5."""
    powers = np.exp(score - score.max(axis=(1, 2), keepdims=True))
    return (x * powers).sum(axis=(1, 2)) / powers.sum(axis=(1, 2))


@computes(ResizeNearest)
def resize_nearest(op: ResizeNearest, x: Array, like: Array) -> Array:
    return copied(as_map(x), like.shape[1:3])


def as_map(x: Array) -> Array:
    """Return a vector as a map of one cell."""
    return x if x.ndim == 4 else x[:, None, None, :]


def copied(x: Array, sizes: Sequence[int]) -> Array:
    """Resize a map by copying cells."""
    for axis, size in enumerate(sizes, 1):
        x = x.take(np.arange(size) * x.shape[axis] // size, axis)
    return x


def interpolated(x: Array, sizes: Sequence[int]) -> Array:
    """Resize a map by linear interpolation between the centres of cells, side by side."""
    for axis, wanted in enumerate(sizes, 1):
        size = x.shape[axis]
        centres = np.clip((np.arange(wanted) + 0.5) * size / wanted - 0.5, 0, size - 1)
        x = _between(x, centres, axis)
    return x


def aligned(x: Array, sizes: Sequence[int]) -> Array:
    """Resize a map by linear interpolation, the outermost cells on those that it has."""
    for axis, wanted in enumerate(sizes, 1):
        centres = np.arange(wanted) * (x.shape[axis] - 1) / max(wanted - 1, 1)
        x = _between(x, centres, axis)
    return x


def _between(x: Array, centres: Array, axis: int) -> Array:
    """Interpolate at places along an axis."""
    low = np.floor(centres).astype(int)
    high = np.minimum(low + 1, x.shape[axis] - 1)
    share = (centres - low).astype(x.dtype)
    share = share.reshape([-1 if at == axis else 1 for at in range(4)])
    return x.take(low, axis) * (1 - share) + x.take(high, axis) * share


_RESIZING: Mapping[str, Callable[[Array, Sequence[int]], Array]] = {
    "nearest": copied,
    "bilinear": interpolated,
    "aligned": aligned,
}


@computes(Slice)
def slice_(op: Slice, x: Array) -> Array:
    return x[..., op.start : op.stop]


@computes(ChannelShuffle)
def channel_shuffle(op: ChannelShuffle, x: Array) -> Array:
    """Transpose groups and the channels within them; arXiv:1707.01083, Section 3.1."""
    grouped = x.reshape(*x.shape[:-1], op.groups, -1)
    return grouped.swapaxes(-1, -2).reshape(x.shape)


@computes(DepthToSpace)
def depth_to_space(op: DepthToSpace, x: Array) -> Array:
    """Part the channels and put the two indices of a cell behind those of the grid."""
    number, height, width, channels = x.shape
    size = op.block
    if op.outer == "channels":
        parted = x.reshape(number, height, width, channels // size**2, size, size)
        parted = np.moveaxis(parted, 3, 5)
    else:
        parted = x.reshape(number, height, width, size, size, channels // size**2)
    return parted.swapaxes(2, 3).reshape(number, height * size, width * size, -1)


@computes(SpaceToDepth)
def space_to_depth(op: SpaceToDepth, x: Array) -> Array:
    """Part the grid and put the two indices of a cell before or behind the channels."""
    number, height, width, channels = x.shape
    size = op.block
    grid = (height // size, width // size)
    parted = x.reshape(number, grid[0], size, grid[1], size, channels).swapaxes(2, 3)
    if op.outer == "channels":
        parted = np.moveaxis(parted, 5, 3)
    return parted.reshape(number, *grid, -1)


@computes(Concat)
def concat(op: Concat, *xs: Array) -> Array:
    return np.concatenate(xs, axis=-1)


@computes(Add)
def add(op: Add, *xs: Array) -> Array:
    return reduce(np.add, xs)


@computes(Average)
def average(op: Average, *xs: Array) -> Array:
    return reduce(np.add, xs) / len(xs)


@computes(Maximum)
def maximum(op: Maximum, *xs: Array) -> Array:
    return reduce(np.maximum, xs)


@computes(Minimum)
def minimum(op: Minimum, *xs: Array) -> Array:
    return reduce(np.minimum, xs)


@computes(Subtract)
def subtract(op: Subtract, x: Array, y: Array) -> Array:
    return x - y


@computes(Multiply)
def multiply(op: Multiply, *xs: Array) -> Array:
    """Multiply; a vector is broadcast over the grid of maps."""
    rank = max(x.ndim for x in xs)
    return reduce(np.multiply, (x if x.ndim == rank else x[:, None, None, :] for x in xs))
