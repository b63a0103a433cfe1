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
"""The share of specs that have to be changed."""


def assert_agrees(running: Running, graph: Graph, seed: int) -> None:
    """Compare a model with what its graph means."""
    source = running.backend.emit(graph)
    inputs = examples(graph, seed)
    weights = tensors(graph, seed, inputs)
    runtime = running.runtime
    model = runtime.fill(runtime.model(source, graph.name, "float64"), weights)
    with np.errstate(all="ignore"):  # a random network may overflow
        outputs = runtime.run(model, inputs, "cpu").outputs.values()
        wanted = interpret(graph, weights, inputs, dtype="float64", taps=())
    for path, found in zip((*graph.outputs.values(), *graph.heads.values()), outputs, strict=True):
        assert_close(np.asarray(found), wanted[path], 1e-7, path)


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
    graphs = list(changed(tried))
    for seed, graph in graphs:
        assert_agrees(running, graph, seed)
    assert len(graphs) >= LEAST * len(tried)
