"""Repeats of a graph that a pass has changed: those whose copies follow one another stay."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import archspec
from archspec import Apply, Change, GraphBuilder, Node, Wire
from archspec.graph import Kind
from archspec.operators.activation import Elu
from archspec.operators.merge import Add
from tests.conformance.specs import graph_of
from tests.graph.test_rewriting import computed, meaning, reading

REPEATS = graph_of("""
params: {n: 2, k: 4}
parts: {body: {steps: [n x conv2d in_channels kernel=3x3 as square, 2 x relu, elu]}}
network:
  - conv2d k kernel=1x1 as start
  - body
  - conv2d 3*n kernel=1x1 as end
""")


def followed_by_elu(node: Node, sources: tuple[Wire, ...]) -> Change:
    return Apply(Elu(), (Apply(node.op, sources),)) if node.op.word == "relu" else None


@pytest.mark.parametrize(
    ("rule", "gone", "kept"),
    [
        (reading("body.square.0", "body.elu"), "body.square", "body.relu"),
        (followed_by_elu, "body.relu", "body.square"),
    ],
    ids=["an inner copy is read outside", "nodes stand between copies"],
)
def test_a_repeat_that_a_pass_takes_apart_is_a_list_of_steps(
    rule: Callable[[Node, tuple[Wire, ...]], Change], gone: str, kept: str
) -> None:
    graph = REPEATS.rewrite(rule)
    kinds = [graph.scopes[path].kind for path in (gone, kept)]
    assert kinds == [Kind.BRANCH, Kind.REPEAT]
    assert graph.scopes[gone].contents[0] == f"{gone}.0"
    assert archspec.draw(graph, "svg").startswith(b"<svg")
    np.testing.assert_allclose(computed(graph), meaning(graph), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("beside", "left"),
    [(-1, 3), (-2, -1)],
    ids=["the copy before the last is all that leaves", "copies read two before them"],
)
def test_a_repeat_whose_copies_do_not_follow_one_another_is_written(beside: int, left: int) -> None:
    net = GraphBuilder("net")
    values = [net.input("image", (3, 3, 2))] * 2
    with net.scope(Kind.REPEAT, "units"):
        for at in range(3):
            with net.scope(Kind.COPY, str(at)):
                values.append(net.add(Add(), net.add(Elu(), values[-1]), values[beside]))
    graph = net.graph(net.add(Elu(), values[left]))
    np.testing.assert_allclose(computed(graph), meaning(graph), rtol=1e-5, atol=1e-6)


def test_what_counted_the_copies_of_a_repeat_that_is_none_is_no_argument_of_the_model() -> None:
    """Others are, and ``in_channels`` is what it is in the list that the repeat was in."""
    apart = REPEATS.rewrite(reading("body.square.0", "body.elu"))
    whole, written = (archspec.emit(graph, "torch") for graph in (REPEATS, apart))
    assert "def __init__(self, n: int = 2, k: int = 4) -> None:" in whole
    assert "def __init__(self, k: int = 4) -> None:" in written
    assert written.count("nn.Conv2d(in_channels, in_channels, 3, padding=1)") == 2


@pytest.mark.parametrize(
    ("within", "kind"), [("unit.", Kind.REPEAT), ("unit.1.", Kind.BRANCH)], ids=["all", "one"]
)
def test_copies_of_a_module_may_read_a_value_beside_the_one_they_carry_on_if_all_do(
    within: str, kind: Kind
) -> None:
    spec = graph_of(
        "parts: {unit: {steps: [conv 1x1 4]}}\nnetwork: [conv 1x1 4 as start, 3 x unit]"
    )
    image = Wire("input", spec.type_of("input"))
    graph = spec.rewrite(
        lambda node, sources: (
            Apply(Add(), (Apply(node.op, sources), image)) if node.path.startswith(within) else None
        )
    )
    assert graph.scopes["unit"].kind is kind
    np.testing.assert_allclose(computed(graph), meaning(graph), rtol=1e-5, atol=1e-6)


def test_a_repeat_that_loses_a_copy_counts_those_that_are_left() -> None:
    graph = graph_of("network: [3 x elu]\n").rewrite(
        lambda node, sources: sources[0] if node.path == "elu.1" else None
    )
    assert graph.scopes["elu"].contents == ("elu.0", "elu.2")
    assert graph.scopes["elu"].arguments["times"] == 2
    np.testing.assert_allclose(computed(graph), meaning(graph), rtol=1e-5, atol=1e-6)
