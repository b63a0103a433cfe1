"""Laying out one group: positions along the flow and across it, from the size of what is in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from archspec.views.layout.across import Across, across
from archspec.views.layout.bodies import BESIDE, Bodies, Body, Span
from archspec.views.layout.cells import Chain, Lane, Link, Role, Vertex, arrows
from archspec.views.layout.channels import Channel
from archspec.views.layout.ports import ports
from archspec.views.layout.rows import rows

LEAD, TRACK, ARROW = 7.0, 7.0, 10.0
"""Room before the first track of a channel, between tracks, and behind the last, for arrowheads."""


class Extent(NamedTuple):
    """A rectangle along the flow and across it."""

    start: float
    end: float
    low: float
    high: float

    def reversed(self, length: float) -> Extent:
        """Turn around start and end within a length."""
        return self._replace(start=length - self.end, end=length - self.start)


class Route(NamedTuple):
    """The way of a link: points, each by its positions along the flow and across it."""

    link: Link
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Laid:
    """A group with the positions of everything in it; its axis is at 0 across."""

    length: float
    span: Span
    vertices: Mapping[Vertex, Extent]
    axes: Mapping[Vertex, float]
    labels: Mapping[Vertex, Extent]
    routes: tuple[Route, ...]

    def reversed(self) -> Laid:
        """Turn around what comes first along the flow and what comes last."""
        vertices, labels = (
            {vertex: extent.reversed(self.length) for vertex, extent in each.items()}
            for each in (self.vertices, self.labels)
        )
        routes = tuple(
            Route(link, tuple((self.length - along, at) for along, at in points))
            for link, points in self.routes
        )
        return replace(self, vertices=vertices, labels=labels, routes=routes)


class Room(NamedTuple):
    """Room at the start and the end of a group in which only lines run, and its least length.

    ``arrow`` is the room behind the last track of a channel.
    """

    start: float = 0.0
    end: float = 0.0
    length: float = 0.0
    arrow: float = ARROW


def lay(chain: Chain, bodies: Bodies, room: Room) -> Laid:
    """Lay out a group."""
    return _Laying(chain, bodies, room).laid()


class _Laying:
    def __init__(self, chain: Chain, bodies: Bodies, room: Room) -> None:
        self.bodies = bodies
        self.room = room
        self.rows = rows(chain)
        self.across: Across = across(chain, bodies, room.arrow)
        self.lines = [_directed(lane, link, self.rows) for lane, link in arrows(chain)]
        self.count = max(self.rows.values(), default=-1) + 1
        self.members: list[list[Vertex]] = [[] for _ in range(self.count)]
        for vertex, row in self.rows.items():
            self.members[row].append(vertex)
        self.ports = dict(self.arrivals())
        self.channels = [Channel() for _ in range(self.count)]
        for line in self.lines:
            self.enter(line)
        self.tracks = [channel.tracks() for channel in self.channels]
        self.starts = self.stacked()
        self.extents = {vertex: self.extent(vertex) for vertex in self.rows}

    def laid(self) -> Laid:
        """Collect all positions."""
        routes = tuple(self.route(line) for line in self.lines)
        axes = self.across.vertices
        labels = {
            vertex: label_of(body, self.extents[vertex].end, axes[vertex])
            for vertex, body in self.bodies.items()
            if body.label_length
        }
        return Laid(self.length, self.across.span, self.extents, axes, labels, routes)

    def span(self, vertex: Vertex) -> Span:
        """Return how far a vertex reaches across."""
        return self.across.wide.get(vertex, self.bodies[vertex].span)

    def departure(self, line: _Line) -> float:
        """Find where a line leaves its first vertex."""
        return self.across.vertices[line.first] + self.gate(line, line.first)

    def gate(self, line: _Line, vertex: Vertex) -> float:
        """Find where a line meets a frame, from its axis; 0 for everything else."""
        body, link = self.bodies[vertex], line.link
        gates = body.exits if link.tail == vertex else body.entries
        return gates.get(link.value, 0.0)

    def arrivals(self) -> Iterator[tuple[Lane, float]]:
        """Find where each line arrives at its last vertex."""
        into: dict[Vertex, list[_Line]] = defaultdict(list)
        for line in self.lines:
            into[line.last].append(line)
        for vertex, lines in into.items():
            at = self.across.vertices[vertex]
            if vertex.role is Role.BOX:
                below = [each for each in lines if each.lane not in self.across.beside]
                yield from self.spread(vertex, below) if below else ()
                continue
            for line in lines:
                yield line.lane, at + self.gate(line, vertex)

    def spread(self, vertex: Vertex, lines: list[_Line]) -> Iterator[tuple[Lane, float]]:
        """Find where lines arrive at a box."""
        at, span = self.across.vertices[vertex], self.span(vertex)
        aims = [self.aim(line) for line in lines]
        found = ports(at - span.before, at + span.behind, at, aims)
        return zip((line.lane for line in lines), found, strict=True)

    def aim(self, line: _Line) -> tuple[float, float]:
        """Find where a line would arrive straight, and from which side it comes."""
        lane = self.across.lanes[line.lane]
        return lane, self.departure(line) if self.is_short(line) else lane

    def is_short(self, line: _Line) -> bool:
        """Whether a line leads from one row to the next."""
        return self.rows[line.last] - self.rows[line.first] == 1

    def enter(self, line: _Line) -> None:
        """Lead a line through the channel behind its first vertex and the one before its last."""
        lane = self.across.lanes[line.lane]
        way = self.ports.get(line.lane, lane) if self.is_short(line) else lane
        fork = (line.first, line.link.value)
        self.channels[self.rows[line.first]].add(fork, self.departure(line), way)
        if not self.is_short(line) and line.lane in self.ports:
            port = self.ports[line.lane]
            self.channels[self.rows[line.last] - 1].add(line.lane, lane, port)

    def stacked(self) -> list[float]:
        """Find where each row starts, and the length of all."""
        start = 0.0 if self.is_gate(0, Role.ENTRY) else self.room.start + LEAD
        starts = []
        self.leads: list[float] = []
        for row in range(self.count):
            starts.append(start)
            body, channel = self.heights(row)
            self.leads.append(start + body)
            start += body + channel
        is_gate = self.is_gate(self.count - 1, Role.LEAVE)
        last = self.leads[-1] if self.leads else start
        self.length = max(last if is_gate else last + self.room.end + LEAD, self.room.length)
        return starts

    def is_gate(self, row: int, role: Role) -> bool:
        """Whether there are only gates in a row."""
        return 0 <= row < self.count and all(each.role is role for each in self.members[row])

    def heights(self, row: int) -> tuple[float, float]:
        """Measure what stands in a row, labels included, and the channel behind it."""
        bodies = [self.bodies[vertex] for vertex in self.members[row]]
        length = max(body.length + body.label_length for body in bodies)
        tracks = max(self.tracks[row].values(), default=0)
        channel = LEAD + TRACK * tracks + self.room.arrow
        if self.is_gate(row, Role.ENTRY):
            length += self.room.start
        if row == self.count - 2 and self.is_gate(row + 1, Role.LEAVE):
            channel += self.room.end
        return length, channel

    def extent(self, vertex: Vertex) -> Extent:
        """Find the rectangle of a vertex; gates lie on the border of their group."""
        start = {Role.ENTRY: 0.0, Role.LEAVE: self.length}.get(
            vertex.role, self.starts[self.rows[vertex]]
        )
        at, span = self.across.vertices[vertex], self.span(vertex)
        end = start + self.bodies[vertex].length
        return Extent(start, end, at - span.before, at + span.behind)

    def track(self, row: int, key: Hashable) -> float:
        """Find the position of a track along the flow."""
        return self.leads[row] + LEAD + TRACK * self.tracks[row].get(key, 0)

    def route(self, line: _Line) -> Route:
        """Find the points of a line."""
        first, last = self.rows[line.first], self.rows[line.last]
        start, lane = self.departure(line), self.across.lanes[line.lane]
        fork = (line.first, line.link.value)
        points = [(self.extents[line.first].end, start)]
        if line.lane in self.across.beside:
            points += [*self.led(first, fork, start, lane), *self.beside(line, lane)]
        elif self.is_short(line):
            points += self.led(first, fork, start, self.ports[line.lane])
        else:
            points += self.led(first, fork, start, lane)
            points += self.led(last - 1, line.lane, lane, self.ports[line.lane])
        if line.lane not in self.across.beside:
            points.append((self.extents[line.last].start, self.ports[line.lane]))
        return Route(line.link, tuple(points if line.is_forward else points[::-1]))

    def led(self, row: int, key: Hashable, old: float, new: float) -> Iterator[tuple[float, float]]:
        """Lead a line through a channel from one position across to another, if they differ."""
        aside = self.channels[row].hops.get((key, new), new)
        for track, one, other in ((key, old, aside), ((key, new), aside, new)):
            if abs(one - other) > 0.01:
                turn = self.track(row, track)
                yield from ((turn, one), (turn, other))

    def beside(self, line: _Line, lane: float) -> list[tuple[float, float]]:
        """End a line at the side of a box."""
        extent, side = self.extents[line.last], self.across.beside[line.lane]
        middle = (extent.start + extent.end) / 2
        return [(middle, lane), (middle, extent.low if side < 0 else extent.high)]


def label_of(body: Body, start: float, axis: float) -> Extent:
    """Find the rectangle of the label beside the line out of a body, from where it starts."""
    low, high = -body.label.before, body.label.behind
    low, high = (low, -BESIDE) if body.label.before else (BESIDE, high)
    return Extent(start + body.apart, start + body.label_length, axis + low, axis + high)


class _Line(NamedTuple):
    """A lane with its link, and the vertices in the order of their rows."""

    lane: Lane
    link: Link
    first: Vertex
    last: Vertex

    @property
    def is_forward(self) -> bool:
        """Whether the arrow points along the flow."""
        return self.first == self.link.tail


def _directed(lane: Lane, link: Link, rows: Mapping[Vertex, int]) -> _Line:
    first, last = sorted((link.tail, link.head), key=rows.__getitem__)
    return _Line(lane, link, first, last)
