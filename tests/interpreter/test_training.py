"""In training norms go by the batch, running statistics move, and nothing is dropped."""

from __future__ import annotations

import numpy as np
import pytest

from archspec import interpret
from archspec.interpreter.statistics import statistics
from tests.conformance.specs import graph_of

NORM = "archspec: 1\nname: net\ninput: 1\nnetwork: [batch_norm momentum=0.75 epsilon=1]\n"
WEIGHTS = {
    "batch_norm.weight": np.array([2.0]),
    "batch_norm.bias": np.array([1.0]),
    "batch_norm.running_mean": np.array([4.0]),
    "batch_norm.running_var": np.array([8.0]),
}
BATCH = np.array([[0.0], [3.0], [6.0]])
"""Mean 3; the squares of what is left add up to 18, so the variance is 6, or 9 without bias."""


def test_a_norm_goes_by_the_batch_it_is_trained_on() -> None:
    graph = graph_of(NORM)
    values = interpret(graph, WEIGHTS, {"input": BATCH}, dtype="float64", training=True)
    root = np.sqrt(6 + 1)
    wanted = [[-3 / root * 2 + 1], [1], [3 / root * 2 + 1]]
    np.testing.assert_allclose(values["batch_norm"], wanted, rtol=1e-12)


def test_running_statistics_keep_the_share_that_momentum_says_and_an_unbiased_variance() -> None:
    moved = statistics(graph_of(NORM), WEIGHTS, {"input": BATCH}, dtype="float64")
    assert moved.keys() == {"batch_norm.running_mean", "batch_norm.running_var"}
    np.testing.assert_allclose(moved["batch_norm.running_mean"], [0.75 * 4 + 0.25 * 3], rtol=1e-12)
    np.testing.assert_allclose(moved["batch_norm.running_var"], [0.75 * 8 + 0.25 * 9], rtol=1e-12)


def test_one_value_of_each_channel_has_no_variance() -> None:
    with pytest.raises(ValueError, match="give a larger batch"):
        statistics(graph_of(NORM), WEIGHTS, {"input": BATCH[:1]})


def test_nothing_is_dropped() -> None:
    graph = graph_of(NORM.replace("batch_norm momentum=0.75 epsilon=1", "dropout 0.5"))
    values = interpret(graph, {}, {"input": BATCH}, training=True)
    np.testing.assert_array_equal(values["dropout"], BATCH)
