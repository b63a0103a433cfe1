"""Placing a legend below a drawing, in as many rows as it takes."""

from __future__ import annotations

from collections.abc import Iterable

from archspec.views.layout.placed import Area, PlacedMeaning
from archspec.views.layout.text import width
from archspec.views.palette import ColourMeaning

_LEADING = 1.2
_PATCH = 12.0
_BESIDE, _BETWEEN, _ABOVE = 4.0, 12.0, 10.0


def legend(
    meanings: Iterable[ColourMeaning], size: float, left: float, right: float, top: float
) -> tuple[PlacedMeaning, ...]:
    """Place patches of colour with their meanings between two edges, from the top on."""
    found: list[PlacedMeaning] = []
    high = size * _LEADING
    x, y = left, top + _ABOVE
    for colour, text in meanings:
        wide = width(text, size)
        patch = _PATCH + _BESIDE if colour else 0.0
        if x > left and x + patch + wide > right:
            x, y = left, y + high + _BESIDE
        area = Area(x + patch, y, wide, high)
        found.append(PlacedMeaning(colour, text, Area(x, y + 1.0, _PATCH, high - 2.0), area))
        x = area.right + _BETWEEN
    return tuple(found)
