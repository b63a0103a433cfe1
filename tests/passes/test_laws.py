"""What holds of every pass, on random graphs with random weights."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest

from archspec import Graph, optimize
from archspec.passes.optimize import PASSES, Pass
from archspec.passes.record import Exactness
from archspec.passes.targets import TARGETS
from tests.authoring.documents import random_graph
from tests.passes.networks import distance, outputs, random_network, weights

FEW = range(36)
REST = pytest.param(range(36, 500), marks=pytest.mark.slow, id="to 500")
LIMITS = {Exactness.BIT_EQUAL: 0.0, Exactness.ROUNDED: 1e-9, Exactness.REASSOCIATED: 1e-9}
"""The differences in float64: weights that a pass computes are not rounded before the end."""


@cache
def case(number: int) -> tuple[Graph, dict[str, Any]]:
    """Return a network, of branches or of any operators by turns, with weights."""
    graph = random_network(number) if number % 3 else random_graph(number).without_heads()
    return graph, weights(graph, number)


@pytest.mark.parametrize("numbers", [FEW, REST])
@pytest.mark.parametrize("run", PASSES)
def test_a_pass_keeps_what_is_computed_as_exactly_as_it_says(run: Pass, numbers: range) -> None:
    exactness, applied = PASSES[run], Counter[bool]()
    dtype = "float32" if exactness is Exactness.BIT_EQUAL else "float64"
    for seed in numbers:
        graph, tensors = case(seed)
        passed = run(graph, tensors)
        passed.graph.verify()
        found = [outputs(graph, tensors, dtype), outputs(passed.graph, passed.tensors, dtype)]
        assert distance(*found) <= LIMITS[exactness], seed
        applied.update(each.is_applied for each in passed.places)
    assert applied[True]


@pytest.mark.parametrize("numbers", [FEW[:: len(TARGETS)], REST])
@pytest.mark.parametrize("target", TARGETS)
def test_a_second_run_changes_nothing(target: str, numbers: range) -> None:
    for seed in numbers:
        once = optimize(*case(seed), target)
        twice = optimize(once.graph, once.tensors, target)
        once.graph.verify()
        assert not twice.applied, seed
        assert twice.graph.nodes == once.graph.nodes


@pytest.mark.parametrize("numbers", [FEW, REST])
def test_all_passes_together_round_each_weight_once(numbers: range) -> None:
    worst = 0.0
    for seed in numbers:
        graph, tensors = case(seed)
        found = optimize(graph, tensors)
        same = [outputs(graph, tensors, "float64"), outputs(found.graph, found.tensors, "float64")]
        worst = max(worst, distance(*same))
    assert 0 < worst < 1e-5


def test_the_weights_that_remain_are_those_of_the_graph() -> None:
    for seed in FEW[::4]:
        found = optimize(*case(seed))
        wanted = {
            f"{path}.{each.name}": each.shape
            for path, node in found.graph.nodes.items()
            for each in node.op.parameters(*node.inputs)
        }
        assert {key: each.shape for key, each in found.tensors.items()} == wanted
        assert {str(each.dtype) for each in found.tensors.values()} <= {"float32"}
