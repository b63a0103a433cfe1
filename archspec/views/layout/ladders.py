"""Ladders: networks that go down one side and come up the other, with a rung at each resolution.

U-Net is one, whose rungs are shortcuts, and a feature pyramid is one, whose rungs are lateral
convolutions and whose steps up have outputs. One is found by its structure: shortcuts within
shortcuts, at least three deep. What does not lead to the last merge hangs on the other side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from archspec.views.layout.cells import Chain, Fork, Link, Role, Spot, Tangle, Vertex
from archspec.views.layout.groups import Group
from archspec.views.layout.structure import structure

_GATES = (Role.ENTRY, Role.LEAVE)
_LEVELS = 3
_RUNG = 2
"""Boxes that a rung has at most."""


@dataclass
class Ladder:
    """A grid: rows from the top of the ladder to its foot, columns from one side to the other.

    ``foot`` is the row in which it turns. ``returns`` says that what comes behind the last merge
    goes on along its side, as in U-Net; else it leads away from it, as all outputs of a pyramid do.
    """

    links: tuple[Link, ...]
    spots: dict[Vertex, Spot] = field(default_factory=dict)
    outer: set[Vertex] = field(default_factory=set)
    returns: bool = False
    foot: int = 0

    def is_rising(self, vertex: Vertex) -> bool:
        """Whether lines along the side of a vertex lead from the foot to the top."""
        return self.spots[vertex].column > 0


class _Level(NamedTuple):
    """The boxes down to a rung, those on it, and those from its merge up to the next."""

    down: list[Vertex]
    rung: list[Vertex]
    up: list[Vertex]


def ladder(group: Group) -> Ladder | None:
    """Arrange a group as a ladder, if it is one."""
    heads: dict[Vertex, list[Vertex]] = defaultdict(list)
    tails: dict[Vertex, list[Vertex]] = defaultdict(list)
    for tail, head, _ in group.links:
        heads[tail].append(head)
        tails[head].append(tail)
    merges = [vertex for vertex in group.vertices if len(tails[vertex]) > 1]
    if len(merges) < _LEVELS or any(v.role in _GATES for v in group.vertices):
        return None
    inner = _leading(merges[-1], tails)
    levels, foot = _levels(structure(_part(group, inner)))
    outer = {tail for tail in inner if any(head not in inner for head in heads[tail])}
    allowed = {merge.up[0] for merge in levels} | {*foot}
    if len(levels) < _LEVELS or not foot or not outer <= allowed:
        return None
    away = {vertex: [h for h in found if h not in inner] for vertex, found in heads.items()}
    found = _Arranging(Ladder(tuple(group.links)), levels, foot, away, {*group.frames})
    return found.ladder if all(found.fits(*each) for each in group.frames.items()) else None


def _leading(end: Vertex, tails: Mapping[Vertex, list[Vertex]]) -> set[Vertex]:
    """Find all vertices that lead to one."""
    found, rest = {end}, [end]
    while rest:
        new = {*tails.get(rest.pop(), ())} - found
        found |= new
        rest += new
    return found


def _part(group: Group, inside: set[Vertex]) -> Group:
    """Take a part of a group by itself."""
    vertices = {vertex: at for vertex, at in group.vertices.items() if vertex in inside}
    links = [each for each in group.links if {each.tail, each.head} <= inside]
    return Group(None, vertices, links)


def _levels(chain: Chain) -> tuple[list[_Level], list[Vertex]]:
    """Divide shortcuts within shortcuts into levels, and the foot, which is without one."""
    levels: list[_Level] = []
    while True:
        passages = [part for part in chain.parts if isinstance(part, Fork | Tangle)]
        if not passages:
            return levels, list(chain.vertices)
        fork = passages[0]
        if len(passages) > 1 or isinstance(fork, Tangle) or len(fork.branches) != 2:
            return [], []
        rung, body = sorted(fork.branches, key=lambda branch: branch.rows)
        at = chain.parts.index(fork)
        down, up = (
            [part for part in side if isinstance(part, Vertex)]
            for side in (chain.parts[:at], chain.parts[at + 1 :])
        )
        if not down or not up or rung.nesting or rung.rows > min(_RUNG, body.rows - 1):
            return [], []
        levels.append(_Level(down, list(rung.vertices), up))
        chain = body


class _Arranging:
    def __init__(
        self,
        ladder: Ladder,
        levels: list[_Level],
        foot: list[Vertex],
        away: Mapping[Vertex, list[Vertex]],
        frames: set[Vertex],
    ) -> None:
        self.ladder = ladder
        self.away = away
        self.frames = frames
        self.side = 1 + max(len(level.rung) for level in levels)
        ladder.returns = sum(bool(away.get(level.up[0])) for level in levels) < 2
        row = -1
        for level in levels:
            row = self.level(level, row)
        self.foot(foot, row)

    def level(self, level: _Level, above: int) -> int:
        """Place a level below a row, and return the last row that it takes."""
        down, rung, up = level
        lead = int(down[-1] in self.frames)
        row = above + max(len(down) + lead, len(up))
        for at, vertex in enumerate(reversed(down), lead):
            self.put(vertex, row - at, 0)
        for at, vertex in enumerate(rung):
            self.put(vertex, row, 1 + at)
        for at, vertex in enumerate(up):
            self.put(vertex, row - at, self.side)
        if self.ladder.returns and above == -1:
            return self.back(up[0], row)
        return self.aside(up[0], row, self.side)

    def back(self, merge: Vertex, row: int) -> int:
        """Place what comes behind the last merge on its side, if it is one chain."""
        chain = list(self.chain(merge))
        if any(len(self.away.get(each, ())) > 1 for each in (merge, *chain)):
            return self.aside(merge, row, self.side)
        for at, vertex in enumerate(chain, 1):
            self.put(vertex, row - at, self.side)
        return row

    def chain(self, vertex: Vertex) -> Iterator[Vertex]:
        """List what comes behind a vertex, by the first of its ways."""
        while heads := self.away.get(vertex):
            vertex = heads[0]
            yield vertex

    def foot(self, foot: list[Vertex], above: int) -> None:
        """Place what turns from one side to the other, without frames, in which lines run along."""
        lead = int(foot[0] in self.frames)
        across = max(1, min(self.side - 1, len(foot) - 1))
        turn = [*takewhile(lambda vertex: vertex not in self.frames, foot[1 : 1 + across])]
        first, rest = foot[0], foot[1 + len(turn) :]
        row = above + max(1 + lead, len(rest) + 1)
        self.ladder.foot = row
        self.put(first, row - lead, 0)
        for at, vertex in enumerate(turn, 1):
            self.put(vertex, row, at)
        for at, vertex in enumerate(rest, 1):
            self.put(vertex, row - at, self.side)
        for vertex in foot:
            self.aside(vertex, row, self.side)

    def aside(self, vertex: Vertex, row: int, column: int) -> int:
        """Place what hangs on a vertex on the other side, and return the last row that it takes."""
        last = row
        for at, head in enumerate(sorted(self.away.get(vertex, ()), key=self.length, reverse=True)):
            last += bool(at)
            self.put(head, last, column + 1)
            self.ladder.outer.add(head)
            last = self.aside(head, last, column + 1)
        return last

    def length(self, vertex: Vertex) -> int:
        """Count what comes behind a vertex."""
        return sum(1 for _ in self.chain(vertex))

    def put(self, vertex: Vertex, row: int, column: int) -> None:
        """Put a vertex somewhere."""
        self.ladder.spots[vertex] = Spot(row, column)

    def fits(self, frame: Vertex, inside: Group) -> bool:
        """Whether lines in a frame run along its side, from one gate to another."""
        gates = [vertex.role for vertex in inside.vertices if vertex.role in _GATES]
        return len(gates) == 2 and self.ladder.spots[frame].column in (0, self.side)
