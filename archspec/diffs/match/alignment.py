"""Sequence alignment: first equal elements, then the most similar ones in the gaps between."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

Pairs = list[tuple[int, int]]

MOST_DIFFERENCES = 1000
LONGEST_TABLE = 200


def equal_pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """Find a longest common subsequence, as pairs of positions.

    It takes O(ND) time for N elements and D differences. Beyond ``MOST_DIFFERENCES``, only the
    common prefix and suffix are paired.
    """
    shorter = min(len(old), len(new))
    start = _common(zip(old, new, strict=False))
    end = min(_common(zip(reversed(old), reversed(new), strict=False)), shorter - start)
    inner = _differences(old[start : len(old) - end], new[start : len(new) - end])
    return [
        *((index, index) for index in range(start)),
        *((a + start, b + start) for a, b in inner),
        *((len(old) - end + index, len(new) - end + index) for index in range(end)),
    ]


def _common(pairs: Iterator[tuple[Hashable, Hashable]]) -> int:
    count = 0
    for a, b in pairs:
        if a != b:
            break
        count += 1
    return count


def _differences(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """Find the pairs, unless a lower bound shows that there are too many differences."""
    shared = sum((Counter(old) & Counter(new)).values())
    if not shared or len(old) + len(new) - 2 * shared > MOST_DIFFERENCES:
        return []
    return _myers(old, new)


def _myers(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """Follow E. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986."""
    reach = {1: 0}
    history: list[dict[int, int]] = []
    for edits in range(min(len(old) + len(new), MOST_DIFFERENCES) + 1):
        history.append(dict(reach))
        for diagonal in range(-edits, edits + 1, 2):
            x = _step(reach, diagonal, edits)
            while x < len(old) and 0 <= x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            reach[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return _backtrack(history, (len(old), len(new)))
    return []


def _goes_down(reach: dict[int, int], diagonal: int, edits: int) -> bool:
    if diagonal in (-edits, edits):
        return diagonal == -edits
    return reach[diagonal - 1] < reach[diagonal + 1]


def _step(reach: dict[int, int], diagonal: int, edits: int) -> int:
    down = _goes_down(reach, diagonal, edits)
    return reach[diagonal + 1] if down else reach[diagonal - 1] + 1


def _backtrack(history: list[dict[int, int]], end: tuple[int, int]) -> Pairs:
    x, y = end
    pairs: Pairs = []
    for edits in range(len(history) - 1, -1, -1):
        diagonal = x - y
        down = _goes_down(history[edits], diagonal, edits)
        before = diagonal + 1 if down else diagonal - 1
        from_x = history[edits][before]
        from_y = from_x - before
        while x > max(from_x, 0) and y > max(from_y, 0):
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = from_x, from_y
    return pairs[::-1]


def alike_pairs(old: Sequence[T], new: Sequence[T], similarity: Callable[[T, T], float]) -> Pairs:
    """Pair positions, in order, so that the sum of their similarities is greatest.

    This is global alignment by dynamic programming, with gaps that cost nothing (S. Needleman and
    C. Wunsch, "A General Method Applicable to the Search for Similarities", 1970). Elements without
    similarity are not paired. Sequences beyond ``LONGEST_TABLE`` are aligned piece by piece.
    """
    pairs: Pairs = []
    for start in range(0, min(len(old), len(new)), LONGEST_TABLE):
        piece = slice(start, start + LONGEST_TABLE)
        found = _most_alike(old[piece], new[piece], similarity)
        pairs += [(a + start, b + start) for a, b in found]
    return pairs


def _most_alike(old: Sequence[T], new: Sequence[T], similarity: Callable[[T, T], float]) -> Pairs:
    scores = [[similarity(a, b) for b in new] for a in old]
    best = _best(scores, len(new))
    pairs: Pairs = []
    x, y = 0, 0
    while x < len(old) and y < len(new):
        if scores[x][y] > 0 and best[x][y] == scores[x][y] + best[x + 1][y + 1]:
            pairs.append((x, y))
            x, y = x + 1, y + 1
        elif best[x][y] == best[x + 1][y]:
            x += 1
        else:
            y += 1
    return pairs


def _best(scores: list[list[float]], columns: int) -> list[list[float]]:
    """Fill the table of the best sums from each pair of positions to the ends."""
    best = [[0.0] * (columns + 1) for _ in range(len(scores) + 1)]
    for x in range(len(scores) - 1, -1, -1):
        for y in range(columns - 1, -1, -1):
            skipped = max(best[x + 1][y], best[x][y + 1])
            paired = scores[x][y] + best[x + 1][y + 1] if scores[x][y] > 0 else 0.0
            best[x][y] = max(skipped, paired)
    return best


def gaps(pairs: Pairs, old: int, new: int) -> Iterator[tuple[slice, slice]]:
    """List the gaps between pairs that are not empty on both sides."""
    a, b = 0, 0
    for left, right in [*pairs, (old, new)]:
        if left > a or right > b:
            yield slice(a, left), slice(b, right)
        a, b = left + 1, right + 1


def in_order(positions: Sequence[int]) -> list[int]:
    """List the indices of a longest increasing subsequence: what stayed while the rest moved.

    By M. Fredman, "On Computing the Length of Longest Increasing Subsequences", 1975.
    """
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, position in enumerate(positions):
        place = bisect_left(tails, position)
        before.append(last[place - 1] if place else -1)
        tails[place : place + 1] = [position]
        last[place : place + 1] = [index]
    found: list[int] = []
    index = last[-1] if last else -1
    while index >= 0:
        found.append(index)
        index = before[index]
    return found[::-1]
