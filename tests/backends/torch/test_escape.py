"""Text of a spec stays text in an emitted source."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from archspec.graph import Graph
from archspec.operators.identity import Identity
from archspec.tensor import TensorType
from archspec_torch import backend
from tests.conformance.small import single
from tests.conformance.specs import graph_of

HOSTILE = (
    '\\"\\"\\"\\nimport os; os.system(1)\\n',
    "'''",
    "\\\\",
    "\\\\N{BULLET} \\\\x41 \\\\",
    "\\u202e evil \\u2028 line \\u0000 \\r # noqa",
    "{0} %s f{os}",
    "# type: ignore",
)


def statements(text: str) -> list[str]:
    """Write a source's statements without docstrings and comments."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return [ast.dump(node) for node in tree.body]


def spec(text: str) -> Graph:
    return graph_of(
        f'archspec: 1\nname: small\nsource: "{text}"\ndoc: "{text}"\n'
        f"input: {{shape: 8x8x4, range: [0, 1]}}\n"
        f'blocks:\n  unit: {{source: "{text}", doc: "{text}", steps: [conv 3x3 4]}}\n'
        "network: [unit]\n"
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_prose_changes_no_statement(text: str) -> None:
    assert statements(backend.emit(spec(text))) == statements(backend.emit(spec("plain")))


def test_prose_cannot_turn_the_direction_of_writing() -> None:
    assert "\u202e" not in backend.emit(spec("\\u202e"))


@pytest.mark.parametrize("name", ["a; import os", "a\nb", "a.b c", 'a"', "a)", "é"])
def test_a_graph_made_by_hand_with_a_name_that_is_none_is_not_written(name: str) -> None:
    graph = single(Identity(), (TensorType((4,)),))
    node = replace(graph.nodes["only"], path=name)
    root = replace(graph.scopes[""], contents=(name,))
    hostile = replace(graph, nodes={name: node}, scopes={"": root}, outputs={"only": name})
    with pytest.raises(ValueError, match="is no name"):
        backend.emit(hostile)


@pytest.mark.parametrize("part", ["name", "input", "output", "param"])
def test_no_other_name_of_a_graph_made_by_hand_gets_in_either(part: str) -> None:
    graph, bad = single(Identity(), (TensorType((4,)),)), "x: os.abort()"
    changes = {
        "name": lambda: replace(graph, header=replace(graph.header, name=bad)),
        "param": lambda: replace(graph, header=replace(graph.header, params={bad: 1})),
        "output": lambda: replace(graph, outputs={bad: "only", "other": "only"}),
        "input": lambda: replace(
            graph,
            inputs={bad: graph.inputs["a"], "b": graph.inputs["a"]},
            nodes={"only": replace(graph.nodes["only"], sources=(bad,))},
        ),
    }
    with pytest.raises(ValueError, match="is no name"):
        backend.emit(changes[part]())
