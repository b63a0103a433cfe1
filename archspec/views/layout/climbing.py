"""Laying out a ladder: positions along the flow and across it, from the size of its vertices.

Rows and the gaps between them are bands. Boxes stand in rows, labels of lines along the flow in
gaps, and each column is as near to the one before as all that it has in some band allows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from archspec.views.layout.bodies import BESIDE, Bodies, Body, Span
from archspec.views.layout.cells import Link, Role, Vertex
from archspec.views.layout.ladders import Ladder
from archspec.views.layout.laying import LEAD, Extent, Laid, Route, label_of

_GAP = 26.0
_ELBOW = 12.0

Points = tuple[tuple[float, float], ...]


class Climb(NamedTuple):
    """How to lay out a ladder: its top comes first along the flow, or last if it is ``hanging``.

    ``arrow`` is the room for arrowheads. Labels of lines across the flow stand beside these, or,
    ``stacked``, at an end of the box that they are of.
    """

    arrow: float
    hanging: bool = False
    stacked: bool = False


def climb(ladder: Ladder, bodies: Bodies, how: Climb) -> Laid:
    """Lay out a ladder."""
    return _Climbing(ladder, bodies, how).laid()


class _Piece(NamedTuple):
    """What a column has in some bands, and how far it reaches across from its axis."""

    bands: range
    span: Span


class _Climbing:
    def __init__(self, ladder: Ladder, bodies: Bodies, how: Climb) -> None:
        self.ladder = ladder
        self.bodies = bodies
        self.arrow, _, self.stacked = how
        way = -1 if how.hanging else 1
        self.spots = {
            vertex: spot._replace(row=way * spot.row) for vertex, spot in ladder.spots.items()
        }
        self.foot = way * ladder.foot
        self.rows = sorted({self.foot, *(spot.row for spot in self.spots.values())})
        self.ways = {link: self.way(link) for link in ladder.links}
        self.leaving = {link.tail: way for link, way in self.ways.items() if way != 0}
        self.sides = {vertex: self.side(vertex) for vertex in self.spots}
        self.axes = self.across()
        self.middles, self.length = self.along()
        self.extents = {vertex: self.extent(vertex) for vertex in self.spots}

    def way(self, link: Link) -> int:
        """Say where a line leaves a box: 1 at its end, -1 at its start, 0 at its side."""
        tail, head = self.spots[link.tail], self.spots[link.head]
        if tail.column != head.column:
            return 0
        return 1 if head.row > tail.row else -1

    def side(self, vertex: Vertex) -> int:
        """Say where the label of a vertex stands: at its end, at its start, or beside its line."""
        if vertex in self.leaving or not self.stacked:
            return self.leaving.get(vertex, 0)
        entered = {self.entered(link) for link in self.ladder.links if link.head == vertex}
        return next((side for side in (-1, 1) if side not in entered), 0)

    def entered(self, link: Link) -> int:
        """Say where a line arrives at a box, as for where it leaves one."""
        tail, head = self.spots[link.tail], self.spots[link.head]
        if self.ways[link]:
            return -self.ways[link]
        if tail.row == head.row or link.head in self.ladder.outer:
            return 0
        return 1 if head.row < self.turn(link) else -1

    def turn(self, link: Link) -> int:
        """Find the row in which a line leads from one column to another."""
        if link.tail.role is not Role.FRAME:
            return self.spots[link.tail].row
        return self.foot if link.head.role is Role.FRAME else self.spots[link.head].row

    def across(self) -> dict[Vertex, float]:
        """Find the axis of each vertex: columns stand as near to one another as they can."""
        reach: dict[int, float] = {}
        places, self.lows = [], []
        for column in range(1 + max(spot.column for spot in self.spots.values())):
            pieces = list(self.pieces(column))
            place = max(
                reach.get(band, -_room(band)) + _room(band) + span.before
                for bands, span in pieces
                for band in bands
            )
            for bands, span in pieces:
                reach |= {band: max(reach.get(band, 0.0), place + span.behind) for band in bands}
            places.append(place)
            self.lows.append(place - self.before(column))
        self.width = max(reach.values())
        return {vertex: places[spot.column] for vertex, spot in self.spots.items()}

    def before(self, column: int) -> float:
        """Find how far the widest vertex of a column reaches to the side of those before it."""
        members = (each for each, spot in self.spots.items() if spot.column == column)
        return max(self.bodies[vertex].span.before for vertex in members)

    def pieces(self, column: int) -> Iterator[_Piece]:
        """List what a column has in each band: vertices, labels, and lines along the flow."""
        for vertex, spot in self.spots.items():
            if spot.column == column:
                body, band, side = self.bodies[vertex], self.band(spot.row), self.sides[vertex]
                yield _Piece(range(band, band + 1), body.span)
                if body.label_length:
                    yield _Piece(*self.labelled(vertex, body, band, side))
        for link in self.ladder.links:
            yield from self.upright(link, column)

    def labelled(self, vertex: Vertex, body: Body, band: int, side: int) -> _Piece:
        """Tell where the label of a vertex stands."""
        wide = _wide(body)
        if side == 0:
            reach = body.span.behind + wide + self.arrow + 2 * BESIDE - _GAP
            return _Piece(range(band - 1, band + 1), Span(-body.span.behind, reach))
        bands = range(band + side, band + side + 1)
        if vertex in self.leaving:
            return _Piece(bands, body.label)
        return _Piece(bands, Span(wide / 2, wide / 2))

    def upright(self, link: Link, column: int) -> Iterator[_Piece]:
        """List the pieces of a line that run along the flow in a column."""
        tail, head = self.spots[link.tail], self.spots[link.head]
        if self.ways[link]:
            if column == tail.column:
                yield _Piece(self.bands(tail.row, head.row), Span())
            return
        turn = self.turn(link)
        if column == tail.column and turn != tail.row:
            yield _Piece(self.bands(tail.row, turn), Span())
        if column == head.column and turn != head.row:
            elbow = self.before(column) + _ELBOW if link.head in self.ladder.outer else 0.0
            yield _Piece(self.bands(head.row, turn), Span(elbow, -elbow))

    def bands(self, one: int, other: int) -> range:
        """List the bands from beside one row to another, which is one of them."""
        start, end = self.band(one), self.band(other)
        return range(start + 1, end + 1) if start < end else range(end, start)

    def band(self, row: int) -> int:
        """Return the band of a row; the gap behind it has the next."""
        return 2 * self.rows.index(row)

    def along(self) -> tuple[Mapping[int, float], float]:
        """Find the middle of each row, and the length of all."""
        members: dict[int, list[Vertex]] = defaultdict(list)
        for vertex, spot in self.spots.items():
            members[spot.row].append(vertex)
        labels = max((body.label_length for body in self.bodies.values()), default=0.0)
        start, middles = LEAD + labels * self.sticks_out(self.rows[0], -1), {}
        for row in self.rows:
            high = max((self.bodies[vertex].length for vertex in members[row]), default=0.0)
            middles[row] = start + high / 2
            start += high + LEAD + self.arrow + labels
        is_free = not self.sticks_out(self.rows[-1], 1)
        return middles, start - self.arrow - labels * is_free

    def sticks_out(self, row: int, side: int) -> bool:
        """Whether a label stands beyond the first row or the last."""
        at_side = (each for each, spot in self.spots.items() if spot.row == row)
        return any(self.sides[v] == side and self.bodies[v].label_length for v in at_side)

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
        """Find the rectangle of the label of a vertex."""
        extent, body = self.extents[vertex], self.bodies[vertex]
        side, high, wide = self.sides[vertex], body.label_length, _wide(body)
        if side == 0:
            low = extent.high + BESIDE
            end = (extent.start + extent.end - BESIDE) / 2
            return Extent(end - high + body.apart, end, low, low + wide)
        start = extent.end if side > 0 else extent.start - high - body.apart
        axis = self.axes[vertex]
        if vertex in self.leaving:
            return label_of(body, start, axis)
        return Extent(start, start + high, axis - wide / 2, axis + wide / 2)

    def points(self, link: Link) -> Points:
        """Find the points of a line."""
        tail, head, way = self.extents[link.tail], self.extents[link.head], self.ways[link]
        if way:
            ends = (tail.end, head.start) if way > 0 else (tail.start, head.end)
            return tuple((end, self.axes[link.tail]) for end in ends)
        return (*self.start(link), *self.end(link))

    def start(self, link: Link) -> Points:
        """Lead a line out of a box, or out of the end of a frame, into the row where it turns."""
        extent, turn = self.extents[link.tail], self.turn(link)
        row = self.middles[turn]
        if link.tail.role is not Role.FRAME:
            return ((row, extent.high),)
        axis, is_end = self.axes[link.tail], turn > self.spots[link.tail].row
        return (extent.end if is_end else extent.start, axis), (row, axis)

    def end(self, link: Link) -> Points:
        """Lead a line out of the row where it turns to where it arrives."""
        extent, turn, spot = self.extents[link.head], self.turn(link), self.spots[link.head]
        row, middle = self.middles[turn], self.middles[spot.row]
        if turn == spot.row:
            return ((row, extent.low),)
        if link.head in self.ladder.outer:
            elbow = self.lows[spot.column] - _ELBOW
            return (row, elbow), (middle, elbow), (middle, extent.low)
        axis = self.axes[link.head]
        return (row, axis), (extent.end if spot.row < turn else extent.start, axis)


def _room(band: int) -> float:
    """Return the room between things in a row, or between labels."""
    return _GAP if band % 2 == 0 else 2 * BESIDE


def _wide(body: Body) -> float:
    """Measure the label of a body across."""
    return max(0.0, body.label.before + body.label.behind - BESIDE)
