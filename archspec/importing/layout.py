"""Layouts: which numbers of a value each dimension of a tensor runs through, in which order.

Views and permutations only change the layout; what they are for is seen where the last one ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from typing import NamedTuple, TypeAlias


class Run(NamedTuple):
    """A part of a dimension: ``size`` numbers along an axis of the value, every ``step``-th."""

    axis: str
    step: int
    size: int


Dimension: TypeAlias = tuple[Run, ...]
"""The runs that a dimension is the product of, the slowest first; none if its size is one."""
Layout: TypeAlias = tuple[Dimension, ...]
"""The dimensions of a tensor without the batch."""

CHANNELS, ROWS, COLUMNS = "channels", "rows", "columns"


def whole(axis: str, size: int) -> Dimension:
    """Return the dimension that runs through all of an axis."""
    return (Run(axis, 1, size),) if size > 1 else ()


def size_of(dimension: Dimension) -> int:
    """Return the size of a dimension."""
    return prod(run.size for run in dimension)


def spread(one: Layout, other: Layout) -> Layout | None:
    """Return the layout of what two tensors give number by number, each spread where it is one."""
    if len(one) != len(other):
        return None
    pairs = [*zip(one, other, strict=True)]
    fit = all(a == b or () in (a, b) for a, b in pairs)
    return tuple(a or b for a, b in pairs) if fit else None


def flat(layout: Layout) -> Dimension:
    """Return the dimension that a tensor is as a vector."""
    return _joined(run for dimension in layout for run in dimension)


def reshaped(layout: Layout, shape: Sequence[int]) -> Layout | None:
    """Return the layout of a tensor that is viewed in another shape; None where none says it."""
    left, dimensions = [*reversed(flat(layout))], []
    for size in shape:
        taken = _taken(left, size)
        if taken is None:
            return None
        dimensions.append(_joined(taken))
    return None if left else tuple(dimensions)


def _taken(left: list[Run], size: int) -> list[Run] | None:
    """Take runs of a size off the end of a list, part of a run where it is longer."""
    taken = []
    while size > 1:
        if not left:
            return None
        run = left.pop()
        if run.size > size and run.size % size == 0:
            inner = run.size // size
            left.append(Run(run.axis, run.step, inner))
            run = Run(run.axis, run.step * inner, size)
        if size % run.size:
            return None
        taken.append(run)
        size //= run.size
    return taken


def _joined(runs: Iterable[Run]) -> Dimension:
    """Join neighbours that are one run."""
    found: list[Run] = []
    for run in runs:
        if found and (found[-1].axis, found[-1].step) == (run.axis, run.step * run.size):
            found.append(Run(run.axis, run.step, found.pop().size * run.size))
        else:
            found.append(run)
    return tuple(found)
