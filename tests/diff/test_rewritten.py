"""Networks that a pass has changed, compared with those of their specs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networkx import topological_generations

import archspec
from archspec.diffs.comparison import compare
from archspec.graph import Graph, Node, Wire
from archspec.graph.rewriting import Change, RewriteRule
from archspec.operators.merge import Multiply
from tests.diff.laws import assert_laws

INCEPTION = archspec.load("zoo:inception_resnet_v2").without_heads()
RESNET = archspec.load("zoo:resnet_50")


def without_scale(node: Node, sources: tuple[Wire, ...]) -> Change:
    return sources[0] if node.op.word == "scale" else None


def halved_scale(node: Node, _sources: tuple[Wire, ...]) -> Change:
    return node.op.replace(factor=0.5) if node.op.word == "scale" else None


def multiplied(node: Node, _sources: tuple[Wire, ...]) -> Change:
    return Multiply() if node.op.word == "add" else None


@pytest.mark.parametrize(
    ("graph", "rule", "edits"),
    [
        (
            INCEPTION,
            without_scale,
            {
                "removed topology operator: scale 0.17": 5,
                "removed topology operator: scale 0.1": 10,
                "removed topology operator: scale 0.2": 5,
            },
        ),
        (
            INCEPTION,
            halved_scale,
            {
                "changed numerics scale factor in pass test: 0.17 -> 0.5": 5,
                "changed numerics scale factor in pass test: 0.1 -> 0.5": 10,
                "changed numerics scale factor in pass test: 0.2 -> 0.5": 5,
            },
        ),
        (RESNET, multiplied, {"changed attribute operator in pass test: add -> multiply": 16}),
    ],
    ids=["without scales", "another scale", "multiplied shortcuts"],
)
def test_a_diff_names_the_operators_that_a_pass_changed_and_the_pass(
    graph: Graph, rule: RewriteRule, edits: dict[str, int]
) -> None:
    found = compare(graph, graph.rewrite(rule, "test")).groups
    assert {f"{it.kind} {it.category} {it.cause}": it.touched for it in found} == edits


def test_the_laws_hold_for_a_network_that_a_pass_has_changed() -> None:
    assert_laws(INCEPTION, INCEPTION.rewrite(without_scale, "test"))


def test_the_order_in_which_scopes_are_built_is_no_difference() -> None:
    """Build the network breadth first, so that branches, modules and heads grow by turns."""
    order = [path for each in topological_generations(RESNET.wires) for path in sorted(each)]
    nodes = {path: RESNET.nodes[path] for path in order if path in RESNET.nodes}
    by_turns = replace(RESNET, nodes=nodes).verify()
    assert list(by_turns.nodes) != list(RESNET.nodes)
    assert compare(RESNET, by_turns).edits == ()
    assert_laws(by_turns, RESNET.rewrite(multiplied, "test"))
