"""How each group of the viewer is composed, as plain lists, from which the page places it.

A chain is a list in which passages and vertices take turns. A vertex is the index of an item; the
gate at which the value of item ``v`` enters a group is ``-2 * v``, the one at which it leaves
``-2 * v - 1``. A passage is None for nothing, ``[tail, head, value]`` for an arrow,
``{"fork": chains}`` for branches, and a tangle is its vertices with row and column, and its strands
with tail, head, chain, row and column; None is what stands around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from archspec.views.layout.cells import Chain, Fork, Lane, Link, Passage, Role, Tangle, Vertex
from archspec.views.layout.groups import Group
from archspec.views.layout.ladders import ladder
from archspec.views.layout.structure import structure
from archspec.views.outline import Item

Grid = list[Any]


class Compositions(NamedTuple):
    """The chain of each group, by its index in the outline; and the ladder that all are, or None.

    A ladder has the row and column of each vertex, and the vertices that hang on its outer side.
    """

    chains: dict[int, Grid]
    ladder: dict[str, Any] | None


def compositions(items: Sequence[Item]) -> Compositions:
    """Find how each group is composed."""
    groups = dict(_Groups(items).composed())
    chains = {at: _chain(structure(each)) for at, each in groups.items()}
    return Compositions(chains, _ladder(groups[0]))


def _ladder(group: Group) -> dict[str, Any] | None:
    found = ladder(group)
    if found is None or found.spots.keys() != group.vertices.keys():
        return None
    spots = [[_number(vertex), *spot] for vertex, spot in found.spots.items()]
    outer = [_number(vertex) for vertex in found.spots if vertex in found.outer]
    return {"spots": spots, "outer": outer, "returns": found.returns}


class _Wired(NamedTuple):
    """A link, and whether it is what a merge takes first."""

    link: Link
    is_first: bool


class _Groups:
    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.groups = {at: Group() for at, item in enumerate(items) if item.is_group}
        self.wired: dict[int, dict[_Wired, None]] = {at: {} for at in self.groups}
        for at, item in enumerate(items[1:], 1):
            self.groups[item.parent].add(self.vertex(at))
        self.connect()

    def vertex(self, at: int) -> Vertex:
        """Return the vertex of an item."""
        return Vertex(Role.FRAME if self.items[at].is_group else Role.BOX, str(at))

    def around(self, at: int) -> list[int]:
        """List an item and the groups around it, from the outside in."""
        found = [at]
        while self.items[found[-1]].parent >= 0:
            found.append(self.items[found[-1]].parent)
        return found[::-1]

    def connect(self) -> None:
        """Lead each value out of the groups around it and into those around its users."""
        for at, item in enumerate(self.items):
            is_merge = len(set(item.sources)) > 1
            for slot, source in enumerate(item.sources):
                self.lead(source, at, is_first=is_merge and slot == 0)

    def lead(self, source: int, user: int, *, is_first: bool) -> None:
        """Lead one value to one user."""
        outer, inner = self.around(source), self.around(user)
        shared = sum(one == other for one, other in zip(outer, inner, strict=False))
        name = str(source)
        for level in range(shared, len(outer) - 1):
            group, inside = self.groups[outer[level]], self.vertex(outer[level + 1])
            link = Link(inside, group.add(Vertex(Role.LEAVE, name)), name)
            self.wired[outer[level]].setdefault(_Wired(link, is_first=False))
        for level in range(shared, len(inner) - 1):
            group, inside = self.groups[inner[level]], self.vertex(inner[level + 1])
            link = Link(group.add(Vertex(Role.ENTRY, name)), inside, name)
            is_last = level == len(inner) - 2
            self.wired[inner[level]].setdefault(_Wired(link, is_first and is_last))
        link = Link(self.vertex(outer[shared]), self.vertex(inner[shared]), name)
        self.wired[inner[shared - 1]].setdefault(_Wired(link, is_first))

    def composed(self) -> Iterator[tuple[int, Group]]:
        """List the groups with their links; a shortcut that comes first in its merge is first."""
        for at, group in self.groups.items():
            wired = self.wired[at]
            leaving = Counter(each.link.tail for each in wired)
            early = [each for each in wired if each.is_first and leaving[each.link.tail] > 1]
            ordered = dict.fromkeys(each.link for each in (*early, *wired))
            group.links.extend(ordered)
            yield at, group


def _chain(chain: Chain) -> Grid:
    return [_number(part) if isinstance(part, Vertex) else _passage(part) for part in chain.parts]


def _number(vertex: Vertex) -> int:
    gate = {Role.ENTRY: 0, Role.LEAVE: 1}.get(vertex.role)
    return int(vertex.name) if gate is None else -2 * int(vertex.name) - gate


def _passage(part: Passage) -> object:
    if isinstance(part, Lane):
        return _link(part.link) if part.link else None
    if isinstance(part, Fork):
        return {"fork": [_chain(each) for each in part.branches]}
    return {"rows": part.rows, "columns": part.columns, **_tangle(part)}


def _link(link: Link) -> list[int]:
    return [_number(link.tail), _number(link.head), int(link.value)]


def _tangle(part: Tangle) -> dict[str, list[Any]]:
    vertices = [[_number(vertex), *spot] for vertex, spot in part.vertices.items()]
    strands = [
        [_end(each.tail), _end(each.head), _chain(each.chain), *_spot(spot)]
        for each, spot in part.strands.items()
    ]
    return {"vertices": vertices, "strands": strands}


def _end(vertex: Vertex | None) -> int | None:
    return None if vertex is None else _number(vertex)


def _spot(spot: Iterable[int] | None) -> Iterable[int]:
    return () if spot is None else spot
