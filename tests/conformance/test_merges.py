"""A merge and the activation that follows it, on every backend, as the text says."""

from __future__ import annotations

import numpy as np
import pytest

from archspec.checked import load
from archspec.operator import words_with
from archspec.verification.drawn import tensors
from tests.conformance.running import BACKENDS, start
from tests.oracle import network as oracle

ALIKE = sorted({*words_with("merge")} - {"global_attention_pool"})
"""Merges of values that are alike; scores of cells are among the pyramids."""
_STEPS = (
    "{word} activation=tanh from a b",
    "{{{word}: [conv 3x3 4, identity from b], activation: mish}}",
    "{{{word}: {{activation: relu, other: identity}}, activation: elu}}",
    "{{{word}: [identity, relu from a], activation: tanh, times: 2}}",
)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("word", ALIKE)
def test_an_activation_is_computed_of_what_is_merged(word: str, backend: str) -> None:
    steps = [step.format(word=word) for step in _STEPS]
    spec = f"""
archspec: 1
name: merges
input: 6x5x3
network: [conv 1x1 4 as a, conv 3x3 4 as b, {", ".join(steps)}]
"""
    graph = load(text=spec)
    given = {"input": np.random.default_rng(1).standard_normal((2, 6, 5, 3))}
    weights = tensors(graph, 1, given)
    (wanted,) = oracle.run(spec, given, weights.__getitem__).outputs.values()
    (found,) = start(backend).outputs(graph, weights, given)
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4)
