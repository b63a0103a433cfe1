"""Changes in percent are as exact as one can read them."""

from __future__ import annotations

import pytest

from archspec.diffs.impact.cost import CostPair
from archspec.diffs.report.wording import percent


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (100, 172, "+72.0 %"),
        (1000, 999, "-0.1 %"),
        (100_000, 100_001, "< 0.1 %"),
        (6, 18_847, "+314,017 %"),
        (7, 7, ""),
        (0, 5, "new"),
    ],
)
def test_a_change_is_told_with_a_tenth_unless_that_says_nothing(
    before: int, after: int, said: str
) -> None:
    assert percent(CostPair(before, after)) == said
