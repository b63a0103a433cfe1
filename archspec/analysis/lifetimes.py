"""Memory over time: when each value begins to take it, and when it is given back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import accumulate
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
    """Find the peak of some lifetimes."""
    taken = course(lifetimes)
    found = max(taken)
    return Peak(found, taken.index(found))


def course(lifetimes: Iterable[Lifetime]) -> list[int]:
    """Return the bytes that are taken at each moment from 0 on, until none are for good."""
    changes: defaultdict[int, int] = defaultdict(int)
    for each in lifetimes:
        changes[each.first] += each.bytes
        changes[each.last + 1] -= each.bytes
    return list(accumulate(changes[moment] for moment in range(max(changes, default=0) + 1)))
