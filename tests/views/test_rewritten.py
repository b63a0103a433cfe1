"""Tables and drawings of graphs whose nodes were changed show what the nodes say."""

from __future__ import annotations

from dataclasses import replace

import archspec
from archspec.analysis.copies import are_equal
from archspec.graph import Graph, Node, Wire
from archspec.graph.rewriting import RewriteRule
from archspec.operator import operators
from archspec.operators.scale import Scale
from archspec.views.summary import summary
from tests.conformance.specs import graph_of

GRAPH = graph_of("""
network:
  - conv 3x3 4 norm=batch_norm activation=relu as first
  - residual: {scale: 0.2, activation: tanh, steps: [conv 3x3 4, scale 0.7]}
  - 2 x conv 1x1 4 activation=relu
  - add: {p: sigmoid, q: identity}
  - {repeat: [{subtract: {p: relu from first, q: identity}}], times: 3}
""")


def becoming(word: str, other: str) -> RewriteRule:
    return lambda node, _: operators()[other]() if node.op.word == word else None


def without(word: str) -> RewriteRule:
    return lambda node, sources: sources[0] if node.op.word == word else None


def other_scale(node: Node, _sources: tuple[Wire, ...]) -> Scale | None:
    return Scale(factor=0.5) if node.op.word == "scale" else None


def steps(graph: Graph) -> dict[str, str]:
    return {row.path: row.step for row in summary(graph, depth=4)}


def drawn(graph: Graph) -> str:
    return archspec.draw(graph, "dot", depth="layers").decode()


def test_a_table_tells_the_operators_that_a_layer_has_become() -> None:
    assert steps(GRAPH)["first"] == "conv 3x3 4 norm=batch_norm activation=relu"
    found = steps(GRAPH.rewrite(without("batch_norm")))
    assert found["first"] == "conv2d 4 kernel=3x3 bias=false, relu"
    assert found["conv"] == "2 x conv 1x1 4 activation=relu"
    assert steps(GRAPH.rewrite(becoming("relu", "elu")))["conv"] == "2 x conv2d 4 kernel=1x1, elu"


def test_a_table_tells_what_a_sum_has_become() -> None:
    found = steps(GRAPH.rewrite(becoming("add", "multiply")))
    assert found["residual"] == "scale 0.2, multiply, tanh"
    assert found["add"] == "multiply"
    assert steps(GRAPH.rewrite(without("tanh")))["residual"] == "scale 0.2, add"


def test_a_table_tells_the_scale_that_a_node_has() -> None:
    found = steps(GRAPH.rewrite(other_scale))
    assert found["residual"] == "scale 0.5, add, tanh"
    assert found["residual.body.scale"] == "scale 0.5"


def test_a_drawn_layer_has_the_activation_of_its_nodes() -> None:
    assert "3x3 conv (4)" in drawn(GRAPH)
    assert "3x3 conv (4 elu)" in drawn(GRAPH.rewrite(becoming("relu", "elu")))
    assert "3x3 conv (4 Linear)" in drawn(GRAPH.rewrite(without("relu")))


def test_copies_that_take_their_operands_in_another_order_are_not_equal() -> None:
    assert are_equal(GRAPH, GRAPH.scopes["repeat"].contents)
    path = "repeat.1.subtract"
    node = replace(GRAPH.nodes[path], sources=GRAPH.nodes[path].sources[::-1])
    changed = replace(GRAPH, nodes={**GRAPH.nodes, path: node})
    assert not are_equal(changed, changed.scopes["repeat"].contents)
