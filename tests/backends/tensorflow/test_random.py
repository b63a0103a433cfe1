"""Random specs as Keras models: they are Python, and give what the graph means."""

from __future__ import annotations

import ast
import sys
from math import prod

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archspec.weights.expected import expected
from archspec.weights.initial import example
from archspec_tensorflow import backend
from tests.conformance.specs import graph_of
from tests.conformance.test_specs import meaning, tensors
from tests.properties.specs import random_graph

LARGEST = 20_000
"""Weights beyond which a random network is left out, for channels may multiply."""


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6))
def test_the_source_of_a_random_spec_is_python_that_defines_each_function_once(seed: int) -> None:
    defined = ast.parse(backend.emit(random_graph(seed))).body
    names = [each.name for each in defined if isinstance(each, ast.FunctionDef)]
    assert names[-1] == "build"
    assert len(set(names)) == len(names)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_a_random_spec_gives_what_it_means(seed: int) -> None:
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    graph, runtime = random_graph(seed), backend.runtime()
    assume(sum(prod(each.shape) for each in expected(graph).values()) <= LARGEST)
    weights, inputs = tensors(graph), example(graph, 2)
    (path,) = graph.outputs.values()
    with np.errstate(all="ignore"):  # a random network may overflow; it is left out below
        wanted = meaning(graph, inputs, weights)[path]
    assume(bool(np.abs(wanted).max() < 1e30))
    model = runtime.fill(runtime.model(backend.emit(graph), graph.name), weights)
    (found,) = runtime.run(model, inputs, "cpu").outputs.values()
    scale = max(1.0, np.abs(wanted).max())
    np.testing.assert_allclose(found[0], wanted, rtol=1e-3, atol=1e-4 * scale)
    sys.modules["keras"].utils.clear_session()


def test_a_loop_over_copies_that_change_nothing_is_left_out() -> None:
    graph = graph_of("network: [conv 1x1 3, {repeat: [0 x relu], times: 3}]\n")
    assert "for index" not in backend.emit(graph)


def test_a_module_without_layers_has_no_use_for_its_name() -> None:
    graph = graph_of("parts: {bare: {steps: [0 x relu]}}\nnetwork: [bare, relu]\n")
    assert "def bare(x: KerasTensor, _name: str)" in backend.emit(graph)
