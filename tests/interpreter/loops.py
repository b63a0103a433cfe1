"""Windows computed cell by cell in loops, with padding from first principles, for one example.

It owes nothing to the interpreter nor to the operators' own arithmetic of windows, and so can tell
whether those are right. Maps are height x width x channels; weights have PyTorch's layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil

import numpy as np
from numpy.typing import NDArray

from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.pool import MaxPool, Pool

Array = NDArray[np.float64]
Cell = tuple[int, int]
Windowed = Conv2d | ConvTranspose2d | Pool


def compute(op: Windowed, x: Array, parameters: Mapping[str, Array]) -> Array:
    """Apply a window to a map."""
    if isinstance(op, ConvTranspose2d):
        return stamp(op, x, parameters)
    height, width = (len(starts(op, x.shape[axis], axis)) for axis in (0, 1))
    left = [apply(op, x, cell, parameters) for cell in np.ndindex(height, width)]
    return np.array(left).reshape(height, width, -1)


def apply(op: Conv2d | Pool, x: Array, cell: Cell, parameters: Mapping[str, Array]) -> Array:
    """Compute one cell of what comes out."""
    if isinstance(op, Conv2d):
        return filtered(op, x, cell, parameters)
    return largest(op, x, cell) if isinstance(op, MaxPool) else mean(op, x, cell)


def pads(op: Windowed, size: int, axis: int) -> tuple[int, int]:
    """Pad as is written; ``same`` is TensorFlow's: ceil(size / stride) windows, the end more."""
    if op.padding == "valid":
        return 0, 0
    if op.padding == "symmetric":
        return (extent(op, axis) - 1) // 2, (extent(op, axis) - 1) // 2
    if op.padding == "same":
        total = (ceil(size / op.stride[axis]) - 1) * op.stride[axis] + extent(op, axis) - size
        return max(total, 0) // 2, max(total, 0) - max(total, 0) // 2
    assert not isinstance(op.padding, str)
    return op.padding[2 * axis], op.padding[2 * axis + 1]


def dilation(op: Windowed, axis: int) -> int:
    """Say how far apart the cells of a window lie."""
    return 1 if isinstance(op, Pool) else op.dilation[axis]


def extent(op: Windowed, axis: int) -> int:
    """Count the cells from the first to the last that one window spans."""
    return (op.kernel[axis] - 1) * dilation(op, axis) + 1


def starts(op: Conv2d | Pool, size: int, axis: int) -> list[int]:
    """Say where windows begin: they end in the padded map; one that hangs over begins inside."""
    before, after = pads(op, size, axis)
    places = range(-before, size + after, op.stride[axis])
    reach, step = extent(op, axis), op.stride[axis]
    if isinstance(op, Pool) and op.ceil:
        return [each for each in places if each < size and each - step + reach < size + after]
    return [each for each in places if each + reach <= size + after]


def read(op: Conv2d | Pool, x: Array, cell: Cell) -> Iterator[tuple[Cell, Array]]:
    """Give each tap of one window with what it reads of the map; padding is left out."""
    top, left = (starts(op, x.shape[axis], axis)[cell[axis]] for axis in (0, 1))
    for a, b in np.ndindex(*op.kernel):
        row, column = top + a * dilation(op, 0), left + b * dilation(op, 1)
        if 0 <= row < x.shape[0] and 0 <= column < x.shape[1]:
            yield (a, b), x[row, column]


def filtered(op: Conv2d, x: Array, cell: Cell, parameters: Mapping[str, Array]) -> Array:
    """Multiply and add, group by group."""
    found = np.zeros(op.filters) + parameters.get("bias", 0.0)
    for (a, b), values in read(op, x, cell):
        weights = np.split(parameters["weight"][:, :, a, b], op.groups)
        parts = np.split(values, op.groups)
        found += np.concatenate([own @ part for own, part in zip(weights, parts, strict=True)])
    return found


def largest(op: MaxPool, x: Array, cell: Cell) -> Array:
    """Take the largest of what a window reads."""
    found: Array = np.max([values for _, values in read(op, x, cell)], axis=0)
    return found


def mean(op: Pool, x: Array, cell: Cell) -> Array:
    """Average what a window reads; zeros of the padding may count, what hangs over never does."""
    values = [values for _, values in read(op, x, cell)]
    counted = windowed(op, x, cell) if getattr(op, "count_padding", False) else len(values)
    total: Array = np.sum(values, axis=0)
    return total / counted


def windowed(op: Pool, x: Array, cell: Cell) -> int:
    """Count the cells of a window that lie on the map or its padding."""
    counted = 1
    for axis in (0, 1):
        end = starts(op, x.shape[axis], axis)[cell[axis]] + op.kernel[axis]
        over = max(end - x.shape[axis] - pads(op, x.shape[axis], axis)[1], 0)
        counted *= op.kernel[axis] - over
    return counted


def stamp(op: ConvTranspose2d, x: Array, parameters: Mapping[str, Array]) -> Array:
    """Add what each cell stamps, then crop; ``same`` leaves stride times the grid."""
    weight, shape = parameters["weight"], x.shape[:2]
    spread = [(shape[axis] - 1) * op.stride[axis] + extent(op, axis) for axis in (0, 1)]
    kept = [crop(op, shape[axis], spread[axis], axis) for axis in (0, 1)]
    found = np.zeros((*(each.stop for each in kept), op.filters))
    for i, j, a, b in np.ndindex(*shape, *op.kernel):
        row, column = i * op.stride[0] + a * op.dilation[0], j * op.stride[1] + b * op.dilation[1]
        if row < found.shape[0] and column < found.shape[1]:
            parts = zip(np.split(x[i, j], op.groups), np.split(weight, op.groups), strict=True)
            found[row, column] += np.concatenate([part @ own[:, :, a, b] for part, own in parts])
    cropped: Array = found[kept[0], kept[1]]
    return cropped + parameters.get("bias", 0.0)


def crop(op: ConvTranspose2d, size: int, spread: int, axis: int) -> slice:
    """Say which of the cells that are covered, and of those behind them, are kept."""
    if op.padding == "same":
        before = max(extent(op, axis) - op.stride[axis], 0) // 2
        return slice(before, before + size * op.stride[axis])
    before, after = pads(op, size, axis)
    return slice(before, spread - after + op.output_padding[axis])
