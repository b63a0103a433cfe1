"""What is wrong with a placed drawing: things that overlap, and lines that cross."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archspec.views.layout import Area, Placed, Point
from archspec.views.strokes import HALF_WIDE

Areas = NDArray[Any]
"""Rectangles, one a row: the left, top, right and bottom edge."""
Names = list[str]
_End = tuple[str, Point]
_TOUCH = 0.05
"""What overlaps by less only touches."""
_STEM = 0.3
"""How much of a line is seen before its arrowhead at least, as a part of the arrowhead."""
_BESIDE = 0.12
"""How far a label stands from a box beside it at least, as a part of its height."""


def faults(placed: Placed) -> list[str]:
    """List everything that overlaps what it should not, by name."""
    return sorted({f"{kind}: {one} / {other}" for kind, one, other in _faults(placed)})


def crossings(placed: Placed) -> list[tuple[str, str]]:
    """List pairs of lines of different values that cross, by their values."""
    names, found = _segments(placed)
    if not len(found):
        return []
    left, top, right, bottom = found.T
    level = bottom - top < _TOUCH
    lying, upright = np.flatnonzero(level), np.flatnonzero(~level)
    x, y = left[upright], top[lying]
    is_across = (left[lying, None] + _TOUCH < x) & (x < right[lying, None] - _TOUCH)
    is_down = (top[upright] + _TOUCH < y[:, None]) & (y[:, None] < bottom[upright] - _TOUCH)
    pairs = {
        tuple(sorted((names[lying[a]], names[upright[b]])))
        for a, b in np.argwhere(is_across & is_down)
    }
    return sorted((one, other) for one, other in pairs if one != other)


def _faults(placed: Placed) -> Iterator[tuple[str, str, str]]:
    boxes = _areas([each.area for each in placed.boxes])
    box_names = [each.box.path for each in placed.boxes]
    frames = _areas([each.area for each in placed.frames])
    frame_names = [each.frame.path for each in placed.frames]
    labels = _areas([each.area for each in placed.labels])
    label_names = [f"{each.kind} {each.text}" for each in placed.labels]
    line_names, lines = _segments(placed)
    yield from _among("box/box", boxes, box_names)
    yield from _among("label/label", labels, label_names)
    yield from _between("box/label", (boxes, box_names), (labels, label_names))
    yield from _between("line/box", (lines, line_names), (boxes, box_names))
    yield from _between("line/label", (lines, line_names), (labels, label_names))
    apart = labels + np.outer(labels[:, 3] - labels[:, 1], np.array([-1, 0, 1, 0])) * _BESIDE
    yield from _between("label beside box", (boxes, box_names), (apart, label_names))
    yield from _cramped(placed, line_names, lines)
    page = np.array([[0.0, 0.0, placed.width, placed.height]])
    everything = [(boxes, box_names), (frames, frame_names), (labels, label_names)]
    for areas, names in (*everything, (lines, line_names)):
        yield from _halfway("through frame", (areas, names), (frames, frame_names))
        outside = np.flatnonzero(~_inside(areas, page).any(axis=1))
        yield from (("off the page", names[at], "") for at in outside)
    yield from _lying(line_names, lines)
    yield from _loose(placed)


def _areas(areas: Sequence[Area]) -> Areas:
    listed = [(each.x, each.y, each.right, each.bottom) for each in areas]
    return np.array(listed, float).reshape(-1, 4)


def _segments(placed: Placed) -> tuple[Names, Areas]:
    """List the pieces of all lines, as rectangles without a width or without a height."""
    names, found = [], []
    for line in placed.lines:
        for (x, y), (to_x, to_y) in pairwise(line.points):
            assert abs(x - to_x) < _TOUCH or abs(y - to_y) < _TOUCH, "a line at an angle"
            names.append(line.value)
            found.append((min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)))
    return names, np.array(found, float).reshape(-1, 4)


def _overlap(one: Areas, other: Areas) -> Areas:
    """Say for each pair whether they have more than an edge in common."""
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:], other[None, :, 2:])
    flat = one[:, None, :2] > one[:, None, 2:] - _TOUCH  # a line has no width
    found: Areas = np.where(flat, high - low + 2 * _TOUCH, high - low) > _TOUCH
    return np.asarray(found.all(axis=2))


def _among(kind: str, areas: Areas, names: Names) -> Iterator[tuple[str, str, str]]:
    for a, b in np.argwhere(np.triu(_overlap(areas, areas), 1)):
        yield kind, names[a], names[b]


def _between(
    kind: str, one: tuple[Areas, Names], other: tuple[Areas, Names]
) -> Iterator[tuple[str, str, str]]:
    shrunk = other[0] + np.array([1, 1, -1, -1]) * 2 * _TOUCH
    for a, b in np.argwhere(_overlap(one[0], shrunk)):
        yield kind, one[1][a], other[1][b]


def _inside(one: Areas, other: Areas) -> Areas:
    """Say for each pair whether the first lies within the second."""
    low = one[:, None, :2] >= other[None, :, :2] - _TOUCH
    high = one[:, None, 2:] <= other[None, :, 2:] + _TOUCH
    found: Areas = low & high
    return np.asarray(found.all(axis=2))


def _halfway(
    kind: str, one: tuple[Areas, Names], other: tuple[Areas, Names]
) -> Iterator[tuple[str, str, str]]:
    """List what overlaps a frame and is neither inside of it nor around it."""
    shrunk = other[0] + np.array([1, 1, -1, -1]) * 2 * _TOUCH
    is_nested = _inside(one[0], other[0]) | _inside(other[0], one[0]).T
    for a, b in np.argwhere(_overlap(one[0], shrunk) & ~is_nested):
        yield kind, one[1][a], other[1][b]


def _lying(names: Names, lines: Areas) -> Iterator[tuple[str, str, str]]:
    """List lines of different values that lie on one another."""
    low = np.maximum(lines[:, None, :2], lines[None, :, :2])
    high = np.minimum(lines[:, None, 2:], lines[None, :, 2:])
    shared = high - low
    is_along = (shared > 2 * _TOUCH).any(axis=2) & (shared > -_TOUCH).all(axis=2)
    for a, b in np.argwhere(np.triu(is_along, 1)):
        if names[a] != names[b]:
            yield "line/line", names[a], names[b]


def _cramped(placed: Placed, names: Names, lines: Areas) -> Iterator[tuple[str, str, str]]:
    """List arrows of which only the head is seen, and heads in which another line runs."""
    arrows = [each for each in placed.lines if each.has_arrowhead]
    ends = np.array([each.points[-2:] for each in arrows], float).reshape(-1, 2, 2)
    way = ends[:, 0] - ends[:, 1]
    length = np.abs(way).sum(axis=1)
    for at in np.flatnonzero(length < (1 + _STEM) * placed.arrow - _TOUCH):
        yield "no stem", arrows[at].value, arrows[at].head
    along = way / np.maximum(length, _TOUCH)[:, None] * placed.arrow
    across = np.abs(along[:, ::-1]) * HALF_WIDE
    tip, neck = ends[:, 1], ends[:, 1] + along
    low, high = np.minimum(tip, neck) - across, np.maximum(tip, neck) + across
    heads = np.hstack([low, high]) + np.array([1, 1, -1, -1]) * 2 * _TOUCH
    for a, b in np.argwhere(_overlap(lines, heads)):
        wide, high = lines[a, 2:] - lines[a, :2]
        is_across = (wide > high) != (abs(way[b, 0]) > abs(way[b, 1]))
        if is_across or names[a] != arrows[b].value:
            yield "line/arrowhead", names[a], f"{arrows[b].value} to {arrows[b].head}"


def _loose(placed: Placed) -> Iterator[tuple[str, str, str]]:
    """List pieces of arrows that do not go on where they pass the border of a frame."""
    frames = {each.frame.path for each in placed.frames}
    boxes = {each.box.path for each in placed.boxes}
    starts = [(line.value, line.points[0]) for line in placed.lines]
    ends = [(line.value, line.points[-1]) for line in placed.lines]
    for line in placed.lines:
        if not line.has_arrowhead and not _meets((line.value, line.points[-1]), starts):
            yield "loose end", line.value, line.head
        is_passing = line.tail not in boxes and line.tail in frames
        if is_passing and not _meets((line.value, line.points[0]), ends):
            yield "loose start", line.value, line.tail


def _meets(end: _End, others: Sequence[_End]) -> bool:
    """Say whether another end of a line of the same value is at the same place."""
    value, (x, y) = end
    return any(
        other == value and abs(x - to_x) < _TOUCH and abs(y - to_y) < _TOUCH
        for other, (to_x, to_y) in others
    )
