"""Memory over time: when each value begins to take it, and when it is given back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Lifetime(NamedTuple):
    """From the beginning of one moment to the end of another, some bytes are taken."""

    first: int
    last: int
    bytes: int


class Peak(NamedTuple):
    """The most bytes that are taken at once, and the first moment at which they are."""

    bytes: int
    moment: int


def peak(lifetimes: Iterable[Lifetime]) -> Peak:
    """Find the peak of some lifetimes, in the time of sorting them."""
    changes: defaultdict[int, int] = defaultdict(int)
    for each in lifetimes:
        changes[each.first] += each.bytes
        changes[each.last + 1] -= each.bytes
    taken, found = 0, Peak(0, 0)
    for moment in sorted(changes):
        taken += changes[moment]
        if taken > found.bytes:
            found = Peak(taken, moment)
    return found
