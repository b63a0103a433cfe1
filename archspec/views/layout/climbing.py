"""Laying out a ladder: positions along the flow and across it, from the size of its vertices."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from archspec.views.layout.bodies import BESIDE, Bodies, Body, Span
from archspec.views.layout.cells import Link, Role, Vertex
from archspec.views.layout.ladders import Ladder
from archspec.views.layout.laying import LEAD, Extent, Laid, Route, label_of

_GAP = 26.0
_ELBOW = 12.0

Points = tuple[tuple[float, float], ...]


def climb(ladder: Ladder, bodies: Bodies, arrow: float, is_hanging: bool) -> Laid:
    """Lay out a ladder, whose top comes first along the flow, or last if it is hanging.

    ``arrow`` is the room for arrowheads.
    """
    return _Climbing(ladder, bodies, arrow, -1 if is_hanging else 1).laid()


class _Climbing:
    def __init__(self, ladder: Ladder, bodies: Bodies, arrow: float, way: int) -> None:
        self.ladder = ladder
        self.bodies = bodies
        self.arrow = arrow
        self.spots = {
            vertex: spot._replace(row=way * spot.row) for vertex, spot in ladder.spots.items()
        }
        self.ways = {link: self.way(link) for link in ladder.links}
        self.leaving = {link.tail: way for link, way in self.ways.items() if way != 0}
        self.axes = self.across()
        self.middles, self.length = self.along()
        self.extents = {vertex: self.extent(vertex) for vertex in self.spots}

    def way(self, link: Link) -> int:
        """Say where a line leaves a box: 1 at its end, -1 at its start, 0 at its side."""
        tail, head = self.spots[link.tail], self.spots[link.head]
        if tail.column != head.column:
            return 0
        return 1 if head.row > tail.row else -1

    def across(self) -> dict[Vertex, float]:
        """Find the axis of each vertex, from the widths of columns."""
        count = 1 + max(spot.column for spot in self.spots.values())
        spans, gaps = [Span()] * count, [_GAP] * count
        for vertex, spot in self.spots.items():
            body, at = self.bodies[vertex], spot.column
            if vertex in self.leaving:
                spans[at] = spans[at].around(body.span).around(body.label)
            else:
                spans[at] = spans[at].around(body.span)
                gaps[at] = max(gaps[at], _wide(body) + self.arrow + 2 * BESIDE)
        places = [spans[0].before]
        for at, (one, other) in enumerate(pairwise(spans)):
            places.append(places[-1] + one.behind + gaps[at] + other.before)
        self.lows = [place - span.before for place, span in zip(places, spans, strict=True)]
        self.width = places[-1] + spans[-1].behind
        return {vertex: places[spot.column] for vertex, spot in self.spots.items()}

    def along(self) -> tuple[Mapping[int, float], float]:
        """Find the middle of each row, and the length of all."""
        rows = sorted({spot.row for spot in self.spots.values()})
        labels = max((body.label_length for body in self.bodies.values()), default=0.0)
        start, middles = LEAD, {}
        for row in rows:
            members = [vertex for vertex, spot in self.spots.items() if spot.row == row]
            high = max(self.bodies[vertex].length for vertex in members)
            middles[row] = start + high / 2
            start += high + LEAD + self.arrow + labels
        return middles, start - self.arrow - labels

    def extent(self, vertex: Vertex) -> Extent:
        """Find the rectangle of a vertex."""
        body, axis = self.bodies[vertex], self.axes[vertex]
        start = self.middles[self.spots[vertex].row] - body.length / 2
        low, high = axis - body.span.before, axis + body.span.behind
        return Extent(start, start + body.length, low, high)

    def laid(self) -> Laid:
        """Collect all positions."""
        routes = tuple(Route(link, self.points(link)) for link in self.ladder.links)
        labelled = (vertex for vertex, body in self.bodies.items() if body.label_length)
        labels = {vertex: self.label(vertex) for vertex in labelled}
        return Laid(self.length, Span(0.0, self.width), self.extents, self.axes, labels, routes)

    def label(self, vertex: Vertex) -> Extent:
        """Find the rectangle of the label beside the line out of a vertex."""
        extent, body = self.extents[vertex], self.bodies[vertex]
        way, high = self.leaving.get(vertex, 0), body.label_length
        if way == 0:
            middle = (extent.start + extent.end) / 2
            low = extent.high + BESIDE
            end = middle - BESIDE / 2
            return Extent(end - high + body.apart, end, low, low + _wide(body))
        start = extent.end if way > 0 else extent.start - high - body.apart
        return label_of(body, start, self.axes[vertex])

    def points(self, link: Link) -> Points:
        """Find the points of a line."""
        tail, head, way = self.extents[link.tail], self.extents[link.head], self.ways[link]
        if way:
            ends = (tail.end, head.start) if way > 0 else (tail.start, head.end)
            return tuple((end, self.axes[link.tail]) for end in ends)
        if link.tail.role is Role.FRAME:
            return self.hooked(link)
        row, other = (self.middles[self.spots[end].row] for end in (link.tail, link.head))
        if row == other:
            return (row, tail.high), (row, head.low)
        if link.head in self.ladder.outer:
            elbow = self.lows[self.spots[link.head].column] - _ELBOW
            return (row, tail.high), (row, elbow), (other, elbow), (other, head.low)
        axis, end = self.axes[link.head], head.end if other < row else head.start
        return (row, tail.high), (row, axis), (end, axis)

    def hooked(self, link: Link) -> Points:
        """Lead a line out of the end of a frame to what stands beside it."""
        tail, head, axis = self.extents[link.tail], self.extents[link.head], self.axes[link.tail]
        turn, elbow, row = tail.end + LEAD, tail.high + _ELBOW, (head.start + head.end) / 2
        return (tail.end, axis), (turn, axis), (turn, elbow), (row, elbow), (row, head.low)


def _wide(body: Body) -> float:
    """Measure the label of a body across."""
    return max(0.0, body.label.before + body.label.behind - BESIDE)
