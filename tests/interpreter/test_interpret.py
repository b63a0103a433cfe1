"""The interpreter computes any graph, in either precision, keeping what it is asked to keep."""

from __future__ import annotations

import numpy as np
import pytest

from archspec.interpreter.interpret import interpret
from archspec.verification.drawn import tensors
from archspec.weights.initial import example
from tests.conformance.specs import SEVERAL, graph_of

MERGED = """
archspec: 1
name: net
input: 1x1x2
network:
  - relu as a
  - tanh as b
  - residual: {shortcut: [subtract from a b], steps: [scale 2]}
    times: 2
"""


def test_a_shortcut_that_merges_values_from_outside_gives_what_is_worked_out_by_hand() -> None:
    graph = graph_of(MERGED)
    x = np.array([[[[0.5, -1.0]]]])
    values = interpret(graph, {}, {"input": x}, dtype="float64")
    a, b = np.array([0.5, 0.0]), np.tanh([0.5, 0.0])
    first = (a - b) + 2 * b
    (path,) = graph.outputs.values()
    np.testing.assert_allclose(values[path][0, 0, 0], (a - b) + 2 * first, rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_node_has_a_value_of_its_type_for_each_example(dtype: str) -> None:
    graph = graph_of(SEVERAL)
    inputs = {name: np.repeat(each, 3, axis=0) for name, each in example(graph).items()}
    values = interpret(graph, tensors(graph), inputs, dtype=dtype)
    assert {path: each.shape for path, each in values.items()} == {
        path: (3, *node.output.shape) for path, node in graph.nodes.items()
    }
    assert {str(each.dtype) for each in values.values()} == {dtype}


def test_only_outputs_heads_and_what_is_asked_for_are_kept() -> None:
    graph = graph_of(SEVERAL)
    whole = interpret(graph, tensors(graph), example(graph))
    some = interpret(graph, tensors(graph), example(graph), taps=("b.conv2d",))
    assert some.keys() == {"b.conv2d", *graph.outputs.values(), *graph.heads.values()}
    assert all((some[path] == whole[path]).all() for path in some)


def test_an_example_of_a_batch_is_computed_as_it_is_alone() -> None:
    graph = graph_of(SEVERAL)
    one, other = example(graph, 1), example(graph, 2)
    both = {name: np.concatenate([one[name], other[name]]) for name in graph.inputs}
    weights = tensors(graph)
    together = interpret(graph, weights, both, dtype="float64")
    for place, alone in enumerate((one, other)):
        for path, value in interpret(graph, weights, alone, dtype="float64").items():
            np.testing.assert_allclose(together[path][place], value[0], rtol=1e-9, atol=1e-12)


def test_arrays_that_are_missing_or_do_not_fit_are_refused() -> None:
    graph = graph_of(SEVERAL)
    weights, inputs = tensors(graph), example(graph)
    with pytest.raises(ValueError, match="no array for the input right"):
        interpret(graph, weights, {"left": inputs["left"]})
    with pytest.raises(ValueError, match="a batch of 6x6x3"):
        interpret(graph, weights, {**inputs, "left": inputs["right"]})
    bias = "logits.fully_connected.bias"
    with pytest.raises(ValueError, match=f"no tensor {bias}"):
        interpret(graph, {key: weights[key] for key in weights if key != bias}, inputs)
    with pytest.raises(ValueError, match=f"the tensor {bias} is"):
        interpret(graph, {**weights, bias: weights[bias][1:]}, inputs)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_constants_of_an_operator_keep_the_precision_that_is_asked_for(dtype: str) -> None:
    graph = graph_of(
        "archspec: 1\nname: net\ninput: 2x2x3\nnetwork: [standardize mean=0.5 deviation=2]\n"
    )
    (value,) = interpret(graph, {}, example(graph), dtype=dtype).values()
    assert value.dtype == dtype
