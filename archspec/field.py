"""Receptive fields along one side of a grid, and how they compose.

Source: Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks",
https://distill.pub/2019/computing-receptive-fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, gcd
from typing import NamedTuple


class Field(NamedTuple):
    """The cells that cell ``i`` of a value is computed from.

    They lie from ``i * stride - before`` to ``i * stride + after``, for every ``i`` and whether or
    not the grid has them; a value that is finer than what it is computed from has a stride below 1.
    """

    stride: int | Fraction = 1
    before: int | Fraction = 0
    after: int | Fraction = 0

    @property
    def size(self) -> int:
        """The number of cells."""
        return int(self.before + self.after) + 1

    @property
    def padding(self) -> int | Fraction:
        """How many of them lie before the beginning of the grid for the first cell."""
        return self.before

    def of(self, source: Field) -> Field:
        """Return the field over the cells that ``source``, what this field is over, is over."""
        outer = source.stride
        before, after = source.before + outer * self.before, source.after + outer * self.after
        return Field(outer * self.stride, before, after)

    def and_(self, other: Field) -> Field:
        """Return the field of a value that is computed from two."""
        return Field(*map(max, self, other))


CELL = Field()
"""The cell at the same place."""


def shifted(cells: int) -> Field:
    """Return the field of a grid with so many cells more at the beginning, or fewer."""
    return Field(1, cells, -cells)


def enlarged(factor: int) -> Field:
    """Return the field of a grid whose cells copy the nearest of ``factor`` times fewer."""
    return Field(Fraction(1, factor), Fraction(factor - 1, factor))


def interpolated(factor: int) -> Field:
    """Return the field of a grid between the centres of ``factor`` times fewer cells."""
    half = Fraction(1, 2)
    steps = [Fraction(each, factor) for each in range(factor)]
    places = [step + half / factor - half for step in steps]
    before = max(step - floor(place) for step, place in zip(steps, places, strict=True))
    after = max(ceil(place) - step for step, place in zip(steps, places, strict=True))
    return Field(Fraction(1, factor), before, after)


def spanned(places: Sequence[tuple[int, int]], size: int) -> Field:
    """Return the field of a grid whose cells read from a first to a last of ``size`` cells."""
    stride = Fraction(size, len(places))
    before = max(at * stride - first for at, (first, _) in enumerate(places))
    after = max(last - at * stride for at, (_, last) in enumerate(places))
    return Field(stride, before, after)


def stretched(size: int, wanted: int) -> Field:
    """Return the field of a grid of ``wanted`` cells, the outermost of which are those of ``size``.

    Places are multiples of the stride ``p / q``, so that none is farther than ``(q - 1) / q`` from
    either of the cells around it.
    """
    if 1 in (size, wanted):
        return spanned([(0, 0)] * wanted, size)
    last = wanted - 1
    farthest = 1 - Fraction(gcd(size - 1, last), last)
    return Field(Fraction(size - 1, last), farthest, farthest)
