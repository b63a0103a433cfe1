"""Whose turn it is."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from archspec.benchmarking.schedule import rounds


def test_four_candidates_take_turns_by_the_square_that_williams_gives() -> None:
    assert [*rounds(4, 4)] == [(0, 1, 3, 2), (1, 2, 0, 3), (2, 3, 1, 0), (3, 0, 2, 1)]


@pytest.mark.parametrize("candidates", [2, 3, 4, 5, 6])
def test_each_candidate_has_every_place_and_follows_every_other_equally_often(
    candidates: int,
) -> None:
    whole = candidates if candidates % 2 == 0 else 2 * candidates
    orders = list(rounds(candidates, whole))
    places = Counter(place for order in orders for place in enumerate(order))
    pairs = Counter(pair for order in orders for pair in pairwise(order))
    assert set(places.values()) == {whole // candidates}
    assert len(pairs) == candidates * (candidates - 1)
    assert set(pairs.values()) == {whole // candidates}


def test_one_candidate_is_alone_in_each_round() -> None:
    assert [*rounds(1, 3)] == [(0,), (0,), (0,)]
