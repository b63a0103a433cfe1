"""Text of a spec stays text in an emitted Keras source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archspec.operators.identity import Identity
from archspec.tensor import TensorType
from archspec_tensorflow import backend
from tests.backends.torch.test_escape import HOSTILE, spec, statements
from tests.conformance.small import single


@pytest.mark.parametrize("text", HOSTILE)
def test_prose_changes_no_statement(text: str) -> None:
    assert statements(backend.emit(spec(text))) == statements(backend.emit(spec("plain")))


@pytest.mark.parametrize("name", ["a; import os", "a\nb", "a.b c", 'a"', "a)", "é", "a{b", "{a}"])
def test_a_graph_made_by_hand_with_a_name_that_is_none_is_not_written(name: str) -> None:
    graph = single(Identity(), (TensorType((4,)),))
    node = replace(graph.nodes["only"], path=name)
    root = replace(graph.scopes[""], contents=(name,))
    hostile = replace(graph, nodes={name: node}, scopes={"": root}, outputs={"only": name})
    with pytest.raises(ValueError, match="is no name"):
        backend.emit(hostile)


@pytest.mark.parametrize("part", ["name", "input", "output"])
def test_no_other_name_of_a_graph_made_by_hand_gets_in_either(part: str) -> None:
    graph, bad = single(Identity(), (TensorType((4,)),)), "x: os.abort()"
    changes = {
        "name": lambda: replace(graph, header=replace(graph.header, name=bad)),
        "output": lambda: replace(graph, outputs={bad: "only", "other": "only"}),
        "input": lambda: replace(
            graph,
            inputs={bad: graph.inputs["a"], "b": graph.inputs["a"]},
            nodes={"only": replace(graph.nodes["only"], sources=(bad,))},
        ),
    }
    with pytest.raises(ValueError, match="is no name"):
        backend.emit(changes[part]())
