"""How much of the new weights comes into their average."""

from __future__ import annotations

import pytest

from archspec.standalone.averaging import share


@pytest.mark.parametrize(
    ("updates", "expected"),
    [(0, 1), (1, 9 / 11), (8, 1 / 2), (80, 1 / 10), (8990, 0.001), (10**6, 0.001)],
)
def test_early_weights_are_forgotten_as_in_tensorflow(updates: int, expected: float) -> None:
    """tf.train.ExponentialMovingAverage decays by min(decay, (1 + n) / (10 + n))."""
    assert share(0.999, updates) == pytest.approx(expected)
