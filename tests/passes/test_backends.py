"""Optimized networks in the frameworks: they compute what the networks as written do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from archspec import Graph, optimize
from archspec.commands.optimizing import reduced
from archspec.passes.drop_identities import drop_identities
from archspec.passes.drop_unused import drop_unused
from archspec.passes.merge_siblings import merge_siblings
from archspec.passes.optimize import Pass
from archspec.passes.record import Tensors
from archspec.passes.share_equal import share_equal
from archspec.verification.noise import examples
from tests.authoring.documents import random_graph
from tests.conformance.running import BACKENDS, INFERENCE, Running, start
from tests.passes.networks import Values, distance, random_network, weights

TARGETS = {"torch": "eager", "tensorflow": "tensorflow"}
OPTIMIZED = {"torch": INFERENCE, "tensorflow": "tensorflow"}
"""How what is optimized for a target is lowered."""
FEW = range(6)
REST = pytest.param(range(6, 500), marks=pytest.mark.slow, id="to 500")
PARTS = [
    pytest.param(range(max(at, 6), at + 100), marks=pytest.mark.slow, id=f"to {at + 100}")
    for at in range(0, 500, 100)
]
"""The rest in parts, each of which takes some minutes with TensorFlow."""
TANGLED = (26, 57, 142, 169, 302, 339, 462)
"""Specs in which a copy of a repeat, or a use of a module, shares a value with one before it."""
BIT_EQUAL: dict[Pass, float] = {
    drop_unused: 0.0,
    drop_identities: 0.0,
    share_equal: 0.0,
    merge_siblings: 1e-6,
}
"""How far frameworks may be off: for a wider convolution they may choose another algorithm."""


def run(running: Running, graph: Graph, tensors: Tensors) -> Values:
    """Run a graph with those weights that it has, for passes may leave more."""
    left = {key: each for key, each in tensors.items() if key.rpartition(".")[0] in graph.nodes}
    return running.outputs(graph, left, examples(graph))


def lowered(
    running: Running, numbers: Iterable[int]
) -> Iterable[tuple[int, Graph, dict[str, Any]]]:
    """Make networks, of branches or of any operators by turns, that a backend does not refuse."""
    for number in numbers:
        graph = random_network(number) if number % 3 else random_graph(number).without_heads()
        if not list(running.backend.refusals(graph)):
            yield number, graph, weights(graph, number)


@pytest.mark.filterwarnings("ignore:(?s).*softmax over axis -1")
@pytest.mark.parametrize("numbers", [FEW, *PARTS])
@pytest.mark.parametrize("backend", BACKENDS)
def test_random_networks_compute_the_same_once_they_are_optimized_and_raised(
    backend: str, numbers: range
) -> None:
    """Some have a softmax over the one channel of a map, of which Keras warns."""
    running, faster, found = start(backend), start(OPTIMIZED[backend]), dict[int, float]()
    for number, graph, tensors in lowered(running, numbers):
        fast = reduced(graph, tensors, TARGETS[backend])
        both = run(running, graph, tensors), run(faster, fast.graph, fast.tensors)
        found[number] = distance(*both)
    worst = max(found, key=found.__getitem__)
    assert 0 < found[worst] < 1e-4, worst


@pytest.mark.parametrize("number", TANGLED)
def test_a_graph_whose_copies_share_values_is_written_as_it_is(number: int) -> None:
    running, graph = start("torch"), random_graph(number).without_heads()
    tensors = weights(graph, number)
    fast = optimize(graph, tensors)
    both = run(running, graph, tensors), run(running, fast.graph, fast.tensors)
    assert distance(*both) < 1e-5


@pytest.mark.parametrize("numbers", [FEW, REST])
@pytest.mark.parametrize("rewrite", BIT_EQUAL)
def test_passes_that_are_bit_equal_are_so_in_torch(rewrite: Pass, numbers: range) -> None:
    running, worst = start("torch"), 0.0
    for number in numbers:
        graph = random_network(number)
        tensors = weights(graph, number)
        passed = rewrite(graph, tensors)
        if any(each.is_applied for each in passed.places):
            both = run(running, graph, tensors), run(running, passed.graph, passed.tensors)
            worst = max(worst, distance(*both))
    assert worst <= BIT_EQUAL[rewrite]
