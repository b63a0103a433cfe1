"""Random specs as Keras models, against what their text says."""

from __future__ import annotations

import ast

import pytest

from archspec.backend import Runtime
from archspec_tensorflow import backend
from tests.authoring.documents import random_graph
from tests.authoring.running import assert_close, trial
from tests.conformance.specs import graph_of

SEEDS = range(40)


@pytest.mark.parametrize("seed", range(100))
def test_the_source_of_a_random_spec_is_python_that_defines_each_function_once(seed: int) -> None:
    graph = random_graph(seed)
    for refusal in backend.refusals(graph):
        pytest.skip(refusal.message)
    defined = ast.parse(backend.emit(graph)).body
    names = [each.name for each in defined if isinstance(each, ast.FunctionDef)]
    assert names[-1] == "build"
    assert len(set(names)) == len(names)


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    return backend.runtime()


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis -1")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_model_gives_what_the_text_says(seed: int, runtime: Runtime) -> None:
    found = trial(seed)
    if not found.is_tame:
        pytest.skip("the values of this random network overflow")
    for refusal in backend.refusals(found.graph):
        pytest.skip(refusal.message)
    model = runtime.model(backend.emit(found.graph), found.graph.name)
    left = runtime.run(runtime.fill(model, found.weights), found.inputs, "cpu").outputs
    for value, wanted in zip(left.values(), found.leaving, strict=True):
        assert_close(value, wanted, 1e-4, "an output")


def test_a_loop_over_copies_that_change_nothing_is_left_out() -> None:
    graph = graph_of("network: [conv 1x1 3, {repeat: [0 x relu], times: 3}]\n")
    assert "for index" not in backend.emit(graph)


def test_a_module_without_layers_has_no_use_for_its_name() -> None:
    graph = graph_of("parts: {bare: {steps: [0 x relu]}}\nnetwork: [bare, relu]\n")
    assert "def bare(x: KerasTensor, _name: str)" in backend.emit(graph)
