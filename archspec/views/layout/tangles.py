"""Tangles: an order from left to right with few crossings, and a column for everything.

What takes several rows, as a long arrow does, has one column in all of them, so that it is
straight. This is the layered layout of Sugiyama, Tagawa and Toda (1981), with one order for all
layers.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median_low
from typing import NamedTuple

from archspec.views.layout.cells import (
    Chain,
    Lane,
    Role,
    Spot,
    Strand,
    Tangle,
    Vertex,
)

_SWEEPS = 8
_SIFTED, _ROUNDS = 400, 6
"""Things in a tangle up to which every one is tried at every place, and how often."""

Strands = Sequence[Strand]


class _Item(NamedTuple):
    """Something that takes a column in rows ``first`` to ``last``, by its number."""

    what: Vertex | Strand
    first: int
    last: int


class _Step(NamedTuple):
    """A piece of an arrow from one row to the next, between two items."""

    row: int
    tail: int
    head: int


_DEAR = 100
"""How much a crossing costs, in places by which a step becomes longer."""


def tangled(vertices: Sequence[Vertex], strands: Strands) -> Chain:
    """Lay out vertices, which are in a topological order, and the strands between them."""
    rows, total = _rows(vertices, strands)
    items = list(_items(rows, strands, total))
    steps = list(_steps(items, strands, rows))
    order = _ordered(len(items), steps)
    columns = _columns(order, items, steps)
    spots = {item.what: Spot(item.first, columns[at]) for at, item in enumerate(items)}
    nesting = 1 + max(each.chain.nesting for each in strands)
    tangle = Tangle(
        {vertex: spots[vertex] for vertex in vertices},
        {strand: spots.get(strand) for strand in strands},
        total,
        max(columns) + 1,
        nesting,
    )
    return Chain((tangle,), total, nesting)


def _rows(vertices: Sequence[Vertex], strands: Strands) -> tuple[dict[Vertex | None, int], int]:
    """Put each vertex as far down as its strands allow; gates out stand in the last row."""
    rows: dict[Vertex | None, int] = {None: -1}
    into: dict[Vertex | None, list[Strand]] = defaultdict(list)
    for each in strands:
        into[each.head].append(each)
    for vertex in vertices:
        rows[vertex] = max(rows[each.tail] + 1 + each.chain.rows for each in into[vertex])
    ends = (rows[each.tail] + 1 + each.chain.rows for each in into[None])
    total = max(0, *(row + 1 for row in rows.values()), *ends)
    rows |= {each: total - 1 for each in vertices if each.role is Role.LEAVE}
    return rows, total


def _items(rows: dict[Vertex | None, int], strands: Strands, total: int) -> Iterator[_Item]:
    """List what takes columns: vertices, and strands that pass rows, each after its tail."""
    leaving: dict[Vertex | None, list[Strand]] = defaultdict(list)
    for strand in strands:
        leaving[strand.tail].append(strand)
    for vertex, row in rows.items():
        if vertex is not None:
            yield _Item(vertex, row, row)
        for each in leaving[vertex]:
            last = (rows[each.head] if each.head is not None else total) - 1
            last = row + each.chain.rows if _is_open(each) else last
            if row < last:
                yield _Item(each, row + 1, last)


def _is_open(strand: Strand) -> bool:
    """Whether nothing leads on from the end of a strand."""
    end = strand.chain.parts[-1]
    return isinstance(end, Lane) and end.link is None


def _steps(
    items: Sequence[_Item], strands: Strands, rows: dict[Vertex | None, int]
) -> Iterator[_Step]:
    """List the pieces of arrows that lead from one row to the next."""
    number = {item.what: at for at, item in enumerate(items)}
    for each in strands:
        stops = [number[stop] for stop in (each.tail, each, each.head) if stop in number]
        for tail, head in pairwise(stops):
            yield _Step(items[tail].last, tail, head)


def _ordered(count: int, steps: Sequence[_Step]) -> list[int]:
    """Find an order of items, from left to right, with few crossings."""
    best = list(range(count))
    order, least = best, _crossings(best, steps)
    for sweep in range(_SWEEPS):
        order = _swept(order, steps, upwards=bool(sweep % 2))
        found = _crossings(order, steps)
        if found < least:
            best, least = order, found
    return _sifted(best, steps) if count <= _SIFTED else best


def _swept(order: Sequence[int], steps: Sequence[_Step], upwards: bool) -> list[int]:
    """Move each item to the mean place of those that it comes from, or leads to."""
    places = {item: place for place, item in enumerate(order)}
    near: dict[int, list[int]] = defaultdict(list)
    for step in steps:
        item, other = (step.tail, step.head) if upwards else (step.head, step.tail)
        near[item].append(places[other])
    middle = {item: sum(near[item]) / len(near[item]) for item in near}
    return sorted(order, key=lambda item: (middle.get(item, places[item]), places[item]))


def _sifted(order: list[int], steps: Sequence[_Step]) -> list[int]:
    """Move each item to the place where its own steps cross fewest others."""
    ends = _Ends(order, steps)
    for _ in range(_ROUNDS):
        before = list(order)
        for item in before:
            order = ends.sifted(order, item)
        if order == before:
            break
    return order


class _Ends:
    """The other ends of the steps of each item, by the row in which they start."""

    def __init__(self, order: Sequence[int], steps: Sequence[_Step]) -> None:
        self.of: dict[int, dict[tuple[int, bool], list[int]]] = {each: {} for each in order}
        for row, tail, head in steps:
            self.of[tail].setdefault((row, True), []).append(head)
            self.of[head].setdefault((row, False), []).append(tail)

    def sifted(self, order: list[int], item: int) -> list[int]:
        """Move an item past its neighbours to the nearest place where it costs least."""
        at = order.index(item)
        others = [*order[:at], *order[at + 1 :]]
        places = {each: place for place, each in enumerate(order)}
        costs = {at: 0}
        for place in range(at + 1, len(order)):
            costs[place] = costs[place - 1] + self.swap(item, others[place - 1], places)
        for place in range(at - 1, -1, -1):
            costs[place] = costs[place + 1] + self.swap(others[place], item, places)
        best = min(costs, key=lambda place: (costs[place], abs(place - at)))
        return [*others[:best], item, *others[best:]]

    def swap(self, left: int, right: int, places: Mapping[int, int]) -> int:
        """Count how many crossings more there are if two neighbours change places."""
        shared = self.of[left].keys() & self.of[right].keys()
        pairs = (
            (places[one], places[other])
            for key in shared
            for one in self.of[left][key]
            for other in self.of[right][key]
        )
        crossings = sum((one < other) - (one > other) for one, other in pairs)
        return crossings * _DEAR + self.away(left, places) - self.away(right, places)

    def away(self, item: int, places: Mapping[int, int]) -> int:
        """Count how much longer the steps of an item become if it moves one place to the right."""
        ends = (end for found in self.of[item].values() for end in found)
        return sum(1 if places[end] <= places[item] else -1 for end in ends)


def _crossings(order: Sequence[int], steps: Sequence[_Step]) -> int:
    """Count pairs of steps from one row to the next that cross."""
    places = {item: place for place, item in enumerate(order)}
    rows: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for step in steps:
        rows[step.row].append((places[step.tail], places[step.head]))
    return sum(_inversions(sorted(pairs)) for pairs in rows.values())


def _inversions(pairs: Iterable[tuple[int, int]]) -> int:
    """Count the pairs that are in order by their first number and not by their second."""
    seen: list[int] = []
    found = 0
    for _, head in pairs:
        found += len(seen) - bisect_right(seen, head)
        insort(seen, head)
    return found


def _columns(order: Sequence[int], items: Sequence[_Item], steps: Sequence[_Step]) -> list[int]:
    """Find a column for each item: as few as there can be, then in line with its neighbours."""
    beside = _Beside(order, items)
    columns = [0] * len(items)
    for item in order:
        columns[item] = max((columns[each] + 1 for each in beside.before[item]), default=0)
    near: dict[int, list[int]] = defaultdict(list)
    for step in steps:
        near[step.tail].append(step.head)
        near[step.head].append(step.tail)
    most = max(columns, default=0)
    for turn in range(_SWEEPS):
        for item in order if turn % 2 else reversed(order):
            least = max((columns[each] + 1 for each in beside.before[item]), default=0)
            largest = min((columns[each] - 1 for each in beside.behind[item]), default=most)
            if near[item]:
                wanted = median_low(columns[each] for each in near[item])
                columns[item] = min(max(wanted, least), largest)
    return columns


class _Beside:
    """What stands beside an item in any of its rows, before or behind it in the order."""

    def __init__(self, order: Sequence[int], items: Sequence[_Item]) -> None:
        self.before: dict[int, list[int]] = defaultdict(list)
        self.behind: dict[int, list[int]] = defaultdict(list)
        lasts: dict[int, int] = {}
        for item in order:
            rows = range(items[item].first, items[item].last + 1)
            for other in dict.fromkeys(lasts[row] for row in rows if row in lasts):
                self.before[item].append(other)
                self.behind[other].append(item)
            lasts |= dict.fromkeys(rows, item)
