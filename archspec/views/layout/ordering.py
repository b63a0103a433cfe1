"""An order of what stands in a tangle, from left to right, with few crossings.

Orders are tried from several starts; each is swept up and down, every thing to the middle of its
neighbours, and then sifted, every thing to the place where it costs least. Where as many streams
leave a tangle as enter it, as in HRNet, they keep the order of their author.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

_SWEEPS, _ROUNDS = 8, 6
_SIFTED = 400
"""Things up to which every one is tried at every place."""
_SMALL, _STARTS = 60, 6
"""Things up to which several orders are tried to start with, and about how many."""
_DEAR = 100
"""How much a crossing costs, in places by which a step becomes longer."""
_STREAM = 20
"""How much two streams that change places cost, in crossings."""


class Step(NamedTuple):
    """A piece of an arrow from one row to the next, between two things, by their numbers."""

    row: int
    tail: int
    head: int


def ordered(
    spans: Sequence[tuple[int, int]], steps: Sequence[Step], streams: Sequence[Sequence[int]]
) -> list[int]:
    """Find an order of things, which take a first row to a last.

    ``streams`` lists those that should keep their order.
    """
    return _Ordering(spans, steps, streams).best()


class _Ordering:
    def __init__(
        self,
        spans: Sequence[tuple[int, int]],
        steps: Sequence[Step],
        streams: Sequence[Sequence[int]],
    ) -> None:
        self.count = len(spans)
        self.steps = steps
        self.passing = list(_passing(spans, steps))
        self.streams = {item: at for at, stream in enumerate(streams) for item in stream}
        self.ranks = {item: at for stream in streams for at, item in enumerate(stream)}
        self.ends: list[dict[tuple[int, bool], list[int]]] = [{} for _ in spans]
        for row, tail, head in steps:
            self.ends[tail].setdefault((row, True), []).append(head)
            self.ends[head].setdefault((row, False), []).append(tail)
        self.through: list[list[tuple[int, bool]]] = [[] for _ in spans]
        for row, item, _ in self.passing:
            self.through[item] += [(row, True), (row, False)]
        self.near = [[end for ends in each.values() for end in ends] for each in self.ends]

    def best(self) -> list[int]:
        """Find the best order that a few starts lead to."""
        every = max(1, self.count // _STARTS) if self.count <= _SMALL else self.count
        begun = ([*range(at, self.count), *range(at)] for at in range(0, self.count, every))
        swept = (min(self.sweeps(each), key=self.cost) for each in begun)
        return min((self.sifted(each) for each in swept), key=self.cost)

    def cost(self, order: Sequence[int]) -> int:
        """Weigh the crossings, the streams out of order, and the length of all steps."""
        places = {item: place for place, item in enumerate(order)}
        length = sum(abs(places[step.tail] - places[step.head]) for step in self.steps)
        crossings = _crossings(places, [*self.steps, *self.passing])
        crossings += _STREAM * self.disorder(order)
        return _DEAR * crossings + length

    def disorder(self, order: Sequence[int]) -> int:
        """Count the streams that are out of order."""
        streams: dict[int, list[int]] = defaultdict(list)
        for item in order:
            if item in self.streams:
                streams[self.streams[item]].append(self.ranks[item])
        return sum(_inversions((0, rank) for rank in ranks) for ranks in streams.values())

    def sweeps(self, order: Sequence[int]) -> Iterator[list[int]]:
        """List an order, and what becomes of it by moving things to the middle of others."""
        found = list(order)
        yield found
        for sweep in range(_SWEEPS):
            found = self.swept(found, upwards=bool(sweep % 2))
            yield found

    def swept(self, order: Sequence[int], *, upwards: bool) -> list[int]:
        """Move each thing to the mean place of those that it comes from, or leads to."""
        places = {item: place for place, item in enumerate(order)}
        near: dict[int, list[int]] = defaultdict(list)
        for step in self.steps:
            item, other = (step.tail, step.head) if upwards else (step.head, step.tail)
            near[item].append(places[other])
        middle = {item: sum(near[item]) / len(near[item]) for item in near}
        return sorted(order, key=lambda item: (middle.get(item, places[item]), places[item]))

    def sifted(self, order: list[int]) -> list[int]:
        """Move each thing to the place where it costs least."""
        for _ in range(_ROUNDS if self.count <= _SIFTED else 0):
            before = list(order)
            for item in before:
                order = self.moved(order, item)
            if order == before:
                break
        return order

    def moved(self, order: list[int], item: int) -> list[int]:
        """Move one thing past its neighbours to the nearest place where it costs least."""
        at = order.index(item)
        others = [*order[:at], *order[at + 1 :]]
        places = {each: place for place, each in enumerate(order)}
        costs = {at: 0}
        for place in range(at + 1, len(order)):
            other = others[place - 1]
            costs[place] = costs[place - 1] + self.swap(item, other, places, places[other])
        for place in range(at - 1, -1, -1):
            other = others[place]
            costs[place] = costs[place + 1] + self.swap(other, item, places, places[other])
        best = min(costs, key=lambda place: (costs[place], abs(place - at)))
        return [*others[:best], item, *others[best:]]

    def swap(self, left: int, right: int, places: Mapping[int, int], at: int) -> int:
        """Weigh what changes if two neighbours change places, which are next to a place."""
        change = self.away(left, places) - self.away(right, places)
        for item, other, sign in ((left, right, _DEAR), (right, left, -_DEAR)):
            change += sign * self.passed(item, other, places, at)
        for key, ones in self.ends[left].items():
            for other in self.ends[right].get(key, ()):
                place = places[other]
                change += _DEAR * sum((places[one] < place) - (places[one] > place) for one in ones)
        if left in self.streams and self.streams[left] == self.streams.get(right):
            change += _DEAR * _STREAM * (1 if self.ranks[left] < self.ranks[right] else -1)
        return change

    def passed(self, item: int, other: int, places: Mapping[int, int], at: int) -> int:
        """Count how many more steps of a thing cross another at a place if it stands behind it."""
        ends = (places[end] for key in self.through[other] for end in self.ends[item].get(key, ()))
        return sum(1 if end < at else -1 for end in ends)

    def away(self, item: int, places: Mapping[int, int]) -> int:
        """Count how much longer the steps of a thing become if it moves to the right."""
        at = places[item]
        return sum(1 if places[end] <= at else -1 for end in self.near[item])


def _passing(spans: Sequence[tuple[int, int]], steps: Sequence[Step]) -> Iterator[Step]:
    """List what goes straight from one row to the next where other things do not."""
    rows = sorted({step.row for step in steps})
    for item, (first, last) in enumerate(spans):
        for row in rows[bisect_left(rows, first) : bisect_left(rows, last)]:
            yield Step(row, item, item)


def _crossings(places: Mapping[int, int], steps: Sequence[Step]) -> int:
    """Count pairs of steps from one row to the next that cross."""
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
