"""Aligning sequences, against the table that everybody knows."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from archspec.diffs.match.alignment import (
    MOST_DIFFERENCES,
    alike_pairs,
    equal_pairs,
    gaps,
    in_order,
)

LETTERS = st.lists(st.sampled_from("abc"), max_size=12)


def longest(old: list[str], new: list[str]) -> int:
    """Measure a longest common subsequence by the textbook's table."""
    rows = [[0] * (len(new) + 1)]
    for letter in old:
        row = [0]
        for at, other in enumerate(new):
            row.append(rows[-1][at] + 1 if letter == other else max(row[-1], rows[-1][at + 1]))
        rows.append(row)
    return rows[-1][-1]


@given(LETTERS, LETTERS)
def test_equal_pairs_are_a_longest_common_subsequence(old: list[str], new: list[str]) -> None:
    found = equal_pairs(old, new)
    assert all(old[a] == new[b] for a, b in found)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(found))
    assert len(found) == longest(old, new)


def test_of_sequences_that_differ_too_much_only_the_ends_are_paired() -> None:
    old = ["begin", *map(str, range(MOST_DIFFERENCES)), "end"]
    new = ["begin", *(f"new {at}" for at in range(MOST_DIFFERENCES)), "end"]
    last = MOST_DIFFERENCES + 1
    assert equal_pairs(old, new) == [(0, 0), (last, last)]


@given(LETTERS)
def test_what_is_in_order_is_a_longest_increasing_subsequence(letters: list[str]) -> None:
    places = sorted(range(len(letters)), key=lambda at: (letters[at], -at))
    kept = [places[at] for at in in_order(places)]
    assert all(a < b for a, b in pairwise(kept))
    assert len(kept) == longest(list(map(str, places)), list(map(str, sorted(places))))


def test_the_most_alike_are_paired_in_order() -> None:
    def similarity(old: int, new: int) -> float:
        return max(0.0, 10.0 - abs(old - new))

    assert alike_pairs([10, 20, 30], [31, 11, 29], similarity) == [(0, 1), (2, 2)]
    assert alike_pairs([1], [100], similarity) == []


def test_gaps_are_what_lies_between_pairs() -> None:
    found = [
        (old.start, old.stop, new.start, new.stop) for old, new in gaps([(1, 0), (2, 2)], 3, 4)
    ]
    assert found == [(0, 1, 0, 0), (2, 2, 1, 2), (3, 3, 3, 4)]
