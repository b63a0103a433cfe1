"""More functions that an emitted model takes along: what reduces, resizes or rearranges grids.

Their lines have at most 88 columns, as those of the models.
"""

from __future__ import annotations

from collections.abc import Callable

import keras
from keras import KerasTensor, layers, ops


def adaptive_avg_pool(x: KerasTensor, name: str, grid: int | tuple[int, int]) -> KerasTensor:
    """Average shares of a map, as many as the grid has cells."""
    return pooled_shares(x, name, grid, ops.mean)


def adaptive_max_pool(x: KerasTensor, name: str, grid: int | tuple[int, int]) -> KerasTensor:
    """Take the largest values of shares of a map, as many as the grid has cells."""
    return pooled_shares(x, name, grid, ops.max)


def pooled_shares(
    x: KerasTensor,
    name: str,
    grid: int | tuple[int, int],
    pool: Callable[..., KerasTensor],
) -> KerasTensor:
    """Pool shares of the rows, then of the columns; uneven shares overlap, as PyTorch's."""
    found = inside = keras.Input(x.shape[1:], dtype=x.dtype)
    for axis, cells in enumerate((grid, grid) if isinstance(grid, int) else grid, 1):
        size, shares = x.shape[axis], []
        for at in range(cells):
            start, stop = at * size // cells, -(-(at + 1) * size // cells)
            share = found[:, start:stop] if axis == 1 else found[:, :, start:stop]
            shares.append(pool(share, axis=axis))
        found = ops.stack(shares, axis=axis)
    x = keras.Model(inside, found, name=f"{name}.shares")(x)
    return layers.Identity(name=name)(x)


def channel_avg_pool(x: KerasTensor, name: str) -> KerasTensor:
    """Average the channels of each cell."""
    inside = keras.Input(x.shape[1:], dtype=x.dtype)
    mean = ops.mean(inside, axis=-1, keepdims=True)
    x = keras.Model(inside, mean, name=f"{name}.mean")(x)
    return layers.Identity(name=name)(x)


def channel_max_pool(x: KerasTensor, name: str) -> KerasTensor:
    """Take the largest channel of each cell."""
    inside = keras.Input(x.shape[1:], dtype=x.dtype)
    largest = ops.max(inside, axis=-1, keepdims=True)
    x = keras.Model(inside, largest, name=f"{name}.largest")(x)
    return layers.Identity(name=name)(x)


def depth_to_space(x: KerasTensor, name: str, block: int, outer: str) -> KerasTensor:
    """Lay channels out as the cells of blocks."""
    height, width, channels = x.shape[1:]
    depth = channels // block**2
    inner = outer == "cells"
    parted = (block, block, depth) if inner else (depth, block, block)
    order = (1, 3, 2, 4, 5) if inner else (1, 4, 2, 5, 3)
    x = layers.Reshape((height, width, *parted), name=f"{name}.parts")(x)
    x = layers.Permute(order, name=f"{name}.cells")(x)
    return layers.Reshape((height * block, width * block, depth), name=name)(x)


def space_to_depth(x: KerasTensor, name: str, block: int, outer: str) -> KerasTensor:
    """Stack the cells of blocks as channels."""
    height, width, channels = x.shape[1:]
    rows, columns = height // block, width // block
    order = (1, 3, 2, 4, 5) if outer == "cells" else (1, 3, 5, 2, 4)
    parted = (rows, block, columns, block, channels)
    x = layers.Reshape(parted, name=f"{name}.cells")(x)
    x = layers.Permute(order, name=f"{name}.parts")(x)
    return layers.Reshape((rows, columns, channels * block**2), name=name)(x)


def padded_from_map(
    x: KerasTensor,
    name: str,
    pads: tuple[tuple[int, int], tuple[int, int]],
    mode: str,
) -> KerasTensor:
    """Surround a map with its mirror images, or with its outermost cells."""
    found = inside = keras.Input(x.shape[1:], dtype=x.dtype)
    for axis, (before, after) in enumerate(pads, 1):
        last = x.shape[axis] - 1
        cells = [*range(-before, x.shape[axis] + after)]
        if mode == "reflect":
            cells = [last - abs(last - abs(cell)) for cell in cells]
        else:
            cells = [min(max(cell, 0), last) for cell in cells]
        found = ops.take(found, cells, axis=axis)
    x = keras.Model(inside, found, name=f"{name}.around")(x)
    return layers.Identity(name=name)(x)


def global_attention_pool(values: list[KerasTensor], name: str) -> KerasTensor:
    """Average a map over its grid, cells weighted by the softmax of their scores."""
    inside = [keras.Input(each.shape[1:], dtype=each.dtype) for each in values]
    _, height, width, _ = values[0].shape
    x, score = [ops.reshape(each, (-1, height * width, each.shape[3])) for each in inside]
    mean = ops.sum(x * ops.softmax(score, axis=1), axis=1)
    x = keras.Model(inside, mean, name=f"{name}.mean")(values)
    return layers.Identity(name=name)(x)


def resize(values: list[KerasTensor], name: str) -> KerasTensor:
    """Interpolate a map to the grid of another; a vector is one cell."""
    x, like = values
    if len(x.shape) == 2:
        x = layers.Reshape((1, 1, x.shape[-1]), name=f"{name}.cell")(x)
    inside = keras.Input(x.shape[1:], dtype=x.dtype)
    found = ops.image.resize(inside, like.shape[1:3], antialias=False)
    x = keras.Model(inside, found, name=f"{name}.between")(x)
    return layers.Identity(name=name)(x)


def resize_nearest(values: list[KerasTensor], name: str) -> KerasTensor:
    """Copy cells of a map to the grid of another; a vector is one cell."""
    x, like = values
    if len(x.shape) == 2:
        x = layers.Reshape((1, 1, x.shape[-1]), name=f"{name}.cell")(x)
    found = inside = keras.Input(x.shape[1:], dtype=x.dtype)
    for axis, size in enumerate(like.shape[1:3], 1):
        cells = [at * x.shape[axis] // size for at in range(size)]
        found = ops.take(found, cells, axis=axis)
    x = keras.Model(inside, found, name=f"{name}.copies")(x)
    return layers.Identity(name=name)(x)


def interpolated_to(x: KerasTensor, name: str, grid: int | tuple[int, int]) -> KerasTensor:
    """Interpolate a map to a grid of fixed size."""
    size = (grid, grid) if isinstance(grid, int) else grid
    inside = keras.Input(x.shape[1:], dtype=x.dtype)
    found = ops.image.resize(inside, size, antialias=False)
    x = keras.Model(inside, found, name=f"{name}.between")(x)
    return layers.Identity(name=name)(x)


def copied_to(x: KerasTensor, name: str, grid: int | tuple[int, int]) -> KerasTensor:
    """Copy cells of a map to a grid of fixed size."""
    found = inside = keras.Input(x.shape[1:], dtype=x.dtype)
    for axis, size in enumerate((grid, grid) if isinstance(grid, int) else grid, 1):
        cells = [at * x.shape[axis] // size for at in range(size)]
        found = ops.take(found, cells, axis=axis)
    x = keras.Model(inside, found, name=f"{name}.copies")(x)
    return layers.Identity(name=name)(x)


def aligned_to(x: KerasTensor, name: str, grid: int | tuple[int, int]) -> KerasTensor:
    """Interpolate, the outermost cells of a grid of fixed size on those of the map."""
    found = inside = keras.Input(x.shape[1:], dtype=x.dtype)
    for axis, size in enumerate((grid, grid) if isinstance(grid, int) else grid, 1):
        last = x.shape[axis] - 1
        places = [at * last / max(size - 1, 1) for at in range(size)]
        near = [int(place) for place in places]
        far = [min(cell + 1, last) for cell in near]
        shares = [place - cell for place, cell in zip(places, near, strict=True)]
        share = ops.convert_to_tensor(shares, dtype=x.dtype)
        share = ops.reshape(share, (-1, 1, 1) if axis == 1 else (-1, 1))
        found, further = (ops.take(found, cells, axis=axis) for cells in (near, far))
        found = found + (further - found) * share
    x = keras.Model(inside, found, name=f"{name}.between")(x)
    return layers.Identity(name=name)(x)


def upsample_aligned(x: KerasTensor, name: str, factor: int | tuple[int, int]) -> KerasTensor:
    """Enlarge a map by a factor, the outermost cells on those that it has."""
    down, across = (factor, factor) if isinstance(factor, int) else factor
    return aligned_to(x, name, (x.shape[1] * down, x.shape[2] * across))
