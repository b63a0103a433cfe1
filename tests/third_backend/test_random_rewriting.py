"""Random specs, rewritten at random, as models in double precision; for the night."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import numpy as np
import pytest

from archspec.graph import Graph
from archspec.interpreter.interpret import interpret
from archspec.verification.drawn import tensors
from archspec.verification.noise import examples
from tests.authoring.documents import random_graph
from tests.authoring.rewriting import rewritten
from tests.authoring.running import assert_close
from tests.authoring.seeds import seeds
from tests.conformance.running import Running

LEAST = 0.4
"""The share of specs that have to be changed and written; repeats taken apart are refused."""


def emitted(running: Running, graph: Graph) -> str:
    """Write a model; empty where a repeat is taken apart, which no source repeats."""
    try:
        return running.backend.emit(graph)
    except ValueError as error:
        if "cannot be written as a repeat" not in str(error):
            raise
        return ""


def agrees(running: Running, graph: Graph, seed: int) -> bool:
    """Compare a model with what its graph means, if it can be written; tell whether it can."""
    source = emitted(running, graph)
    if not source:
        return False
    inputs = examples(graph, seed)
    weights = tensors(graph, seed, inputs)
    runtime = running.runtime
    model = runtime.fill(runtime.model(source, graph.name, "float64"), weights)
    with np.errstate(all="ignore"):  # a random network may overflow
        outputs = runtime.run(model, inputs, "cpu").outputs.values()
        wanted = interpret(graph, weights, inputs, dtype="float64", taps=())
    for path, found in zip((*graph.outputs.values(), *graph.heads.values()), outputs, strict=True):
        assert_close(np.asarray(found), wanted[path], 1e-7, path)
    return True


def changed(tried: Sequence[int]) -> Iterator[tuple[int, Graph]]:
    """List random graphs that a random pass has changed, with their seeds."""
    for seed in tried:
        graph = random_graph(seed)
        other = rewritten(graph, Random(seed))  # noqa: S311  # no secrets are drawn
        if other.nodes != graph.nodes:
            yield seed, other


@pytest.mark.parametrize(
    "tried",
    [seeds(20), pytest.param(seeds(800), marks=pytest.mark.slow)],
    ids=["a few", "many"],
)
def test_a_model_of_a_rewritten_graph_computes_what_its_nodes_say(
    running: Running, tried: Sequence[int]
) -> None:
    found = [agrees(running, graph, seed) for seed, graph in changed(tried)]
    assert sum(found) >= LEAST * len(tried)
