"""Drawn weights make every value of a network depend on its inputs, and none of them is hidden."""

from __future__ import annotations

import numpy as np
import pytest

from archspec.graph import Graph
from archspec.interpreter.interpret import interpret
from archspec.verification.difference import difference
from archspec.verification.drawn import tensors
from archspec.verification.noise import accompanied, examples
from archspec.weights.initial import draw
from tests.conformance.specs import graph_of

NORMED = graph_of("network: [conv 3x3 6 norm=batch_norm, layer_scale, global_avg_pool, dense 3]\n")
DEEP = graph_of("""
network:
  - repeat: [residual: {activation: relu, steps: [conv 3x3 4 norm=batch_norm activation=relu,
                                                  conv 3x3 4 norm=batch_norm]}]
    times: 40
  - global_avg_pool
  - dense 3
""")
PLAIN = graph_of("""
network:
  - repeat: [conv 3x3 8 activation=relu]
    times: 20
  - multiply: {map: identity, gate: [global_avg_pool, dense 8 activation=sigmoid]}
  - global_avg_pool
  - dense 3
""")


def test_no_scale_shift_or_statistic_is_left_where_it_would_not_be_seen() -> None:
    found, start = tensors(NORMED), draw(NORMED)
    vectors = [key for key, array in start.items() if array.ndim == 1]
    assert len(vectors) == 6
    for key in vectors:
        assert not np.isin(found[key], (0.0, 1.0)).any()
        assert len(set(found[key].tolist())) == found[key].size


def test_another_seed_draws_other_weights_and_the_same_seed_the_same() -> None:
    one, same, other = tensors(NORMED, 1), tensors(NORMED, 1), tensors(NORMED, 2)
    assert all((one[key] == same[key]).all() for key in one)
    assert not any((one[key] == other[key]).all() for key in one)


def test_what_is_to_stay_one_does() -> None:
    found = tensors(NORMED, ones=["conv.batch_norm.weight"])
    assert (found["conv.batch_norm.weight"] == 1).all()


@pytest.mark.parametrize("graph", [NORMED, DEEP, PLAIN], ids=["normed", "deep", "plain"])
def test_every_value_varies_between_two_examples(graph: Graph) -> None:
    inputs = examples(graph)
    values = interpret(graph, tensors(graph, 0, inputs), inputs)
    spread = {
        path: np.square(each - each.mean(axis=0)).mean() ** 0.5 / abs(each).max()
        for path, each in values.items()
    }
    assert min(spread.values()) > 0.01, min(spread, key=spread.__getitem__)
    assert all(difference(each, each).varies for each in values.values())


def test_a_value_that_is_the_same_for_all_examples_is_told_from_one_that_varies() -> None:
    graph = graph_of("network: [conv 3x3 8, global_avg_pool, softmax]\n")
    zeros = {key: np.zeros_like(array) for key, array in draw(graph).items()}
    value = interpret(graph, zeros, examples(graph))["softmax"]
    assert (value == 1 / 8).all()
    assert not difference(value, value).varies


def test_activations_that_clip_are_given_what_they_clip() -> None:
    graph = graph_of(
        "network: [conv 3x3 8 norm=batch_norm activation=relu6, conv 1x1 8 activation=relu6]\n"
    )
    inputs = examples(graph)
    values = interpret(graph, tensors(graph, 0, inputs), inputs)
    assert values["conv.relu6"].max() == values["conv_1.relu6"].max() == 6


def test_what_a_norm_gets_varies_so_little_that_its_epsilon_is_seen() -> None:
    inputs = examples(NORMED)
    found = tensors(NORMED, 0, inputs)
    arrived = interpret(NORMED, found, inputs)["conv.conv2d"]
    variance = found["conv.batch_norm.running_var"]
    assert variance.mean() < 0.02
    np.testing.assert_allclose(variance, np.square(arrived).mean(axis=(0, 1, 2)), rtol=1)


def test_noise_differs_between_examples_on_average_too() -> None:
    graph = graph_of("archspec: 1\nname: large\ninput: 64x48x3\nnetwork: [conv 1x1 2]\n")
    one, other = examples(graph)["input"]
    assert one.shape == (64, 48, 3)
    assert abs(one.std() - 1) < 0.5
    white = 2 / (64 * 48) ** 0.5  # two deviations of the mean of white noise
    assert (abs(one.mean(axis=(0, 1)) - other.mean(axis=(0, 1))) > 2 * white).all()


def test_a_single_example_gets_noise_of_its_own_kind_beside_it() -> None:
    photo = np.linspace(200, 210, 8 * 8 * 4, dtype=np.float32).reshape(1, 8, 8, 4)
    found = accompanied({"input": photo})["input"]
    assert found.shape == (2, 8, 8, 4)
    assert found.dtype == np.float32
    assert (found[0] == photo[0]).all()
    assert abs(found[1].mean() - 205) < 5
