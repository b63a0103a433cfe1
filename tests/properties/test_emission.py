"""Random specs as PyTorch models: in double precision, they give what the graph means."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archspec.emission.names import class_name
from archspec.graph import Graph
from archspec.weights.expected import expected
from archspec.weights.initial import example
from archspec_torch import backend
from tests.conformance.test_specs import meaning, tensors
from tests.properties.specs import random_graph

LARGEST = 20_000
"""Weights beyond which a random network is left out, for channels may multiply."""


def is_small(graph: Graph) -> bool:
    return sum(prod(each.shape) for each in expected(graph).values()) <= LARGEST


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_a_random_spec_gives_what_it_means(seed: int) -> None:
    graph = random_graph(seed)
    assume(is_small(graph))
    weights, inputs = tensors(graph), example(graph, 2)
    source = backend.emit(graph)
    runtime: Any = backend.runtime()
    model = runtime.fill(runtime.model(source, graph.name), weights).double().eval()
    assert type(model).__name__ == class_name(graph.name)
    image = torch.from_numpy(inputs["input"]).double().permute(0, 3, 1, 2)
    with torch.no_grad():
        left = model(image)[0]
    (path,) = graph.outputs.values()
    with np.errstate(all="ignore"):  # a random network may overflow; it is left out below
        wanted = meaning(graph, inputs, weights)[path]
    assume(bool(np.isfinite(wanted).all()))
    found = left.permute(1, 2, 0) if left.dim() == 3 else left
    scale = max(1.0, np.abs(wanted).max())
    np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-5, atol=1e-5 * scale)
