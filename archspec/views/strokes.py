"""What writers of placed drawings share: rounded lines, arrowheads, and where text stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import hypot
from typing import NamedTuple

from archspec.views.layout import Area, Placed, PlacedLabel, PlacedLine, Point, scale_of

THICKNESS = 0.8
"""Of lines and borders, in points."""
DASHES = (4, 3)
ROUNDING = 6
"""The radius of the corners of frames."""
_LEADING = 1.2
_CORNER = 0.4
"""The radius of corners, as a part of the size of text."""
HALF_WIDE = 13 / 30
"""Half the width of arrowheads, as a part of their length."""
_BASELINE = 0.36
"""How far below its middle a line of text has its baseline, as a part of its size."""


class Bend(NamedTuple):
    """A rounded corner: where it starts, the corner, and where it ends."""

    start: Point
    corner: Point
    end: Point


class Stroke(NamedTuple):
    """A line from its start over its bends to its end, and the corners of its arrowhead."""

    start: Point
    bends: tuple[Bend, ...]
    end: Point
    head: tuple[Point, Point, Point] | None


class Words(NamedTuple):
    """A line of text: the middle of its baseline, and its size."""

    text: str
    x: float
    y: float
    size: float


def stroke(line: PlacedLine, placed: Placed) -> Stroke:
    """Round the corners of a line of a drawing, and end it before its arrowhead."""
    points, head = line.points, None
    if line.has_arrowhead:
        *rest, before, tip = points
        neck = _towards(tip, before, placed.arrow)
        points, head = (*rest, before, neck), _head(neck, tip, HALF_WIDE * placed.arrow)
    corners = zip(points, points[1:], points[2:], strict=False)
    return Stroke(
        points[0], tuple(_bend(*each, _CORNER * placed.size) for each in corners), points[-1], head
    )


def words(lines: Sequence[str], area: Area, size: float) -> Iterator[Words]:
    """Put lines of text into the middle of an area."""
    x, middle = area.x + area.width / 2, area.y + area.height / 2
    first = middle - (len(lines) - 1) / 2 * size * _LEADING + size * _BASELINE
    for at, line in enumerate(lines):
        yield Words(line, x, first + at * size * _LEADING, size)


def size_of(label: PlacedLabel, placed: Placed) -> float:
    """Return the size of a label's text."""
    return placed.size * scale_of(label.kind, placed.small)


def _bend(before: Point, corner: Point, after: Point, most: float) -> Bend:
    radius = min(most, _distance(before, corner) / 2, _distance(corner, after) / 2)
    return Bend(_towards(corner, before, radius), corner, _towards(corner, after, radius))


def _head(neck: Point, tip: Point, half: float) -> tuple[Point, Point, Point]:
    length = _distance(neck, tip) or 1.0
    x, y = (neck[1] - tip[1]) / length * half, (tip[0] - neck[0]) / length * half
    return tip, (neck[0] + x, neck[1] + y), (neck[0] - x, neck[1] - y)


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _towards(start: Point, end: Point, length: float) -> Point:
    share = length / (_distance(start, end) or 1.0)
    return (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
