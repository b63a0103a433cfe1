"""A graph that is none is told from one that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archspec.checked import check
from archspec.graph import Graph, GraphBuilder, Kind, Wire
from archspec.operator import RuleError
from archspec.operators.activation import Relu
from archspec.tensor import TensorType
from tests.commands.running import ROOT
from tests.conformance.specs import graph_of

GRAPH = graph_of("network: [relu as a, {concat: {left: conv 1x1 3, right: identity}}]\n")
ZOO = sorted(spec for spec in (ROOT / "specs").rglob("*.yaml") if spec.parent.name != "as_printed")
CONV = "concat.left.conv.conv2d"


def _renamed(graph: Graph) -> Graph:
    nodes = {"other" if path == "a" else path: node for path, node in graph.nodes.items()}
    return replace(graph, nodes=nodes)


def _backwards(graph: Graph) -> Graph:
    return replace(graph, nodes=dict(reversed(list(graph.nodes.items()))))


def _retyped(graph: Graph) -> Graph:
    node = replace(graph.nodes[CONV], output=TensorType((8, 8, 9)))
    return replace(graph, nodes={**graph.nodes, CONV: node})


def _of_another_input(graph: Graph) -> Graph:
    given = graph.inputs["input"]._replace(type=TensorType((9, 9, 4)))
    return replace(graph, inputs={"input": given})


def _of_tokens(graph: Graph) -> Graph:
    given = graph.inputs["input"]._replace(type=TensorType((197, 192)))
    return replace(graph, inputs={"input": given})


def _without_its_end(graph: Graph) -> Graph:
    return replace(graph, outputs={"concat": "nowhere"})


def _without_its_head(graph: Graph) -> Graph:
    return replace(graph, heads={"side": "side.relu"})


def _without_what_arrives(graph: Graph) -> Graph:
    scope = replace(graph.scopes["concat.left"], arriving="nowhere")
    return replace(graph, scopes={**graph.scopes, scope.path: scope})


def _with_a_node_in_no_scope(graph: Graph) -> Graph:
    root = replace(graph.scopes[""], contents=("concat",))
    return replace(graph, scopes={**graph.scopes, "": root})


def _with_a_node_in_two_scopes(graph: Graph) -> Graph:
    root = replace(graph.scopes[""], contents=("a", "concat", CONV))
    return replace(graph, scopes={**graph.scopes, "": root})


def _with_a_scope_of_nothing(graph: Graph) -> Graph:
    scopes = {path: each for path, each in graph.scopes.items() if path != "concat.left"}
    return replace(graph, scopes=scopes)


def _with_a_scope_of_another_name(graph: Graph) -> Graph:
    scope = replace(graph.scopes["concat.left"], path="concat.other")
    return replace(graph, scopes={**graph.scopes, "concat.left": scope})


def _with_a_node_of_another_list(graph: Graph) -> Graph:
    left = replace(graph.scopes["concat.left"], contents=("concat.left.conv", "a"))
    root = replace(graph.scopes[""], contents=("concat",))
    return replace(graph, scopes={**graph.scopes, "": root, "concat.left": left})


def _with_branches_of_no_merge(graph: Graph) -> Graph:
    scope = replace(graph.scopes["concat"], kind=Kind.BRANCH)
    return replace(graph, scopes={**graph.scopes, "concat": scope})


def _with_branches_in_another_order(graph: Graph) -> Graph:
    scope = replace(graph.scopes["concat"], contents=("concat.right", "concat.left"))
    return replace(graph, scopes={**graph.scopes, "concat": scope})


def _with_a_branch_of_nothing(graph: Graph) -> Graph:
    scope = replace(graph.scopes["concat.right"], through="")
    return replace(graph, scopes={**graph.scopes, "concat.right": scope})


@pytest.mark.parametrize("spec", ZOO, ids=lambda each: each.stem)
def test_a_graph_of_the_zoo_is_one_with_its_heads_and_without(spec: Path) -> None:
    graph = check(spec).graph
    assert graph is not None
    graph.verify()
    graph.without_heads().verify()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_renamed, "unique paths: .*; other breaks it"),
        (_backwards, "dependency order: .*; concat breaks it"),
        (_retyped, f"types: .*; {CONV} breaks it"),
        (_of_another_input, "types: .*; a breaks it"),
        (_of_tokens, "shapes: .*; input breaks it"),
        (_without_its_end, "closed: .*; nowhere breaks it"),
        (_without_its_head, "closed: .*; side.relu breaks it"),
        (_without_what_arrives, "closed: .*; nowhere breaks it"),
        (_with_a_scope_of_another_name, "unique paths: .*; concat.left breaks it"),
        (_with_a_node_of_another_list, "nesting: .*; a breaks it"),
        (_with_branches_of_no_merge, "merges: .*; concat breaks it"),
        (_with_branches_in_another_order, "branches: .*; concat breaks it"),
        (_with_a_branch_of_nothing, "(branches|empty scopes): .*; concat.* breaks it"),
        (_with_a_node_in_no_scope, "partition: .*; a breaks it"),
        (_with_a_node_in_two_scopes, f"partition: .*; {CONV} breaks it"),
        (_with_a_scope_of_nothing, "partition: .*; concat.left.conv breaks it"),
    ],
)
def test_a_graph_that_breaks_an_invariant_is_told_by_it(
    change: Callable[[Graph], Graph], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        change(GRAPH).verify()


def test_what_crosses_a_scope_follows_from_the_nodes() -> None:
    graph = graph_of("network: [conv 1x1 3 as a, {residual: [relu as b, add from b a]}]\n")
    assert graph.boundary("residual") == (("a.conv2d",), ("residual.add",))
    assert graph.boundary("residual.body") == (("a.conv2d",), ("residual.body.add",))
    assert graph.boundary("residual.add") == (("a.conv2d", "residual.body.add"), ("residual.add",))
    assert graph.boundary("") == (("input",), ("residual.add",))


def test_several_values_may_leave_a_scope() -> None:
    graph = graph_of("network: [{concat: {left: [relu as a, elu], right: identity}}]\n")
    node = graph.nodes["concat"]
    both = replace(
        node,
        sources=("concat.left.elu", "concat.left.a", "input"),
        inputs=(*node.inputs, node.inputs[0]),
        output=TensorType((8, 8, 9)),
    )
    changed = replace(graph, nodes={**graph.nodes, "concat": both})
    assert changed.boundary("concat.left").outputs == ("concat.left.elu", "concat.left.a")


def test_what_a_scope_without_nodes_gives_is_what_passes_through_it() -> None:
    assert GRAPH.scopes["concat.right"].through == "a"
    assert GRAPH.boundary("concat.right") == (("a",), ("a",))


def test_what_nobody_reads_leaves_its_scope_nonetheless() -> None:
    graph = graph_of("network: [relu as a, conv 1x1 3, elu from a]\n")
    assert graph.boundary("conv").outputs == ("conv.conv2d",)


def test_what_is_neither_a_vector_nor_a_map_is_refused_where_it_comes_in() -> None:
    builder = GraphBuilder()
    with pytest.raises(ValueError, match="`tokens` is 197x192, neither a vector nor a map"):
        builder.input("tokens", (197, 192))
    tokens = Wire("tokens", TensorType((197, 192)))
    with pytest.raises(RuleError, match="expects a vector or a map, and 197x192 is neither"):
        builder.put("relu", Relu(), (tokens,))


def test_an_operator_that_gives_neither_a_vector_nor_a_map_is_refused() -> None:
    class Tokens(Relu):
        def infer(self, x: TensorType) -> TensorType:
            return TensorType((x.size // x.channels, x.channels))

    builder = GraphBuilder()
    with pytest.raises(RuleError, match="gives a vector or a map, and 196x192 is neither"):
        builder.add(Tokens(), builder.input("input", (14, 14, 192)), name="tokens")


def test_a_value_is_used_by_each_node_that_takes_it_each_output_and_each_head() -> None:
    head = "auxiliary: {side: {from: b, steps: [identity]}}\n"
    graph = graph_of(f"network: [relu as a, add from a a as b, tanh]\noutputs: [a, b]\n{head}")
    assert [graph.uses(path) for path in ("input", "a", "b", "tanh")] == [1, 3, 3, 0]
