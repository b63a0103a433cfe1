"""Channels: the room between two rows, in which lines run across the flow on parallel tracks.

Two lines that take each other's place would lie on one another whichever track is first. One of
them then ends its track beside its target, and makes the rest on a track behind that of the other.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_APART = 4.0
"""Room between the ends of two lines on one track."""
_SAME = 1.0
"""Positions that are as near would lie on one another."""
_OVERLAP = 1000
"""What two lines that lie on one another cost, in crossings."""
_ASIDE = (5.0, -5.0, 9.0, -9.0, 13.0, -13.0)
"""How far from its target a line may end its first track."""


@dataclass
class Net:
    """A line that comes into a channel at ``source`` and leaves it at each of its targets.

    It may be the rest of another, which comes first.
    """

    source: float
    targets: list[float] = field(default_factory=list)
    first: Net | None = None

    @property
    def is_straight(self) -> bool:
        """Whether the line needs no track."""
        return all(abs(target - self.source) < 0.01 for target in self.targets)

    @property
    def low(self) -> float:
        """The lower end of its track."""
        return min(self.source, *self.targets)

    @property
    def high(self) -> float:
        """The higher end of its track."""
        return max(self.source, *self.targets)


class Channel:
    """The nets of one channel, by a key; the rest of one has its key and its target for a key.

    ``hops`` says where the first track of such a line ends.
    """

    def __init__(self) -> None:
        self.nets: dict[Hashable, Net] = {}
        self.hops: dict[tuple[Hashable, float], float] = {}

    def add(self, key: Hashable, source: float, target: float) -> None:
        """Lead a line through the channel; those with one key share it at its beginning."""
        self.nets.setdefault(key, Net(source)).targets.append(target)

    def tracks(self) -> dict[Hashable, int]:
        """Give each net that is not straight a track, counted along the flow."""
        order = self.ordered()
        for key, target in list(_stuck(order)):
            self.hop(key, target)
        order = self.ordered() if self.hops else order
        found: dict[Hashable, int] = {}
        for key, net in order:
            below = (
                found[other] for other, beside in order if other in found and _meet(net, beside)
            )
            found[key] = max(below, default=-1) + 1
        return found

    def ordered(self) -> list[_Keyed]:
        """List the nets that need a track in an order with few crossings."""
        return _ordered([each for each in self.nets.items() if not each[1].is_straight])

    def hop(self, key: Hashable, target: float) -> None:
        """Let a line end its track beside a target, where there is nothing else."""
        net = self.nets[key]
        taken = [at for each in self.nets.values() for at in (each.source, *each.targets)]
        free = (target + by for by in _ASIDE if _is_apart(target + by, taken))
        aside = next(free, target + _ASIDE[0])
        net.targets = [aside if each == target else each for each in net.targets]
        self.nets[key, target] = Net(aside, [target], net)
        self.hops[key, target] = aside


_Keyed = tuple[Hashable, Net]


def _meet(one: Net, other: Net) -> bool:
    return one.low < other.high + _APART and other.low < one.high + _APART


def _is_apart(at: float, others: Iterable[float]) -> bool:
    return all(abs(at - other) >= _APART for other in others)


def _stuck(order: Sequence[_Keyed]) -> Iterator[tuple[Hashable, float]]:
    """List the nets whose line to a target lies on that of a later one."""
    for at, (key, net) in enumerate(order):
        sources = [later.source for _, later in order[at + 1 :] if _meet(net, later)]
        for target in dict.fromkeys(net.targets):
            if any(abs(target - source) < _SAME for source in sources):
                yield key, target


def _ordered(nets: Sequence[_Keyed]) -> list[_Keyed]:
    """Put each net where it crosses fewest, then swap neighbours while that helps."""
    order: list[_Keyed] = []
    for each in nets:
        order.insert(_best_place(order, each[1]), each)
    for _ in range(len(order)):
        order, before = _swapped(order), order
        if order == before:
            break
    return order


def _best_place(order: Sequence[_Keyed], net: Net) -> int:
    """Find the place of least cost for one more net; of several the last."""
    cost = sum(_cost(net, other) for _, other in order)
    best, least = 0, cost
    for place, (_, other) in enumerate(order, 1):
        cost += _cost(other, net) - _cost(net, other)
        if cost <= least:
            best, least = place, cost
    return best


def _swapped(order: Iterable[_Keyed]) -> list[_Keyed]:
    found = list(order)
    for at, _ in enumerate(list(pairwise(found))):
        one, other = found[at], found[at + 1]
        if _cost(other[1], one[1]) < _cost(one[1], other[1]):
            found[at], found[at + 1] = other, one
    return found


def _cost(first: Net, second: Net) -> int:
    """Count what crosses if one net has its track before that of another."""
    if not _meet(first, second) or second.first is first:
        return 0
    if first.first is second:
        return _OVERLAP
    crossings = sum(second.low < target < second.high for target in first.targets)
    crossings += first.low < second.source < first.high
    overlaps = sum(abs(target - second.source) < _SAME for target in first.targets)
    return crossings + _OVERLAP * overlaps
