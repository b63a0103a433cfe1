"""What samples say: medians, quartiles, and ratios with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from statistics import median, quantiles
from typing import NamedTuple

CONFIDENCE = 0.95
FEWEST = 6
"""The rounds from which on an interval is that sure: 1 - 2/2**6 = 0.97, and 1 - 2/2**5 = 0.94."""


class Spread(NamedTuple):
    """A median between two bounds."""

    lower: float
    median: float
    upper: float


class Ratio(NamedTuple):
    """A median, and the interval that holds the true one; None below ``FEWEST`` rounds."""

    lower: float | None
    median: float
    upper: float | None


def quartiles(samples: Sequence[float]) -> Spread:
    """Return the median between the quartiles, half of the samples between them."""
    if len(samples) == 1:
        return Spread(samples[0], samples[0], samples[0])
    return Spread(*quantiles(samples, n=4, method="inclusive"))


def ratio(theirs: Sequence[float], mine: Sequence[float]) -> Ratio:
    """Return how many times as fast ``mine`` is: the median of the rounds' ratios.

    Both are seconds by round, and are divided within each, so that a machine that slows down slows
    both. The bounds hold the true median with a probability of ``CONFIDENCE``.
    """
    found = sorted(other / one for other, one in zip(theirs, mine, strict=True))
    if len(found) < FEWEST:
        return Ratio(None, median(found), None)
    left_out = _tail(len(found))
    return Ratio(found[left_out], median(found), found[-1 - left_out])


def _tail(count: int) -> int:
    """Return how many samples may be left out at each end of an interval around the median.

    The number of samples below the median has a binomial distribution (David and Nagaraja, Order
    Statistics, 2003, section 7.1).
    """
    outside, place = 1 / 2**count, 0
    while 2 * (outside := outside + comb(count, place + 1) / 2**count) <= 1 - CONFIDENCE:
        place += 1
    return place


def four_digits(value: float) -> str:
    """Write a number with four digits."""
    digits = next((places for places in range(4) if value >= 10 ** (3 - places)), 4)
    return f"{value:,.{digits}f}"
