"""How each group of the viewer is composed, as plain lists, from which the page places it.

A chain is a list in which passages and vertices take turns. A vertex is the index of an item; the
gate at which the value of item ``v`` enters a group is ``-2 * v``, the one at which it leaves
``-2 * v - 1``. A passage is None for nothing, ``[tail, head, value]`` for an arrow,
``{"fork": chains}`` for branches, and a tangle is its vertices with row and column, and its strands
with tail, head, chain, row and column; None is what stands around it.
"""

from __future__ import annotations

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


class _Groups:
    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.groups = {at: Group() for at, item in enumerate(items) if item.is_group}
        self.places: dict[int, dict[Link, float]] = {at: {} for at in self.groups}
        for at, item in enumerate(items[1:], 1):
            self.groups[item.parent].add(self.vertex(at))
        for at, item in enumerate(items):
            for slot, source in enumerate(item.sources):
                self.lead(source, at, self.place(at, slot))

    def vertex(self, at: int) -> Vertex:
        """Return the vertex of an item."""
        return Vertex(Role.FRAME if self.items[at].is_group else Role.BOX, str(at))

    def around(self, at: int) -> list[int]:
        """List an item and the groups around it, from the outside in."""
        found = [at]
        while self.items[found[-1]].parent >= 0:
            found.append(self.items[found[-1]].parent)
        return found[::-1]

    def place(self, user: int, slot: int) -> float:
        """Order an arrow by its user, and a shortcut into a merge by where its branch begins."""
        sources = self.items[user].sources
        if len(set(sources)) < 2:
            return user
        return sources[max(slot - 1, 0)] + 0.5

    def lead(self, source: int, user: int, place: float) -> None:
        """Lead a value out of the groups around it and into those around its user."""
        outer, inner = self.around(source), self.around(user)
        shared = sum(one == other for one, other in zip(outer, inner, strict=False))
        name = str(source)
        for level in range(shared, len(outer) - 1):
            gate = self.groups[outer[level]].add(Vertex(Role.LEAVE, name))
            self.link(outer[level], Link(self.vertex(outer[level + 1]), gate, name), place)
        for level in range(shared, len(inner) - 1):
            gate = self.groups[inner[level]].add(Vertex(Role.ENTRY, name))
            self.link(inner[level], Link(gate, self.vertex(inner[level + 1]), name), place)
        link = Link(self.vertex(outer[shared]), self.vertex(inner[shared]), name)
        self.link(inner[shared - 1], link, place)

    def link(self, group: int, link: Link, place: float) -> None:
        """Add a link to a group, once."""
        self.places[group].setdefault(link, place)

    def composed(self) -> Iterator[tuple[int, Group]]:
        """List the groups with their links in order."""
        for at, group in self.groups.items():
            places = self.places[at]
            group.links.extend(sorted(places, key=places.__getitem__))
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
