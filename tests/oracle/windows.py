"""Windows over one side of a map: the arithmetic of the page on the language."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np

Array = Any


class Side(NamedTuple):
    """A window along one side: kernel, stride and dilation in cells."""

    kernel: int
    stride: int
    dilation: int

    @property
    def span(self) -> int:
        """How many cells lie between its first and its last, both counted."""
        return (self.kernel - 1) * self.dilation + 1


def added(side: Side, padding: Any, cells: int, *, index: int) -> tuple[int, int]:
    """Find the cells before and after one side (0: height, 1: width) of a map."""
    if padding == "valid":
        return 0, 0
    if padding == "symmetric":
        return (side.span - 1) // 2, (side.span - 1) // 2
    if padding == "same":
        windows = -(-cells // side.stride)
        total = max(0, (windows - 1) * side.stride + side.span - cells)
        return total // 2, total - total // 2
    if isinstance(padding, int):
        return padding, padding
    return int(padding[2 * index]), int(padding[2 * index + 1])


def count(side: Side, cells: int, pads: tuple[int, int], *, ceil: bool) -> int:
    """Count the windows; the last may hang over, if it begins in the map or the padding before."""
    room = cells + sum(pads) - side.span
    if not ceil:
        return room // side.stride + 1
    windows = -(-room // side.stride) + 1
    return windows - 1 if (windows - 1) * side.stride >= cells + pads[0] else windows


def windows(
    x: Array, sides: tuple[Side, Side], counts: tuple[int, int]
) -> Iterator[tuple[int, int, Array]]:
    """List, for each cell of a kernel, what all windows see there of an NHWC array."""
    for i, j in product(range(sides[0].kernel), range(sides[1].kernel)):
        rows = i * sides[0].dilation + np.arange(counts[0]) * sides[0].stride
        columns = j * sides[1].dilation + np.arange(counts[1]) * sides[1].stride
        yield i, j, x[:, rows][:, :, columns]


def surrounded(x: Array, pads: list[tuple[int, int]], value: float) -> Array:
    """Add cells of one value around an NHWC array."""
    return np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=value)


def cut(x: Array, axis: int, before: int, after: int) -> Array:
    """Cut cells off a side; a negative number adds zeros instead."""
    width = [(0, 0)] * x.ndim
    width[axis] = (max(0, -before), max(0, -after))
    x = np.pad(x, width)
    return np.take(x, np.arange(max(0, before), x.shape[axis] - max(0, after)), axis)
