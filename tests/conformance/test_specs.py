"""Small specs on every backend: what the model gives is what the graph means."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from archspec.graph import Graph
from archspec.interpreter.interpret import interpret
from archspec.weights.initial import draw, example
from tests.conformance.copies import COPIES
from tests.conformance.running import LOWERINGS, Running, start
from tests.conformance.small import Array
from tests.conformance.specs import SEVERAL, SPECS, graph_of


@pytest.fixture(scope="module", params=LOWERINGS)
def running(request: pytest.FixtureRequest) -> Running:
    """Find a backend and what runs its models."""
    return start(request.param)


def tensors(graph: Graph) -> dict[str, Array]:
    """Draw weights; move norms, biases and learned scales away from zero and one, which hide."""
    generator = np.random.default_rng(0)
    return {
        key: value + np.float32(generator.uniform(0.1, 0.4)) if value.ndim == 1 else value
        for key, value in draw(graph, 1).items()
    }


def meaning(
    graph: Graph, values: Mapping[str, Array], weights: Mapping[str, Array]
) -> dict[str, Array]:
    """Compute every node for the first example, in double precision."""
    found = interpret(graph, weights, values, dtype="float64")
    return {path: array[0] for path, array in found.items()}


def check(running: Running, graph: Graph) -> None:
    """Emit, fill and run a graph; compare its outputs with what it means."""
    weights, inputs = tensors(graph), example(graph, 2)
    outputs = running.outputs(graph, weights, inputs)
    wanted = meaning(graph, inputs, weights)
    paths = (*graph.outputs.values(), *graph.heads.values())
    assert len(outputs) == len(paths)
    for path, array in zip(paths, outputs, strict=True):
        scale = np.abs(wanted[path]).max()
        np.testing.assert_allclose(array[0], wanted[path], rtol=1e-4, atol=1e-4 * scale)


@pytest.mark.parametrize("text", [*SPECS.values(), *COPIES.values()], ids=[*SPECS, *COPIES])
def test_a_model_gives_what_its_spec_means(running: Running, text: str) -> None:
    check(running, graph_of(text))


def test_several_outputs_and_heads_come_out_by_name(running: Running) -> None:
    graph = graph_of(SEVERAL)
    check(running, graph.without_heads())
    check(running, graph)
    found, runtime = running
    model = runtime.fill(runtime.model(found.emit(graph), graph.name), draw(graph))
    assert set(runtime.run(model, example(graph), "cpu").outputs) == {"logits", "both", "side"}
