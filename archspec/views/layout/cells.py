"""Cells: what a group of boxes is composed of, in series, in parallel, or as a tangle.

A chain alternates between passages and vertices and begins and ends with a passage. A passage is a
lane, which is one arrow with nothing on its way, a fork, whose branches are chains, or a tangle,
which is neither in series nor in parallel. Rows are counted along the flow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What a vertex is: a box, a frame, a gate of the frame around it, or the label of an exit."""

    BOX = "box"
    FRAME = "frame"
    ENTRY = "entry"
    LEAVE = "leave"
    EXIT = "exit"


class Vertex(NamedTuple):
    """Something that stands in a row.

    ``name`` is the path of a box or frame; for a gate the path of the box whose value passes; for
    an exit its number.
    """

    role: Role
    name: str


class Link(NamedTuple):
    """An arrow between two vertices of one group; ``value`` is the path of the box it is from."""

    tail: Vertex
    head: Vertex
    value: str


@dataclass(frozen=True, eq=False, slots=True)
class Lane:
    """One arrow, or nothing: then it only keeps a chain open at an end of its group."""

    link: Link | None
    rows: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Fork:
    """Branches side by side, in the order of their author; ``nesting`` counts forks in forks."""

    branches: tuple[Chain, ...]
    rows: int
    nesting: int


@dataclass(frozen=True, eq=False, slots=True)
class Strand:
    """A chain of a tangle between two of its vertices; None is what stands around the tangle."""

    tail: Vertex | None
    head: Vertex | None
    chain: Chain


class Spot(NamedTuple):
    """The first row and the column of something in a tangle."""

    row: int
    column: int


@dataclass(frozen=True, eq=False, slots=True)
class Tangle:
    """Vertices and the strands between them, on a grid.

    ``strands`` has no spot for those that lead from one row to the next.
    """

    vertices: dict[Vertex, Spot]
    strands: dict[Strand, Spot | None]
    rows: int
    columns: int
    nesting: int


Passage = Lane | Fork | Tangle


@dataclass(frozen=True, eq=False, slots=True)
class Chain:
    """Passages and vertices by turns."""

    parts: tuple[Passage | Vertex, ...]
    rows: int
    nesting: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing on the way, as in a shortcut."""
        return len(self.parts) == 1 and isinstance(self.parts[0], Lane)

    @property
    def vertices(self) -> Iterator[Vertex]:
        """List the vertices that stand in the chain itself."""
        return (part for part in self.parts if isinstance(part, Vertex))


def passage(link: Link | None) -> Chain:
    """Make a chain of one arrow."""
    return Chain((Lane(link),), 0, 0)


def joined(before: Chain, vertex: Vertex, after: Chain) -> Chain:
    """Put two chains in series, with a vertex between them."""
    parts = (*before.parts, vertex, *after.parts)
    return Chain(parts, before.rows + 1 + after.rows, max(before.nesting, after.nesting))


def forked(branches: Sequence[Chain]) -> Chain:
    """Put chains in parallel; a branch that only forks is taken apart."""
    flat = tuple(inner for branch in branches for inner in _flat(branch))
    nesting = 1 + max(each.nesting for each in flat)
    fork = Fork(flat, max(each.rows for each in flat), nesting)
    return Chain((fork,), fork.rows, nesting)


def mirrored(chain: Chain) -> Chain:
    """Put everything in a chain on the other side."""
    return replace(chain, parts=tuple(map(_mirrored, chain.parts)))


def _mirrored(part: Passage | Vertex) -> Passage | Vertex:
    if isinstance(part, Fork):
        return replace(part, branches=tuple(map(mirrored, part.branches[::-1])))
    if not isinstance(part, Tangle):
        return part
    last = part.columns - 1
    return replace(
        part,
        vertices={each: Spot(row, last - at) for each, (row, at) in part.vertices.items()},
        strands={
            replace(each, chain=mirrored(each.chain)): spot and Spot(spot.row, last - spot.column)
            for each, spot in part.strands.items()
        },
    )


def _flat(branch: Chain) -> tuple[Chain, ...]:
    only = branch.parts[0]
    return only.branches if len(branch.parts) == 1 and isinstance(only, Fork) else (branch,)


def arrows(chain: Chain) -> Iterator[tuple[Lane, Link]]:
    """List the lanes of a chain that are arrows, with their links."""
    for part in chain.parts:
        if isinstance(part, Lane):
            if part.link:
                yield part, part.link
        elif not isinstance(part, Vertex):
            inside = part.branches if isinstance(part, Fork) else (s.chain for s in part.strands)
            for each in inside:
                yield from arrows(each)
