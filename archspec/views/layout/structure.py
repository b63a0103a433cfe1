"""The structure of a group: its vertices in series and in parallel, and what is neither.

Vertices with one arrow in and one out are put in series, arrows between the same two vertices in
parallel, until one chain is left from the start of the group to its end; every vertex without a
tail hangs on the start, every one without a head on the end. What cannot be reduced is divided at
the vertices that all ways pass, then into parts that share nothing, and the rest is a tangle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

from archspec.views.layout.cells import (
    Chain,
    Link,
    Role,
    Strand,
    Vertex,
    forked,
    joined,
    passage,
)
from archspec.views.layout.groups import Group
from archspec.views.layout.tangles import tangled

START, END = Vertex(Role.ENTRY, "start of the group"), Vertex(Role.LEAVE, "end of the group")
_DEEPEST = 60
"""Forks within forks, beyond which a fork is left to the layout of tangles."""


@dataclass(slots=True, eq=False)
class _Edge:
    """A chain between two vertices; edges out of one are ordered by ``place``."""

    tail: Vertex
    head: Vertex
    place: int
    chain: Chain


def structure(group: Group) -> Chain:
    """Find out how a group is composed."""
    return _Reduction(group).whole()


class _Reduction:
    def __init__(self, group: Group) -> None:
        self.order = {START: -1, **group.vertices, END: len(group.vertices)}
        self.into: dict[Vertex, list[_Edge]] = defaultdict(list)
        self.out: dict[Vertex, list[_Edge]] = defaultdict(list)
        for place, link in enumerate(group.links):
            self.connect(link, place)
        last = len(group.links)
        for place, vertex in enumerate(group.vertices):
            if not self.into[vertex]:
                self.add(_Edge(START, vertex, place, passage(None)))
            if not self.out[vertex]:
                self.add(_Edge(vertex, END, last + place, passage(None)))

    def connect(self, link: Link, place: int) -> None:
        """Add a link; one that leads back to an earlier vertex is laid out the other way."""
        tail, head = link.tail, link.head
        if self.rank(tail) > self.rank(head):
            tail, head = head, tail
        if tail != head:
            self.add(_Edge(tail, head, place, passage(link)))

    def rank(self, vertex: Vertex) -> int:
        """Return the place of a vertex in its group; gates stand before and behind all others."""
        gates = {Role.ENTRY: -1, Role.LEAVE: len(self.order)}
        return gates.get(vertex.role, self.order[vertex])

    def add(self, edge: _Edge) -> None:
        """Add an edge."""
        self.out[edge.tail].append(edge)
        self.into[edge.head].append(edge)

    def remove(self, edge: _Edge) -> None:
        """Remove an edge."""
        self.out[edge.tail].remove(edge)
        self.into[edge.head].remove(edge)

    def whole(self) -> Chain:
        """Reduce all that can be, and divide the rest."""
        waiting = [vertex for vertex in reversed(self.order) if vertex not in (START, END)]
        while waiting:
            waiting += self.reduce(waiting.pop())
        edges = [edge for out in self.out.values() for edge in out]
        if not edges:
            return passage(None)
        return _Division(self.order).between(START, END, edges)

    def reduce(self, vertex: Vertex) -> Iterable[Vertex]:
        """Put the two edges of a vertex in series, and return the vertices that may be next."""
        for edge in list(self.out[vertex]):
            self.merge(edge)
        into, out = self.into[vertex], self.out[vertex]
        if len(into) != 1 or len(out) != 1:
            return ()
        (before,), (after,) = into, out
        self.remove(before)
        self.remove(after)
        chain = joined(before.chain, vertex, after.chain)
        edge = _Edge(before.tail, after.head, before.place, chain)
        self.add(edge)
        self.merge(edge)
        return [each for each in (edge.tail, edge.head) if each not in (START, END)]

    def merge(self, edge: _Edge) -> None:
        """Put all edges between two vertices in parallel."""
        beside = [each for each in self.out[edge.tail] if each.head == edge.head]
        if len(beside) < 2 or max(each.chain.nesting for each in beside) >= _DEEPEST:
            return
        beside.sort(key=lambda each: each.place)
        for each in beside:
            self.remove(each)
        chain = forked([each.chain for each in beside])
        self.add(_Edge(edge.tail, edge.head, beside[0].place, chain))


class _Division:
    """Divides a graph of edges from above."""

    def __init__(self, order: dict[Vertex, int]) -> None:
        self.order = order

    def between(self, tail: Vertex, head: Vertex, edges: list[_Edge]) -> Chain:
        """Compose all edges between two vertices."""
        if len(edges) == 1:
            return edges[0].chain
        stops = [tail, *self.stops(tail, head, edges), head]
        if len(stops) > 2:
            return self.series(stops, edges)
        parts = sorted(self.parts(tail, head, edges), key=lambda part: min(e.place for e in part))
        if len(parts) > 1:
            return forked([self.between(tail, head, part) for part in parts])
        return self.tangle(tail, head, edges)

    def series(self, stops: list[Vertex], edges: list[_Edge]) -> Chain:
        """Compose what lies between stops one after the other."""
        rank = self.ranks(edges)
        pieces = [
            self.between(a, b, [e for e in edges if rank[a] <= rank[e.tail] < rank[b]])
            for a, b in pairwise(stops)
        ]
        chain = pieces[0]
        for stop, piece in zip(stops[1:-1], pieces[1:], strict=True):
            chain = joined(chain, stop, piece)
        return chain

    def ranks(self, edges: list[_Edge]) -> dict[Vertex, int]:
        """Find an order of vertices in which all edges lead forwards, the author's if it can be."""
        heads: dict[Vertex, list[Vertex]] = defaultdict(list)
        arriving: dict[Vertex, int] = defaultdict(int)
        for edge in edges:
            heads[edge.tail].append(edge.head)
            arriving[edge.head] += 1
        ready = [(self.order[vertex], vertex) for vertex in heads if not arriving[vertex]]
        found: dict[Vertex, int] = {}
        while ready:
            _, vertex = heappop(ready)
            found[vertex] = len(found)
            for head in heads[vertex]:
                arriving[head] -= 1
                if not arriving[head]:
                    heappush(ready, (self.order[head], head))
        return found

    def stops(self, tail: Vertex, head: Vertex, edges: list[_Edge]) -> Iterator[Vertex]:
        """List the vertices that all ways pass: no edge leads from before one to behind it."""
        rank = self.ranks(edges)
        furthest = 0
        leaving: dict[Vertex, list[_Edge]] = defaultdict(list)
        for edge in edges:
            leaving[edge.tail].append(edge)
        for vertex, at in rank.items():
            if vertex not in (tail, head) and furthest <= at:
                yield vertex
            furthest = max([furthest, *(rank[each.head] for each in leaving[vertex])])

    def parts(self, tail: Vertex, head: Vertex, edges: list[_Edge]) -> list[list[_Edge]]:
        """Divide edges into sets that share no vertex except the two at the ends."""
        leaders: dict[Vertex, Vertex] = {}

        def leader(vertex: Vertex) -> Vertex:
            while leaders.setdefault(vertex, vertex) != vertex:
                vertex = leaders[vertex]
            return vertex

        found: dict[object, list[_Edge]] = defaultdict(list)
        inner = [[v for v in (e.tail, e.head) if v not in (tail, head)] for e in edges]
        for ends in inner:
            if len(ends) == 2:
                leaders[leader(ends[0])] = leader(ends[1])
        for edge, ends in zip(edges, inner, strict=True):
            found[leader(ends[0]) if ends else edge].append(edge)
        return list(found.values())

    def tangle(self, tail: Vertex, head: Vertex, edges: list[_Edge]) -> Chain:
        """Lay out what is neither in series nor in parallel."""
        ends: dict[Vertex, None] = {tail: None, head: None}
        rank = self.ranks(edges)
        edges = sorted(edges, key=lambda each: (rank[each.tail], each.place))
        strands = [
            Strand(
                None if each.tail in ends else each.tail,
                None if each.head in ends else each.head,
                each.chain,
            )
            for each in edges
        ]
        vertices = [vertex for vertex in rank if vertex not in ends]
        return tangled(vertices, strands)
