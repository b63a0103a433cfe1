"""Positions across the flow: chains keep one axis, branches stand side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from archspec.views.layout.bodies import Bodies, Body, Span
from archspec.views.layout.cells import (
    Chain,
    Fork,
    Lane,
    Passage,
    Role,
    Strand,
    Tangle,
    Vertex,
    arrows,
)

GAP = 14.0
"""Room between branches."""
_LANE = Span(3.0, 3.0)
_EDGE = 9.0
"""How far the box at which branches meet reaches beyond the outer ones."""
_NEAR = 12.0
"""A middle that is as near to the axis of a branch is moved there, so that it is straight."""
_STEM = 4.0
"""How much of a line is seen before its arrowhead at least, where it arrives at a side."""

Cell = Chain | Passage | Vertex


@dataclass
class Across:
    """The axis of each vertex and lane; ``wide`` has the boxes at which branches meet.

    ``beside`` maps each lane that arrives at the side of a box to that side: -1 or 1.
    """

    bodies: Bodies
    vertices: dict[Vertex, float] = field(default_factory=dict)
    lanes: dict[Lane, float] = field(default_factory=dict)
    wide: dict[Vertex, Span] = field(default_factory=dict)
    beside: dict[Lane, int] = field(default_factory=dict)
    span: Span = field(default_factory=Span)


def across(chain: Chain, bodies: Bodies, arrow: float) -> Across:
    """Find the positions of everything in a group; its axis is at 0.

    ``arrow`` is the room for arrowheads.
    """
    found = _Arranging(Across(bodies), arrow + _STEM)
    found.result.span = found.chain(chain)
    found.settle(chain, 0.0)
    return found.result


class _Arranging:
    def __init__(self, result: Across, clear: float) -> None:
        self.result = result
        self.bodies = result.bodies
        self.clear = clear
        self.inside: dict[Chain | Passage, list[tuple[Cell, float]]] = {}
        self.arriving: dict[Chain | Passage, list[tuple[Lane, float]]] = {}

    def settle(self, cell: Cell, axis: float) -> None:
        """Add up positions, from the outside in."""
        if isinstance(cell, Vertex):
            self.result.vertices[cell] = axis
        elif isinstance(cell, Lane):
            self.result.lanes[cell] = axis
        else:
            for inner, offset in self.inside[cell]:
                self.settle(inner, axis + offset)

    def chain(self, chain: Chain) -> Span:
        """Put the parts of a chain on one axis."""
        span = Span()
        before: Passage | None = None
        ends = [part if isinstance(part, Vertex) else None for part in (None, *chain.parts, None)]
        for at, part in enumerate(chain.parts):
            if isinstance(part, Vertex):
                span = span.around(self.vertex(part, before))
            else:
                span = span.around(self.passage(part, ends[at], ends[at + 2]))
                before = part
        self.inside[chain] = [(part, 0.0) for part in chain.parts]
        self.arriving[chain] = self.arriving[before] if before else []
        return span

    def passage(self, part: Passage, tail: Vertex | None, head: Vertex | None) -> Span:
        """Arrange a lane, a fork or a tangle between two vertices."""
        if isinstance(part, Fork):
            return self.fork(self.ordered(part, tail, head), part, head)
        if isinstance(part, Tangle):
            return self.tangle(part)
        self.arriving[part] = [(part, 0.0)] if part.link else []
        return _LANE if part.link else Span()

    def vertex(self, vertex: Vertex, before: Passage | None) -> Span:
        """Measure a vertex; a box at which branches meet is as wide as they are."""
        body = self.bodies[vertex]
        if vertex.role is Role.BOX and before is not None and not isinstance(before, Lane):
            lanes = self.arrivals(before)
            if len(lanes) > 1:
                self.result.wide[vertex] = _reaching(body, lanes)
                return self.result.wide[vertex].around(body.label)
        return body.span.around(body.label)

    def arrivals(self, before: Passage) -> list[float]:
        """List where lines arrive, except those that arrive at the side, which are recorded."""
        sides = dict(_bypasses(before)) if isinstance(before, Fork) else {}
        self.result.beside |= sides
        return [at for lane, at in self.arriving[before] if lane not in sides]

    def ordered(self, fork: Fork, tail: Vertex | None, head: Vertex | None) -> tuple[Chain, ...]:
        """Put branches into the order in which they leave one frame and reach another."""
        exits = self.bodies[tail].exits if tail else {}
        entries = self.bodies[head].entries if head else {}
        if len(exits) < 2 and len(entries) < 2:
            return fork.branches

        def place(branch: Chain) -> float:
            ends = [link for _, link in arrows(branch)]
            gates = [exits.get(link.value, 0.0) for link in ends if link.tail == tail]
            gates += [entries.get(link.value, 0.0) for link in ends if link.head == head]
            return sum(gates) / max(len(gates), 1)

        return tuple(sorted(fork.branches, key=place))

    def fork(self, branches: tuple[Chain, ...], fork: Fork, head: Vertex | None) -> Span:
        """Put branches side by side."""
        spans = [self.chain(branch) for branch in branches]
        steps = (one.behind + GAP + other.before for one, other in pairwise(spans))
        places = list(accumulate(steps, initial=0.0))
        axis = _axis(branches, places)
        offsets = [place - axis for place in places]
        self.keep(fork, list(zip(branches, offsets, strict=True)))
        if head is not None and head.role is Role.BOX:
            offsets = self.cleared(fork, offsets, self.bodies[head])
            self.keep(fork, list(zip(branches, offsets, strict=True)))
        sides = list(zip(offsets, spans, strict=True))
        before = max(span.before - at for at, span in sides)
        return Span(before, max(span.behind + at for at, span in sides))

    def cleared(self, fork: Fork, offsets: list[float], body: Body) -> list[float]:
        """Move lines that arrive at the sides of a box away from it, until they are seen."""
        sides = [side for _, side in _bypasses(fork)]
        reach = _reaching(body, self.arrivals(fork))
        first, last = -reach.before - self.clear, reach.behind + self.clear
        found = [min(offsets[0], first) if -1 in sides else offsets[0], *offsets[1:]]
        return [*found[:-1], max(found[-1], last) if 1 in sides else found[-1]]

    def keep(self, part: Passage, inside: list[tuple[Chain, float]]) -> None:
        """Record where chains stand in a passage, and where their lines arrive behind it."""
        self.inside[part] = list(inside)
        self.arriving[part] = [
            (lane, offset + at) for chain, offset in inside for lane, at in self.arriving[chain]
        ]

    def tangle(self, tangle: Tangle) -> Span:
        """Give each column of a tangle the width of what is widest in it."""
        columns = [Span()] * tangle.columns
        for vertex, spot in tangle.vertices.items():
            columns[spot.column] = columns[spot.column].around(self.vertex(vertex, None))
        for strand, place in tangle.strands.items():
            span = self.chain(strand.chain)
            if place:
                columns[place.column] = columns[place.column].around(span)
        steps = (one.behind + GAP + other.before for one, other in pairwise(columns))
        places = list(accumulate(steps, initial=0.0))
        middle = (places[0] + places[-1]) / 2
        at = [place - middle for place in places]
        where = {vertex: at[spot.column] for vertex, spot in tangle.vertices.items()}
        chains = [
            (strand.chain, at[place.column] if place else _beside(strand, where))
            for strand, place in tangle.strands.items()
        ]
        self.keep(tangle, chains)
        ends = {strand.chain for strand in tangle.strands if strand.head is None}
        self.arriving[tangle] = [
            (lane, offset + place)
            for chain, offset in chains
            if chain in ends
            for lane, place in self.arriving[chain]
        ]
        self.inside[tangle] += where.items()
        return Span(columns[0].before - at[0], columns[-1].behind + at[-1])


def _reaching(body: Body, lanes: list[float]) -> Span:
    """Measure a box that reaches beyond all lines that arrive at it."""
    wide = Span(_EDGE - min(lanes), _EDGE + max(lanes)) if len(lanes) > 1 else Span()
    return wide.around(body.span)


def _beside(strand: Strand, where: dict[Vertex, float]) -> float:
    """Place a strand that needs no column: at its head, or else its tail."""
    end = strand.head or strand.tail
    return where[end] if end else 0.0


def _bypasses(fork: Fork) -> Iterator[tuple[Lane, int]]:
    """List the outer branches with nothing on their way, which arrive at the side of a box."""
    if all(branch.is_empty for branch in fork.branches):
        return
    for branch, side in ((fork.branches[0], -1), (fork.branches[-1], 1)):
        lane = branch.parts[0]
        if branch.is_empty and isinstance(lane, Lane) and lane.link:
            yield lane, side


def _axis(branches: tuple[Chain, ...], places: list[float]) -> float:
    """Find the axis of branches: of the main one, or the middle of all that have boxes."""
    placed = list(zip(branches, places, strict=True))
    solid = [each for each in placed if not each[0].is_empty] or placed
    longest = max(branch.rows for branch, _ in solid)
    main = [place for branch, place in solid if branch.rows == longest]
    if len(main) == 1 and any(_is_open(branch) for branch, _ in solid):
        return main[0]
    middle = (solid[0][1] + solid[-1][1]) / 2
    nearest = min((place for _, place in solid), key=lambda place: abs(place - middle))
    return nearest if abs(nearest - middle) < _NEAR else middle


def _is_open(branch: Chain) -> bool:
    """Whether a branch begins or ends with nothing: an input, or an end of the network."""
    return any(
        isinstance(part, Lane) and part.link is None for part in (branch.parts[0], branch.parts[-1])
    )
