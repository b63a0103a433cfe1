"""More functions that emitted models take along: what reduces, resizes or rearranges grids."""

# mypy: disable-error-code="type-arg, no-any-return"

from __future__ import annotations

from collections.abc import Callable

import numpy
from numpy import ndarray

from archspec_numpy.prelude import _pair


def _filled(x: ndarray, pads: tuple[int, ...], mode: str) -> ndarray:
    """Surround a map with what is in it."""
    return numpy.pad(x, ((0, 0), pads[:2], pads[2:], (0, 0)), mode)  # type: ignore[call-overload]


def _adaptive_avg_pool(x: ndarray, grid: int | tuple[int, int]) -> ndarray:
    return _in_shares(x, grid, numpy.mean)


def _adaptive_max_pool(x: ndarray, grid: int | tuple[int, int]) -> ndarray:
    return _in_shares(x, grid, numpy.max)


def _in_shares(x: ndarray, grid: int | tuple[int, int], pool: Callable[..., ndarray]) -> ndarray:
    """Pool the shares of the rows, then those of the columns."""
    for axis, cells in zip((1, 2), _pair(grid), strict=True):
        x = numpy.stack([pool(each, axis=axis) for each in _shares(x, axis, cells)], axis)
    return x


def _shares(x: ndarray, axis: int, cells: int) -> list[ndarray]:
    """Divide an axis into equal shares, which overlap in cells that belong to two of them."""
    size = x.shape[axis]
    edges = [(n * size // cells, -(-(n + 1) * size // cells)) for n in range(cells)]
    return [x.take(range(start, stop), axis) for start, stop in edges]


def _global_attention_pool(x: ndarray, score: ndarray) -> ndarray:
    """Weigh cells by the softmax of their scores over the grid."""
    powers = numpy.exp(score - score.max())
    return (x * (powers / powers.sum(axis=(1, 2), keepdims=True))).sum(axis=(1, 2))


def _resize(x: ndarray, like: ndarray) -> ndarray:
    x = x.reshape(len(x), 1, 1, -1) if x.ndim == 2 else x
    return _resized_bilinear(x, like.shape[1:3])


def _resized_bilinear(x: ndarray, grid: int | tuple[int, ...]) -> ndarray:
    """Weigh the neighbours of each cell of a grid, whatever its size."""
    for axis, wanted in zip((1, 2), _pair(grid), strict=True):
        size = x.shape[axis]
        at = numpy.clip((numpy.arange(wanted) + 0.5) * size / wanted - 0.5, 0, size - 1)
        share = (at % 1).astype(x.dtype).reshape((-1, 1) if axis == 2 else (-1, 1, 1))
        low, high = at.astype(int), numpy.minimum(at.astype(int) + 1, size - 1)
        x = x.take(low, axis) * (1 - share) + x.take(high, axis) * share
    return x


def _resized_aligned(x: ndarray, grid: int | tuple[int, ...]) -> ndarray:
    """Weigh the neighbours of each cell, the outermost of which are those of the map."""
    for axis, wanted in zip((1, 2), _pair(grid), strict=True):
        at = numpy.linspace(0, x.shape[axis] - 1, wanted)
        share = (at % 1).astype(x.dtype).reshape((-1, 1) if axis == 2 else (-1, 1, 1))
        low, high = at.astype(int), numpy.minimum(at.astype(int) + 1, x.shape[axis] - 1)
        x = x.take(low, axis) * (1 - share) + x.take(high, axis) * share
    return x


def _resize_nearest(x: ndarray, like: ndarray) -> ndarray:
    x = x.reshape(len(x), 1, 1, -1) if x.ndim == 2 else x
    return _resized_nearest(x, like.shape[1:3])


def _resized_nearest(x: ndarray, grid: int | tuple[int, ...]) -> ndarray:
    """Copy the nearest cells above and to the left."""
    for axis, wanted in zip((1, 2), _pair(grid), strict=True):
        x = x.take(numpy.arange(wanted) * x.shape[axis] // wanted, axis)
    return x


def _depth_to_space(x: ndarray, block: int, outer: str) -> ndarray:
    """Lay channels out as the cells of blocks."""
    order = "nhwcij" if outer == "channels" else "nhwijc"
    sizes = {"i": block, "j": block, "c": x.shape[-1] // block**2}
    parted = x.reshape(*x.shape[:3], *(sizes[each] for each in order[3:]))
    found = numpy.einsum(f"{order}->nhiwjc", parted)
    return found.reshape(len(x), x.shape[1] * block, x.shape[2] * block, -1)


def _space_to_depth(x: ndarray, block: int, outer: str) -> ndarray:
    """Stack the cells of blocks as channels."""
    order = "nhwcij" if outer == "channels" else "nhwijc"
    height, width = x.shape[1] // block, x.shape[2] // block
    parted = x.reshape(len(x), height, block, width, block, -1)
    return numpy.einsum(f"nhiwjc->{order}", parted).reshape(len(x), height, width, -1)
