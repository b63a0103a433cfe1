"""Whose turn it is: the order of candidates in each round."""

from __future__ import annotations

from collections.abc import Iterator


def rounds(candidates: int, count: int) -> Iterator[tuple[int, ...]]:
    """Yield the order of candidates, as numbers from 0, for each round.

    A Williams design (Australian Journal of Scientific Research 2, 1949): in as many rounds as
    there are candidates, or twice as many where they are odd, each has every place equally often
    and follows every other equally often, since what ran before leaves its traces in caches and
    clocks.
    """
    first = tuple(_zigzag(candidates))
    for number in range(count):
        order = tuple((each + number) % candidates for each in first)
        is_mirrored = candidates % 2 == 1 and (number // candidates) % 2 == 1
        yield order[::-1] if is_mirrored else order


def _zigzag(candidates: int) -> Iterator[int]:
    """Yield 0, 1, n - 1, 2, n - 2 and so on."""
    for place in range(candidates):
        yield (place + 1) // 2 if place % 2 else -(place // 2) % candidates
