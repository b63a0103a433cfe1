"""What a word of ``--against`` makes of a spec."""

from __future__ import annotations

import pytest

from archspec.backend import backend
from archspec.benchmarking.candidates import Emitted, Exported
from archspec.benchmarking.naming import Subject
from archspec.graph import Graph
from tests.conformance.specs import graph_of

NET = graph_of("network: [conv 3x3 4 norm=batch_norm activation=relu]\n")


def unread(name: str) -> Graph:
    """Fail: no other spec is named."""
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("target", "is_eager"), [("eager", True), ("channels_last", True), ("compile", False)]
)
def test_what_is_optimized_to_run_eagerly_is_lowered_for_inference(
    target: str, is_eager: bool
) -> None:
    found = Subject("net", NET, backend("torch"), unread, target=target).against("optimized")
    assert isinstance(found, Emitted)
    graph, _ = found.network(False)
    assert "BatchNorm2d" not in (source := found.backend.emit(graph))
    assert ("InferenceReLU" in source) is is_eager


SIBLINGS = graph_of(
    "network: [{concat: [[conv2d 4 kernel=1x1, relu], [conv2d 4 kernel=1x1, relu]]}]\n"
)


@pytest.mark.parametrize(
    ("word", "convolutions"),
    [
        ("optimized", 1),
        ("onnxruntime", 2),
        ("onnxruntime:optimized", 2),
        ("tensorflow:optimized", 2),
    ],
)
def test_a_network_is_optimized_for_what_the_word_names(word: str, convolutions: int) -> None:
    """Only the first merges siblings: the others would copy their slices."""
    found = Subject("net", SIBLINGS, backend("torch"), unread).against(word)
    assert isinstance(found, Emitted | Exported)
    graph, _ = found.network(False)
    words = [node.op.word for node in graph.nodes.values()]
    assert words.count("conv2d") == convolutions
