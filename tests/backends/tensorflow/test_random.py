"""Random specs as Keras models, against what their text says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from archspec.backend import Runtime
from archspec.emission.live import execute
from archspec.graph import Graph, Node
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec_tensorflow import backend
from archspec_tensorflow.standalone.weights import returned, variables
from tests.authoring.documents import random_graph
from tests.authoring.running import Trial, assert_close, trial
from tests.authoring.seeds import seeds
from tests.authoring.slopes import are_gradients, weighing
from tests.conformance.specs import graph_of
from tests.oracle.windows import Array

SEEDS = seeds(30)
LEARNING = seeds(24)


def skip_refused(graph: Graph) -> None:
    """Skip a random spec in which there is something that Keras has not."""
    if any(backend.refusals(graph)):
        pytest.skip("this random spec has something that the backend refuses, as its limits say")


@pytest.mark.parametrize("seed", seeds(100))
def test_the_source_of_a_random_spec_is_python_that_defines_each_function_once(seed: int) -> None:
    graph = random_graph(seed)
    skip_refused(graph)
    defined = ast.parse(backend.emit(graph)).body
    names = [each.name for each in defined if isinstance(each, ast.FunctionDef)]
    assert names[-1] == "build"
    assert len(set(names)) == len(names)


def skip_what_cannot_be_run(found: Trial) -> None:
    """Skip networks whose numbers say nothing, and those that Keras has no layers for."""
    if not found.is_tame:
        pytest.skip("the values of this random network overflow, or do not vary over the batch")
    skip_refused(found.graph)


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    return backend.runtime()


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis -1")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_model_gives_what_the_text_says(seed: int, runtime: Runtime) -> None:
    found = trial(seed)
    skip_what_cannot_be_run(found)
    model = runtime.model(backend.emit(found.graph), found.graph.name)
    left = runtime.run(runtime.fill(model, found.weights), found.inputs, "cpu").outputs
    for value, wanted in zip(left.values(), found.leaving, strict=True):
        assert_close(value, wanted, 1e-4, "an output")


@pytest.fixture
def doubles(runtime: Runtime) -> Iterator[Runtime]:
    """Let Keras compute in double precision."""
    import keras

    before = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield runtime
    keras.config.set_floatx(before[0])
    keras.config.set_dtype_policy(before[1])


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis -1")
@pytest.mark.parametrize("seed", LEARNING)
def test_a_step_of_training_gives_moves_and_learns_what_the_text_says(
    seed: int, doubles: Runtime
) -> None:
    found = trial(seed, training="biased")
    skip_what_cannot_be_run(found)
    if any(map(_lacks_doubles, found.graph.nodes.values())):
        pytest.skip("TensorFlow does not compute this in double precision on a CPU")
    model = doubles.fill(built(found.graph), found.weights)
    left, slopes, learned = _step(model, found)
    for value, wanted in zip(left, found.leaving, strict=True):
        assert_close(value, wanted, 1e-6, "an output")
    own = variables(model)
    for key in own.keys() & found.statistics.keys():
        assert_close(own[key][1].numpy(), found.statistics[key], 1e-6, key)
    assert are_gradients(found, slopes, learned)


def _lacks_doubles(node: Node) -> bool:
    """Whether a step is a dilated transposed convolution, or one by channel of uneven strides."""
    if isinstance(node.op, ConvTranspose2d):
        return node.op.dilation != (1, 1)
    return isinstance(node.op, Conv2d) and node.op.groups > 1 and len(set(node.op.stride)) > 1


def built(graph: Graph) -> Any:
    """Execute a source as its user does, and let its model drop nothing."""
    import keras

    model = execute(backend.emit(graph), graph.name).build()
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0
    return model


def _step(model: Any, found: Trial) -> tuple[list[Array], dict[str, Array], dict[str, Array]]:
    """Train for a step; return what leaves, and the gradients of inputs and weights."""
    import tensorflow

    given = {name: tensorflow.constant(each) for name, each in found.inputs.items()}
    own = {key: each for key, each in variables(model).items() if each[1].trainable}
    with tensorflow.GradientTape() as tape:
        tape.watch(given)
        left = model(given if len(given) > 1 else next(iter(given.values())), training=True)
        values = [*left.values()] if isinstance(left, dict) else [left]
        pairs = zip(values, weighing(found), strict=True)
        total = sum(tensorflow.reduce_sum(value * weight) for value, weight in pairs)
    weights = {key: variable.value for key, (_, variable) in own.items()}
    slopes, learned = tape.gradient(total, (given, weights), unconnected_gradients="zero")
    return (
        [each.numpy() for each in values],
        {name: each.numpy() for name, each in slopes.items()},
        {key: returned(np.asarray(each), own[key][0]) for key, each in learned.items()},
    )


def test_a_loop_over_copies_that_change_nothing_is_left_out() -> None:
    graph = graph_of("network: [conv 1x1 3, {repeat: [0 x relu], times: 3}]\n")
    assert "for index" not in backend.emit(graph)


def test_a_module_without_layers_has_no_use_for_its_name() -> None:
    graph = graph_of("parts: {bare: {steps: [0 x relu]}}\nnetwork: [bare, relu]\n")
    assert "def bare(x: KerasTensor, _name: str)" in backend.emit(graph)
