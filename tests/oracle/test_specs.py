"""The oracle gives what specs mean node by node, by the same paths and from the same tensors."""

from __future__ import annotations

import numpy as np
import pytest

from archspec.weights.initial import example
from tests.conformance.specs import HEAD, SEVERAL, SPECS, graph_of
from tests.conformance.test_specs import meaning, tensors
from tests.oracle.network import run
from tests.oracle.windows import Array


@pytest.mark.parametrize("title", [*SPECS, "several"])
def test_a_text_computed_as_it_is_read_gives_what_its_graph_means(title: str) -> None:
    text = {**SPECS, "several": SEVERAL}[title]
    graph = graph_of(text)
    inputs, weights, asked = example(graph, 2), tensors(graph), set()

    def tensor(key: str) -> Array:
        asked.add(key)
        return weights[key]

    whole = text if "archspec: 1" in text else HEAD + text
    found = run(whole, inputs, tensor).values
    wanted = meaning(graph, inputs, weights)
    assert asked == weights.keys()
    assert found.keys() == wanted.keys() - inputs.keys()
    for path, value in found.items():
        np.testing.assert_allclose(value[0], wanted[path], rtol=1e-9, atol=1e-9, err_msg=path)
