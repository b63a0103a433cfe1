"""Tangles: a row and a column for everything that is neither in series nor in parallel.

What takes several rows, as a long arrow does, has one column in all of them, so that it is
straight. This is the layered layout of Sugiyama, Tagawa and Toda (1981), with one order for all
layers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
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
from archspec.views.layout.ordering import Step, ordered

_SWEEPS = 8

Strands = Sequence[Strand]


class _Item(NamedTuple):
    """Something that takes a column in rows ``first`` to ``last``, by its number.

    It is a vertex or a strand, or a vertex and the strand that is all that leaves it.
    """

    what: tuple[Vertex | Strand, ...]
    first: int
    last: int


def tangled(vertices: Sequence[Vertex], strands: Strands) -> Chain:
    """Lay out vertices, which are in a topological order, and the strands between them."""
    rows, total = _rows(vertices, strands)
    items = list(_items(rows, strands, total))
    steps = list(_steps(items, strands, rows))
    spans = [(item.first, item.last) for item in items]
    order = ordered(spans, steps, _streams(strands, items, vertices))
    columns = _columns(order, items, steps)
    spots = {
        what: Spot(item.first + row, columns[at])
        for at, item in enumerate(items)
        for row, what in enumerate(item.what)
    }
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
        found = [_Item((each,), row + 1, _last(each, rows, total)) for each in leaving[vertex]]
        found = [each for each in found if row < each.last]
        if vertex is not None and len(leaving[vertex]) == len(found) == 1:
            yield _Item((vertex, *found[0].what), row, found[0].last)
            continue
        if vertex is not None:
            yield _Item((vertex,), row, row)
        yield from found


def _last(strand: Strand, rows: dict[Vertex | None, int], total: int) -> int:
    """Find the last row that a strand takes, the one before that of its head."""
    if _is_open(strand):
        return rows[strand.tail] + strand.chain.rows
    return (rows[strand.head] if strand.head is not None else total) - 1


def _is_open(strand: Strand) -> bool:
    """Whether nothing leads on from the end of a strand."""
    end = strand.chain.parts[-1]
    return isinstance(end, Lane) and end.link is None


def _numbers(items: Sequence[_Item]) -> dict[Vertex | Strand | None, int]:
    """Find the number of the item that each vertex and strand is in."""
    return {what: at for at, item in enumerate(items) for what in item.what}


def _steps(
    items: Sequence[_Item], strands: Strands, rows: dict[Vertex | None, int]
) -> Iterator[Step]:
    """List the pieces of arrows that lead from one row to the next."""
    number = _numbers(items)
    for each in strands:
        stops = [number[stop] for stop in (each.tail, each, each.head) if stop in number]
        for tail, head in pairwise(dict.fromkeys(stops)):
            yield Step(items[tail].last, tail, head)


def _streams(
    strands: Strands, items: Sequence[_Item], vertices: Sequence[Vertex]
) -> list[list[int]]:
    """List what enters a tangle and what leaves it, if these are as many."""
    number = _numbers(items)
    entering = [each.head for each in strands if each.tail is None]
    leaving = [each.tail for each in strands if each.head is None]
    sides = []
    for side in (entering, leaving):
        inside = dict.fromkeys(vertex for vertex in side if vertex is not None)
        sides.append([number[each] for each in vertices if each in inside])
    return sides if len(sides[0]) == len(sides[1]) > 1 else []


def _columns(order: Sequence[int], items: Sequence[_Item], steps: Sequence[Step]) -> list[int]:
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
                wanted = sorted(columns[each] for each in near[item])[(len(near[item]) - 1) // 2]
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
