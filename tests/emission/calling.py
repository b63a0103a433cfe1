"""Emitted models called with params, and what the graph that has these params gives."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from archspec.backend import Backend, Runtime
from archspec.emission.live import execute
from archspec.emission.names import class_name
from archspec.graph import Graph
from archspec.interpreter.interpret import interpret
from archspec.weights.initial import draw, example

Running = tuple[Backend, Runtime]


def constructor(found: Backend, graph: Graph) -> Any:
    """Find what makes the model in the source of a graph."""
    module = execute(found.emit(graph), graph.name)
    return getattr(module, class_name(graph.name) if found.name == "torch" else graph.name)


def taken(make: Any) -> set[str]:
    """Name the arguments that a model takes."""
    return set(inspect.signature(make).parameters)


def check(running: Running, model: Any, graph: Graph) -> None:
    """Compare a model's tensors and outputs with what a graph has and gives."""
    generator = np.random.default_rng(0)
    tensors = {key: generator.uniform(0.1, 0.6, each.shape) for key, each in draw(graph).items()}
    tensors = {key: each.astype(np.float32) for key, each in tensors.items()}
    inputs = example(graph, 2)
    filled = running[1].fill(model, tensors)
    shapes = {key: each.shape for key, each in running[1].tensors(filled).items()}
    assert shapes == {key: each.shape for key, each in tensors.items()}
    outputs = running[1].run(filled, inputs, "cpu").outputs
    wanted = interpret(graph, tensors, inputs, dtype="float64", taps=())
    for path, array in zip(graph.outputs.values(), outputs.values(), strict=True):
        scale = np.abs(wanted[path]).max()
        np.testing.assert_allclose(array, wanted[path], rtol=1e-4, atol=1e-4 * scale)
