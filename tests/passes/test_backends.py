"""Optimized networks in the frameworks: they compute what the networks as written do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from archspec import Graph, optimize
from archspec.verification.noise import examples
from tests.conformance.running import BACKENDS, Running, start
from tests.passes.networks import Values, distance, random_network, weights

TARGETS = {"torch": "eager", "tensorflow": "tensorflow"}


def run(running: Running, graph: Graph, tensors: dict[str, Any]) -> Values:
    found, runtime = running
    model = runtime.fill(runtime.model(found.emit(graph), graph.name), tensors)
    ran = runtime.run(model, examples(graph), "cpu").outputs
    return [np.asarray(each) for each in ran.values()]


@pytest.mark.parametrize("backend", BACKENDS)
def test_random_networks_compute_the_same_once_they_are_optimized(backend: str) -> None:
    running = start(backend)
    for seed in range(6):
        graph = random_network(seed)
        tensors = weights(graph, seed)
        found = optimize(graph, tensors, TARGETS[backend])
        ours = run(running, found.graph, dict(found.tensors))
        assert distance(run(running, graph, tensors), ours) < 1e-4, seed
