"""Cells that are picked out of a map by their places, as exporters write out shares of a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from archspec.importing.imported import Wordless
from archspec.importing.onnx.folding import MOST
from archspec.importing.values import Value
from archspec.operators.pool import AdaptiveAvgPool
from archspec.window import shares

NOTHING = -1
"""What stands for a zero where others are numbers of cells."""


@dataclass(frozen=True)
class Gathered:
    """Cells of a map, channel by channel, of which some are added up.

    Each of the ``terms`` has the numbers of cells, row by row, that one summand reads; all have one
    shape, that of the tensor behind its batch and channels.
    """

    value: Value
    terms: tuple[Any, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the dimensions behind batch and channels."""
        found: tuple[int, ...] = self.terms[0].shape
        return found

    def zeroed(self, mask: Any) -> Gathered:
        """Put zeros where a mask says so."""
        import numpy as np

        hidden = np.broadcast_to(mask, self.shape)
        return replace(self, terms=tuple(np.where(hidden, NOTHING, each) for each in self.terms))

    def taken(self, places: Any, axis: int) -> Gathered:
        """Pick out places of a dimension."""
        return replace(self, terms=tuple(each.take(places, axis) for each in self.terms))

    def plus(self, other: Gathered) -> Gathered:
        """Add cells of the same map; raise ``Wordless``."""
        terms = self.terms + other.terms
        if self.value != other.value or self.shape != other.shape:
            raise Wordless("it adds cells of other places")
        if len(terms) * prod(self.shape) > MOST:
            raise Wordless("it adds up too many cells")
        return replace(self, terms=terms)

    def along(self, axes: Sequence[int]) -> Gathered:
        """Add up what some dimensions run through."""
        import numpy as np

        ends = range(-len(axes), 0)
        moved = (np.moveaxis(each, axes, ends) for each in self.terms)
        size = prod(self.shape[axis] for axis in axes)
        flat = (each.reshape(*each.shape[: -len(axes)], size) for each in moved)
        return replace(self, terms=tuple(each[..., at] for each in flat for at in range(size)))

    def averages(self, divisor: Any) -> AdaptiveAvgPool:
        """Return the pool that divides these sums by its numbers of cells; raise ``Wordless``."""
        import numpy as np

        grid, pool = self.value.wire.type.grid, AdaptiveAvgPool(grid=_pair(self.shape))
        counts, expected = _shares(grid, pool.grid, len(self.terms))
        is_equal = (np.sort(np.stack(self.terms, -1)) == expected).all()
        if not is_equal or not np.allclose(np.broadcast_to(divisor, self.shape), counts):
            raise Wordless("it averages other cells than equal shares of a grid have")
        return pool


def _pair(shape: tuple[int, ...]) -> tuple[int, int]:
    if len(shape) != 2:
        raise Wordless("it makes no map of the cells that were picked out")
    return (shape[0], shape[1])


def _shares(grid: tuple[int, ...], counts: tuple[int, int], most: int) -> tuple[Any, Any]:
    """Return how many cells the shares of a grid have, and which, in order behind ``NOTHING``."""
    import numpy as np

    numbers = np.arange(prod(grid)).reshape(grid)
    found = np.full((*counts, most), NOTHING)
    sizes = np.zeros(counts, int)
    for row, (top, bottom) in enumerate(shares(grid[0], counts[0])):
        for column, (left, right) in enumerate(shares(grid[1], counts[1])):
            cells = numbers[top:bottom, left:right].ravel()
            sizes[row, column] = cells.size
            found[row, column, max(most - cells.size, 0) :] = cells[:most]
    return sizes, found
