"""What becomes of a graph when a pass rewrites it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import archspec
from archspec import Apply, Change, Graph, Node, Wire
from archspec.graph import Kind, Pass, Step
from archspec.operators.activation import Elu, Relu
from archspec.operators.merge import Add, Multiply
from archspec.operators.norm import BatchNorm
from archspec.weights.initial import draw, example
from tests.conformance.running import start
from tests.conformance.specs import graph_of

BRANCHES = """
network:
  - conv 1x1 4 as start
  - concat: {left: [relu, elu], right: identity, wide: conv 1x1 4 activation=relu}
  - residual: {scale: 0.5, activation: relu, steps: [conv 1x1 in_channels]}
  - 2 x relu
"""
GRAPH = graph_of(BRANCHES)


def word(name: str) -> Callable[[Node], bool]:
    return lambda node: node.op.word == name


def bypass(name: str) -> Callable[[Node, tuple[Wire, ...]], Change]:
    return lambda node, sources: sources[0] if node.op.word == name else None


def meaning(graph: Graph) -> Any:
    """Compute a graph with weights and inputs that depend on nothing but names and shapes."""
    found = archspec.interpret(graph, draw(graph, 3), example(graph, 3), taps=(), dtype="float64")
    return next(iter(found.values()))


def computed(graph: Graph) -> Any:
    """Compute the same with PyTorch."""
    found, runtime = start("torch")
    model = runtime.fill(runtime.model(found.emit(graph), graph.name), draw(graph, 3))
    return next(iter(runtime.run(model, example(graph, 3), "cpu").outputs.values()))


def test_a_rule_that_changes_nothing_gives_the_same_graph() -> None:
    assert GRAPH.rewrite(lambda *_: None) == GRAPH


def test_an_operator_takes_the_place_of_another_and_types_follow() -> None:
    graph = GRAPH.rewrite(
        lambda node, _: (
            node.op.replace(filters=7)
            if node.path == "concat.wide.conv.conv2d"
            else None
            if not node.path.startswith("residual") or node.op.word != "conv2d"
            else node.op.replace(filters=15)
        )
    )
    assert graph.type_of("concat").shape == (8, 8, 4 + 4 + 7)
    assert graph.type_of("residual.relu").shape == (8, 8, 15)


def test_a_branch_whose_nodes_are_bypassed_passes_the_value_through() -> None:
    graph = GRAPH.rewrite(lambda node, sources: sources[0] if ".left." in node.path else None)
    assert graph.nodes["concat"].sources == (
        "start.conv2d",
        "start.conv2d",
        "concat.wide.conv.relu",
    )
    assert (graph.children("concat.left"), graph.scopes["concat.left"].through) == (
        (),
        "start.conv2d",
    )


def test_scopes_that_are_left_empty_are_gone() -> None:
    graph = GRAPH.rewrite(
        lambda node, sources: sources[0] if node.path.startswith("relu.") else None
    )
    assert "relu" not in graph.scopes
    assert graph.children("") == ("start", "concat", "residual")
    assert graph.outputs == {"relu": "residual.relu"}


def test_what_nothing_needs_any_more_is_gone() -> None:
    def first_two(node: Node, sources: tuple[Wire, ...]) -> Change:
        if node.path == "concat":
            return Apply(node.op, sources[:2])
        return node.op.replace(filters=8) if node.path.endswith("body.conv.conv2d") else None

    graph = GRAPH.rewrite(first_two)
    assert "concat.wide.conv.conv2d" not in graph.nodes
    assert graph.children("concat") == ("concat.left", "concat.right")


def test_new_nodes_stand_where_the_old_one_stood() -> None:
    def normed(node: Node, sources: tuple[Wire, ...]) -> Change:
        if node.op.word != "relu":
            return None
        return Apply(Elu(), (Apply(node.op, (Apply(BatchNorm(), sources),)),), "smooth")

    graph = GRAPH.rewrite(normed)
    assert graph.children("concat.left")[:3] == (
        "concat.left.batch_norm",
        "concat.left.relu",
        "concat.left.smooth",
    )
    assert graph.nodes["concat.left.elu"].sources == ("concat.left.smooth",)


def test_new_nodes_before_a_merge_stand_in_its_branches() -> None:
    def activated(node: Node, sources: tuple[Wire, ...]) -> Change:
        if node.op.word != "concat":
            return None
        return Apply(node.op, tuple(Apply(Elu(), (each,)) for each in sources))

    graph = GRAPH.rewrite(activated)
    assert graph.children("concat.left")[-1] == "concat.left.elu_1"
    assert graph.nodes["concat"].sources[0] == "concat.left.elu_1"


def test_a_new_node_that_reads_two_branches_stands_in_the_later_one() -> None:
    """Branches read those before them alone."""

    def mixed(node: Node, sources: tuple[Wire, ...]) -> Change:
        if node.op.word != "concat":
            return None
        left, right, wide = sources
        return Apply(node.op, (left, right, Apply(Add(), (left, wide))))

    graph = GRAPH.rewrite(mixed)
    assert graph.nodes["concat"].sources[2] == "concat.wide.add"
    np.testing.assert_allclose(computed(graph), meaning(graph), rtol=1e-5, atol=1e-6)


def test_a_merge_that_is_bypassed_leaves_a_list_of_steps() -> None:
    def last_of(node: Node, sources: tuple[Wire, ...]) -> Change:
        return sources[0] if node.path == "concat" else None

    graph = graph_of("network: [concat: {left: relu, right: elu}]\n")
    assert list(
        graph_of("network: [add: {left: relu, right: elu}]\n").rewrite(bypass("add")).nodes
    ) == ["add.left.relu"]
    assert list(graph.rewrite(last_of).nodes) == ["concat.left.relu"]


def test_branches_pass_on_what_their_merge_reads_in_their_place_after_a_rewrite() -> None:
    before = GRAPH.nodes["concat"].sources
    graph = GRAPH.rewrite(
        lambda node, sources: Apply(node.op, sources[::-1]) if node.path == "concat" else None
    )
    assert graph.nodes["concat"].sources == before[::-1]
    branches = graph.children("concat")
    assert [graph.boundary(each).output for each in branches] == list(before[::-1])


def test_a_rule_that_is_an_object_gives_its_pass_the_name_of_its_class() -> None:
    class Bypass:
        def __call__(self, node: Node, _sources: tuple[Wire, ...]) -> Change:
            return node.op.replace(kernel=(3, 3)) if node.path == "start.conv2d" else None

    origin = GRAPH.rewrite(Bypass()).nodes["start.conv2d"].origin
    assert isinstance(origin, Pass)
    assert origin.name == "Bypass"


def test_a_new_node_remembers_its_pass_and_a_changed_one_the_texts_that_still_hold() -> None:
    def wider(node: Node, sources: tuple[Wire, ...]) -> Change:
        return node.op.replace(kernel=(3, 3)) if node.path == "start.conv2d" else None

    node = GRAPH.rewrite(wider).nodes["start.conv2d"]
    old = GRAPH.nodes["start.conv2d"]
    assert isinstance(old.origin, Step)
    assert isinstance(node.origin, Pass)
    assert (node.origin.name, node.span, node.word) == ("wider", old.span, "conv")
    assert set(old.written) - set(node.written) == {"kernel"}
    assert GRAPH.rewrite(wider).nodes["concat"].origin == GRAPH.nodes["concat"].origin


@pytest.mark.parametrize(
    "rule",
    [
        bypass("scale"),
        bypass("relu"),
        lambda node, _: node.op.replace(factor=0.25) if node.op.word == "scale" else None,
        lambda node, _: Multiply() if node.op.word == "add" else None,
        lambda node, _: Elu() if node.op.word == "relu" else None,
        lambda node, sources: (
            Apply(Relu(), (Apply(node.op, sources),)) if node.op.word == "concat" else None
        ),
    ],
    ids=["no scale", "no relu", "another scale", "multiply", "elu", "relu behind concat"],
)
def test_a_rewritten_network_is_emitted_as_what_it_is_now(
    rule: Callable[[Node, tuple[Wire, ...]], Change],
) -> None:
    graph = GRAPH.rewrite(rule, "test")
    wanted, found = meaning(graph), computed(graph)
    assert np.abs(wanted - found).max() < 1e-5 * np.abs(wanted).max()
    assert np.abs(wanted - meaning(GRAPH)).max() > 1e-3 * np.abs(wanted).max() or rule is None


@pytest.mark.parametrize(
    ("name", "size", "rule", "count"),
    [
        ("inception_resnet_v2", 75, bypass("scale"), 20),
        ("resnet_50", 33, lambda node, _: Multiply() if node.op.word == "add" else None, 16),
    ],
    ids=["without scales", "multiplied shortcuts"],
)
def test_a_diff_tells_a_rewritten_network_from_the_one_of_the_spec(
    name: str, size: int, rule: Callable[[Node, tuple[Wire, ...]], Change], count: int
) -> None:
    changes = archspec.Overrides(inputs={"": f"{size}x{size}x3"})
    graph = archspec.load(f"zoo:{name}", changes).without_heads()
    changed = [
        change
        for edit in archspec.diff(graph, graph.rewrite(rule, "test")).edits
        for change in edit.changes
    ]
    assert len(changed) == count


def test_what_inputs_and_outputs_of_a_module_stand_for_follows_the_values() -> None:
    graph = graph_of("""
parts:
  exchange:
    inputs: [a, b]
    outputs: [left, right]
    steps: [add from a b as sum, relu as left, conv 1x1 4 from b as wide, relu as right]
network: [conv 1x1 4 as one, conv 1x1 4 as two, 2 x exchange from one two as pair, add from pair]
""")
    rewritten = graph.rewrite(bypass("relu"))
    assert rewritten.scopes["pair.1"].takes == {"a": "pair.0.sum", "b": "pair.0.wide.conv2d"}
    assert rewritten.scopes["pair"].gives == {"left": "pair.1.sum", "right": "pair.1.wide.conv2d"}
    assert rewritten.nodes["add"].sources == ("pair.1.sum", "pair.1.wide.conv2d")


def test_a_module_gives_what_it_takes_where_it_no_longer_computes_it() -> None:
    graph = graph_of("""
parts:
  pair:
    inputs: [a, b]
    outputs: [kept, other]
    steps: [identity from a as kept, relu from b as other]
network: [elu as one, tanh from input as two, pair from one two as p, add from p.kept p.other]
""").rewrite(bypass("identity"))
    assert dict(graph.scopes["p"].gives) == {"kept": "one", "other": "p.other"}
    np.testing.assert_allclose(computed(graph), meaning(graph), rtol=1e-5, atol=1e-6)


STAGES = """
parts:
  unit:
    inputs: [fine, coarse]
    outputs: [finer, coarser]
    steps:
      - conv 3x3 4 norm=batch_norm activation=relu from fine as finer
      - conv 3x3 4 from coarse as coarser
network:
  - conv 3x3 4 norm=batch_norm activation=relu as stem
  - unit from stem stem as first
  - unit as second
  - add from second as both
  - 2 x conv 3x3 4
"""
"""Modules of several inputs and outputs, and a repeat; all values have one shape."""


def reading(value: str, reader: str) -> Callable[[Node, tuple[Wire, ...]], Change]:
    """Add one value to what a node gives, wherever both stand."""
    found: dict[str, Wire] = {}

    def rule(node: Node, sources: tuple[Wire, ...]) -> Change:
        if node.path == value:
            found[value] = Wire(node.path, node.output)
        if node.path == reader:
            return Apply(Add(), (Apply(node.op, sources), found[value]))
        return None

    return rule


@pytest.mark.parametrize(
    ("value", "reader"),
    [
        ("stem.conv2d", "both"),
        ("stem.batch_norm", "second.coarser.conv2d"),
        ("first.finer.conv2d", "second.finer.batch_norm"),
        ("first.finer.batch_norm", "conv.1.conv2d"),
    ],
)
def test_a_pass_may_read_a_value_inside_another_scope(value: str, reader: str) -> None:
    start("torch")
    graph = graph_of(STAGES).rewrite(reading(value, reader))
    assert value in {source for node in graph.users(value) for source in node.sources}
    assert len(graph.users(value)) == 2
    assert archspec.verify(graph, "torch").agree
    assert archspec.draw(graph, "svg", depth="operators", unroll=True).startswith(b"<svg")


def test_a_layer_whose_operators_do_not_follow_one_another_is_a_list_of_steps() -> None:
    def added(node: Node, sources: tuple[Wire, ...]) -> Change:
        if node.path != "stem.relu":
            return None
        return Apply(Add(), (Apply(node.op, sources), sources[0]))

    graph = graph_of(STAGES).rewrite(added)
    kinds = [graph.scopes[path].kind for path in ("stem", "first.finer")]
    assert kinds == [Kind.BRANCH, Kind.LAYER]


TWO_OUTPUTS = """
parts:
  pair:
    outputs: [sum, other]
    steps:
      - relu as other
      - conv 1x1 4 as sum
network:
  - pair as first
  - add from first.other first.sum as both
  - pair from input as second
  - add from second.other second.sum both
"""


def test_a_module_no_longer_gives_what_a_pass_takes_from_elsewhere() -> None:
    """The rectified input of the first is that of the second, which does not read it."""
    spec = graph_of(TWO_OUTPUTS)
    first = Wire("first.other", spec.type_of("first.other"))
    graph = spec.rewrite(
        lambda node, sources: (
            first
            if node.path == "second.other"
            else Apply(node.op, (Wire("input", sources[0].type),))
            if node.path == "second.sum.conv2d"
            else None
        )
    )
    assert dict(graph.scopes["second"].gives) == {"sum": "second.sum.conv2d"}
    np.testing.assert_allclose(computed(graph), meaning(graph), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("change", [5, Relu, "relu", False, ()])
def test_a_rule_that_returns_nonsense_is_told(change: Any) -> None:
    with pytest.raises(TypeError, match="is no operator"):
        GRAPH.rewrite(lambda _node, _sources: change)


def test_operands_of_new_nodes_that_are_no_wires_are_told() -> None:
    sources: Any = ("input",)
    with pytest.raises(TypeError, match="relu takes wires"):
        GRAPH.rewrite(lambda _node, _given: Apply(Relu(), sources))
