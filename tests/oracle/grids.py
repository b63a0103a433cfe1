"""What operators compute that share out, surround, cut or enlarge grids, or move their cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tests.oracle.windows import Array, surrounded

Attributes = Mapping[str, Any]
Weights = Callable[[str], Array]


def pair(value: Any) -> tuple[int, int]:
    """Return a size as height and width."""
    height, width = value if isinstance(value, tuple) else (value, value)
    return int(height), int(width)


def shared_out(x: Array, grid: tuple[int, int], reduced: Callable[..., Array]) -> Array:
    """Reduce the cells that each cell of another grid overlaps."""
    found = np.empty((len(x), *grid, x.shape[-1]))
    for i, j in np.ndindex(*grid):
        rows, columns = (
            [n for n in range(size) if n < (at + 1) * size / cells and n + 1 > at * size / cells]
            for at, size, cells in ((i, x.shape[1], grid[0]), (j, x.shape[2], grid[1]))
        )
        found[:, i, j] = reduced(x[:, rows][:, :, columns], axis=(1, 2))
    return found


def pad(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    top, bottom, left, right = np.broadcast_to(attributes["cells"], 4)
    if attributes["mode"] == "zeros":
        return surrounded(x, [(top, bottom), (left, right)], 0.0)
    for axis, (before, after) in ((1, (top, bottom)), (2, (left, right))):
        size = x.shape[axis]
        places = [_within(at, size, attributes["mode"]) for at in range(-before, size + after)]
        x = np.take(x, places, axis)
    return x


def _within(at: int, size: int, mode: str) -> int:
    """Find the cell that a place beyond the map repeats."""
    if mode == "replicate":
        return min(max(at, 0), size - 1)
    return -at if at < 0 else at if at < size else 2 * (size - 1) - at


def depth_to_space(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    """Move channels to the cells of blocks, one at a time."""
    size, height, width = int(attributes["block"]), x.shape[1], x.shape[2]
    depth = x.shape[-1] // size**2
    found = np.empty((len(x), height * size, width * size, depth))
    for i, j, k in np.ndindex(size, size, depth):
        found[:, i::size, j::size, k] = x[..., _stacked(i, j, k, size, depth, attributes["outer"])]
    return found


def space_to_depth(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    """Move the cells of blocks to channels, one at a time."""
    size, depth = int(attributes["block"]), x.shape[-1]
    found = np.empty((len(x), x.shape[1] // size, x.shape[2] // size, depth * size**2))
    for i, j, k in np.ndindex(size, size, depth):
        channel = _stacked(i, j, k, size, depth, attributes["outer"])
        found[..., channel] = x[:, i::size, j::size, k]
    return found


def _stacked(i: int, j: int, k: int, size: int, depth: int, outer: str) -> int:
    """Find the channel that holds channel ``k`` of cell ``(i, j)`` of a block."""
    cell = i * size + j
    return k * size**2 + cell if outer == "channels" else cell * depth + k


def crop(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    top, bottom, left, right = np.broadcast_to(attributes["cells"], 4)
    height, width = x.shape[1:3]
    return x[:, top : height - bottom, left : width - right]


def upsample(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    """Enlarge the grid."""
    for axis, factor in enumerate(pair(attributes["factor"]), 1):
        places = (np.arange(x.shape[axis] * factor) + 0.5) / factor - 0.5
        if attributes["mode"] == "aligned":
            places = np.linspace(0, x.shape[axis] - 1, x.shape[axis] * factor)
        x = (
            _nearest(x, factor, axis)
            if attributes["mode"] == "nearest"
            else _between(x, places, axis)
        )
    return x


def _nearest(x: Array, factor: int, axis: int) -> Array:
    return np.repeat(x, factor, axis)


def _between(x: Array, places: Array, axis: int) -> Array:
    places = np.clip(places, 0, x.shape[axis] - 1)
    low = np.floor(places).astype(int)
    high = np.minimum(low + 1, x.shape[axis] - 1)
    share = (places - low).reshape([-1 if n == axis else 1 for n in range(x.ndim)])
    return np.take(x, low, axis) * (1 - share) + np.take(x, high, axis) * share


def attended(x: Array, scores: Array) -> Array:
    """Add up the cells of each example, each as often as its score says of all."""
    found = []
    for example, score in zip(x, scores, strict=True):
        shares = np.exp(score[..., 0] - score.max())
        found.append(np.einsum("hwc,hw->c", example, shares / shares.sum()))
    return np.stack(found)


RESIZING = ("resize", "resize_nearest")


def resized(word: str, x: Array, like: Array) -> Array:
    """Give a map the grid of another."""
    return _resized(x, like.shape[1:3], "nearest" if word == "resize_nearest" else "bilinear")


def resize_to(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    """Give a map a grid of fixed size."""
    return _resized(x, pair(attributes["grid"]), attributes["mode"])


def _resized(x: Array, grid: tuple[int, ...], mode: str) -> Array:
    for axis, wanted in enumerate(grid, 1):
        size = x.shape[axis]
        if mode == "nearest":
            x = np.take(x, [at * size // wanted for at in range(wanted)], axis)
        elif mode == "aligned":
            x = _between(x, np.linspace(0, size - 1, wanted), axis)
        else:
            x = _between(x, (np.arange(wanted) + 0.5) * (size / wanted) - 0.5, axis)
    return x
