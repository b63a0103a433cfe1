"""Random specs, without any framework: the graph, its interpreter, the formatter and the verbs."""

from __future__ import annotations

import numpy as np
import pytest

from archspec import api, interpret
from archspec.interpreter.statistics import statistics
from archspec.language.formatting.format import format_text
from archspec.source import Source
from tests.authoring.documents import check_texts, random_graph, random_spec
from tests.authoring.running import assert_close, trial
from tests.authoring.seeds import seeds

SEEDS = seeds(120)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_interpreter_gives_every_node_what_the_text_says(seed: int) -> None:
    found = trial(seed)
    graph, wanted = found.graph, found.wanted
    graph.verify()
    with np.errstate(all="ignore"):  # a random network may overflow
        values = interpret(graph, found.weights, found.inputs, dtype="float64")
    assert wanted.values.keys() == graph.nodes.keys()
    for path, value in wanted.values.items():
        assert_close(values[path], value, 1e-7, path)
    assert list(wanted.outputs) == list(graph.outputs)
    ends = (*graph.outputs.values(), *graph.heads.values())
    for path, value in zip(ends, found.leaving, strict=True):
        assert_close(values[path], value, 1e-7, path)


@pytest.mark.parametrize("seed", SEEDS[::2])
def test_the_interpreter_trains_as_the_text_says(seed: int) -> None:
    found = trial(seed, training="unbiased")
    graph, weights, inputs = found.graph, found.weights, found.inputs
    with np.errstate(all="ignore"):  # a random network may overflow
        values = interpret(graph, weights, inputs, dtype="float64", training=True)
        moved = statistics(graph, weights, inputs, dtype="float64")
    for path, value in found.wanted.values.items():
        assert_close(values[path], value, 1e-6, path)
    assert moved.keys() == found.wanted.statistics.keys()
    for key, value in found.wanted.statistics.items():
        assert_close(moved[key], value, 1e-6, key)


@pytest.mark.parametrize("seed", SEEDS)
def test_formatting_keeps_the_meaning_and_is_done_at_once(seed: int) -> None:
    draft = random_spec(seed)
    once = {name: format_text(Source(name, text)) for name, text in draft.texts.items()}
    assert {name: format_text(Source(name, text)) for name, text in once.items()} == once
    assert check_texts(once).graph == draft.checked().graph


@pytest.mark.parametrize("seed", SEEDS[::4])
def test_every_verb_takes_a_legal_spec(seed: int) -> None:
    old, new = random_graph(seed), random_graph(seed + 1)
    assert b"digraph" in api.draw(old, "dot")
    assert api.draw(old, "mermaid")
    assert api.count(old).activations >= 0
    assert not api.diff(old, old).edits
    assert api.diff(old, new).difference.new is new
