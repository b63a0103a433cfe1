"""Models of graphs whose nodes were changed: they compute what the nodes say, not the scopes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archspec import checked
from archspec.attributes import Value
from archspec.graph import Graph, Node, Wire
from archspec.graph.rewriting import Apply, RewriteRule
from archspec.language.document.overrides import Overrides
from archspec.operator import Operator, operators
from archspec.verification.party import Emitted, Interpreter
from archspec.verification.verdict import Demand, verify
from tests.conformance.running import BACKENDS, start
from tests.conformance.specs import graph_of
from tests.emission.calling import Running
from tests.verify.crooked import trial


def bypassing(word: str, within: str = "") -> RewriteRule:
    """Leave out the operators of a word."""
    return lambda node, sources: sources[0] if _is(node, word, within) else None


def becoming(word: str, other: str, within: str = "", **attributes: Value) -> RewriteRule:
    """Put another operator in the place of those of a word, or other attributes."""

    def rule(node: Node, _sources: tuple[Wire, ...]) -> Operator | None:
        if not _is(node, word, within):
            return None
        if word != other:
            return operators()[other](**attributes)
        kept = {name: getattr(node.op, name) for name in node.op.attributes}
        return type(node.op)(**{**kept, **attributes})

    return rule


def _is(node: Node, word: str, within: str) -> bool:
    return node.op.word == word and f"{node.path}.".startswith(within)


RESIDUALS = """
blocks:
  unit:
    options: [scale=0.2, activation=relu]
    steps:
      - residual: {scale: scale, activation: activation, steps: [conv 3x3 in_channels linear]}
  projected:
    steps:
      - residual: {activation: relu, shortcut: conv 1x1 6, steps: [conv 3x3 6, relu]}
network: [unit, 3 x unit scale=0.5, unit activation=none, projected, unit]
"""
LAYERS = """
parts:
  chosen: {options: [act], steps: [2 x conv 3x3 4 norm=batch_norm activation=act]}
defaults: {leaky_relu: {slope: 0.3}}
network:
  - conv 3x3 4 norm=batch_norm activation=relu
  - 3 x conv 3x3 4 norm=batch_norm activation=relu
  - chosen leaky_relu
  - chosen tanh
  - depthwise_conv 3x3 activation=relu6
  - flatten
  - dense 5 activation=sigmoid
"""
MERGES = """
network:
  - conv 1x1 4 as one
  - repeat:
      - {add: {p: [conv 3x3 4, tanh], q: identity}}
      - {multiply: {p: sigmoid, q: identity from one}}
    times: 3
  - subtract: {p: relu, q: conv 1x1 4 from one}
  - concat: {p: relu, q: [conv 1x1 2, relu]}
  - conv 1x1 4
  - repeat: [{subtract: {p: tanh, q: identity from one}}, conv 1x1 4]
    times: 2
"""

GATES = """
parts:
  gate:
    - multiply: {p: identity, q: [global_avg_pool, dense in_channels]}
network: [conv 3x3 4, gate, 2 x gate, {concat: {a: gate, b: [gate, 2 x gate]}}, gate]
"""

SEVERAL = """
parts:
  pair:
    inputs: [left, right]
    steps: [conv 3x3 4 from left as a, add from a right as b]
    outputs: [a, b]
network:
  - 2 x pair from input input as twice
  - relu from twice.a
"""

UNREAD = """
blocks: {unit: {inputs: [one, two, three], steps: [conv 3x3 4 from one]}}
network: [relu as a, unit from input a input as b, unit from b b a, tanh]
"""

CHANGES: dict[str, tuple[str, RewriteRule]] = {
    "all scales left out": (RESIDUALS, bypassing("scale")),
    "one scale left out": (RESIDUALS, bypassing("scale", "unit.")),
    "all scales changed": (RESIDUALS, becoming("scale", "scale", factor=0.7)),
    "the scale of one copy changed": (
        RESIDUALS,
        becoming("scale", "scale", "unit_1.1.", factor=0.7),
    ),
    "sums turned into products": (RESIDUALS, becoming("add", "multiply")),
    "the sum of one copy turned into a product": (
        RESIDUALS,
        becoming("add", "multiply", "unit_1.0."),
    ),
    "a sum turned into a concatenation": (RESIDUALS, becoming("add", "concat", "unit_3.")),
    "bodies left out": (RESIDUALS, bypassing("conv2d", "unit")),
    "a shortcut left out": (
        RESIDUALS.replace("conv 1x1 6", "[conv 1x1 4, relu]").replace("3x3 6", "3x3 4"),
        bypassing("conv2d", "projected.residual.shortcut"),
    ),
    "all of a shortcut left out": (
        RESIDUALS.replace("conv 1x1 6", "relu").replace("3x3 6", "3x3 4"),
        bypassing("relu", "projected.residual.shortcut"),
    ),
    "activations left out": (RESIDUALS, bypassing("relu")),
    "activations that become others": (RESIDUALS, becoming("relu", "elu")),
    "one activation that becomes another": (RESIDUALS, becoming("relu", "tanh", "unit_1.1.")),
    "an activation before which something else stands": (
        RESIDUALS,
        becoming("conv2d", "sigmoid", "unit_2."),
    ),
    "norms left out": (LAYERS, bypassing("batch_norm")),
    "the norm of one copy left out": (LAYERS, bypassing("batch_norm", "conv_1.1.")),
    "an epsilon of its own": (LAYERS, becoming("batch_norm", "batch_norm", "conv.", epsilon=0.5)),
    "an epsilon of one copy": (
        LAYERS,
        becoming("batch_norm", "batch_norm", "conv_1.2.", epsilon=0.5),
    ),
    "a slope of one of several chosen activations": (
        LAYERS,
        becoming("leaky_relu", "leaky_relu", "chosen.conv.1.", slope=0.7),
    ),
    "other norms": (LAYERS, becoming("batch_norm", "layer_norm")),
    "convolutions left out": (LAYERS, bypassing("conv2d", "conv_1")),
    "a bias behind a norm": (LAYERS, becoming("conv2d", "conv2d", "chosen", bias=True)),
    "other kernels": (LAYERS, becoming("conv2d", "conv2d", "chosen.conv.0", kernel=(1, 5))),
    "other filters": (LAYERS, becoming("conv2d", "conv2d", "conv_1.2", filters=7)),
    "a depthwise convolution made a full one": (
        LAYERS,
        becoming("conv2d", "conv2d", "depthwise_conv", groups=1),
    ),
    "an activation whose derivative needs what arrives": (
        LAYERS,
        becoming("batch_norm", "sigmoid", "conv."),
    ),
    "layers left out, one operator after another": (
        LAYERS,
        lambda node, sources: sources[0] if node.path.startswith("conv_1.1.") else None,
    ),
    "merges that become others": (MERGES, becoming("add", "multiply")),
    "a merge that becomes another in the first copy": (
        MERGES,
        becoming("multiply", "add", "repeat.0."),
    ),
    "a merge that becomes another in the last copy": (
        MERGES,
        becoming("add", "multiply", "repeat.2."),
    ),
    "a merge left out": (MERGES, bypassing("subtract")),
    "branches left out": (MERGES, lambda node, sources: sources[0] if ".p." in node.path else None),
    "a step left out of what the first copy takes twice": (
        "network: [{add: {a: 2 x tanh, b: identity from input}, times: 2}]",
        bypassing("tanh", "add.0.a.tanh.0."),
    ),
    "a branch that passes on what is in the one behind it": (
        "network: [{add: {p: [conv 3x3 4, tanh], q: [conv 1x1 4, relu]}}, relu]",
        lambda node, sources: Apply(node.op, sources[1:] * 2) if node.path == "add" else None,
    ),
    "branches that change places": (
        "network: [{add: {p: [conv 3x3 4, tanh], q: [conv 1x1 4, relu]}}, relu]",
        lambda node, sources: Apply(node.op, sources[::-1]) if node.path == "add" else None,
    ),
    "a module that no longer takes what a repeat of none in it passes on": (
        "blocks: {u: [0 x relu, scale 2]}\nnetwork: [tanh as a, elu as b, u as c, add from b c]",
        lambda node, _: (
            Apply(node.op, (Wire("a", node.output),)) if node.op.word == "scale" else None
        ),
    ),
    "a module of which each use has lost another input that it never read": (
        UNREAD,
        bypassing("tanh"),
    ),
    "merges left out that pass on what arrives": (GATES, bypassing("multiply")),
    "one of them": (GATES, bypassing("multiply", "gate_1.0.")),
    "one of them in a branch": (GATES, bypassing("multiply", "concat.b.gate_1.")),
    "a module of two outputs, of which one is read": (SEVERAL, becoming("relu", "elu")),
    "a merge left out in one copy": (MERGES, bypassing("add", "repeat.1.")),
}
"""Specs by what is changed in their nodes, with the change."""


def assert_agrees(running: Running, graph: Graph) -> None:
    """Compare the model of a graph with what its nodes mean."""
    graph.verify()
    found = verify(trial(graph), Demand([Interpreter(), Emitted(running[0])]))
    assert found.agree, (found.worst, found.first_divergence)


@pytest.fixture(scope="module", params=BACKENDS)
def running(request: pytest.FixtureRequest) -> Running:
    """Find a backend and what runs its models."""
    return start(request.param)


@pytest.mark.parametrize("title", CHANGES)
def test_a_model_computes_what_the_nodes_say(running: Running, title: str) -> None:
    text, rule = CHANGES[title]
    graph = graph_of(text)
    changed = graph.rewrite(rule)
    assert changed.nodes != graph.nodes
    assert_agrees(running, changed)


@pytest.mark.parametrize("path", ["subtract", "repeat_1.0.subtract", "repeat_1.1.subtract"])
def test_operands_that_change_places_do_so_in_the_model(running: Running, path: str) -> None:
    graph = graph_of(MERGES)
    node, scope = graph.nodes[path], graph.scopes[path]
    swapped = replace(node, sources=node.sources[::-1], inputs=node.inputs[::-1])
    turned = replace(scope, contents=scope.contents[::-1])
    nodes, scopes = {**graph.nodes, path: swapped}, {**graph.scopes, path: turned}
    assert_agrees(running, replace(graph, nodes=nodes, scopes=scopes))


def test_branches_that_change_places_do_so_with_what_is_put_behind_them(running: Running) -> None:
    def swapped(node: Node, sources: tuple[Wire, ...]) -> Apply | None:
        return Apply(node.op, sources[::-1]) if node.path == "subtract" else None

    def crossed(node: Node, sources: tuple[Wire, ...]) -> Apply | None:
        if node.path != "subtract":
            return None
        squared = tuple(Apply(operators()["multiply"](), (each, each)) for each in sources)
        return Apply(node.op, (squared[0], Apply(operators()["add"](), squared)))

    graph = graph_of("network: [{subtract: {p: [conv 3x3 4, tanh], q: [conv 1x1 4, relu]}}]")
    assert_agrees(running, graph.rewrite(swapped).rewrite(crossed))


def test_a_module_that_no_longer_reads_what_it_was_given_from_inside_a_layer_is_written(
    running: Running,
) -> None:
    def spied(node: Node, sources: tuple[Wire, ...]) -> Apply | None:
        inner = Wire("one.conv2d", node.output)
        is_spy = node.path == "two.elu"
        return Apply(operators()["multiply"](), (*sources, inner)) if is_spy else None

    def blind(node: Node, sources: tuple[Wire, ...]) -> Apply | None:
        return Apply(operators()["elu"](), sources[:1]) if node.path == "two.elu" else None

    graph = graph_of("blocks: {two: [elu]}\nnetwork: [conv 1x1 3 activation=tanh as one, two]")
    given = graph.rewrite(spied)
    assert "one.conv2d" in given.scopes["two"].takes.values()
    assert_agrees(running, given.rewrite(blind))


def test_branches_that_each_read_what_is_computed_in_the_other_are_refused() -> None:
    graph = graph_of("network: [{add: {p: [tanh, relu], q: [relu, tanh]}}]")
    nodes = {path: graph.nodes[path] for path in ("add.p.tanh", "add.q.relu")}
    for path, source in (("add.p.relu", "add.q.relu"), ("add.q.tanh", "add.p.tanh")):
        nodes[path] = replace(graph.nodes[path], sources=(source,))
    crossing = replace(graph, nodes={**nodes, "add": graph.nodes["add"]}).verify()
    with pytest.raises(ValueError, match=r"`add` cannot be written as a merge: `add\.p` and"):
        start("torch").backend.emit(crossing)


def test_an_activation_that_is_gone_from_another_copy_in_each_use_is_an_argument_with_a_name(
    running: Running,
) -> None:
    graph = graph_of(
        "blocks: {unit: [2 x conv 3x3 4 activation=relu]}\nnetwork: [unit, unit as other]"
    )
    changed = graph.rewrite(bypassing("relu", "unit.conv.0."))
    assert_agrees(running, changed.rewrite(bypassing("relu", "other.conv.1.")))


def test_operands_change_places_in_the_copy_alone_that_takes_one_value_for_two(
    running: Running,
) -> None:
    graph = graph_of(
        "network: [tanh as a, {repeat: [scale 2 as c, subtract from c a], times: 3}, relu]"
    )
    path = "repeat.0.subtract"
    node = graph.nodes[path]
    swapped = replace(node, sources=node.sources[::-1])
    assert_agrees(running, replace(graph, nodes={**graph.nodes, path: swapped}))


ZOO: dict[str, tuple[str, str, RewriteRule]] = {
    "all scales left out": ("inception_resnet_v2", "75x75x3", bypassing("scale")),
    "all scales changed": (
        "inception_resnet_v2",
        "75x75x3",
        becoming("scale", "scale", factor=0.5),
    ),
    "sums turned into products": ("resnet_50", "33x33x3", becoming("add", "multiply")),
}
"""Networks of the zoo and sizes by what is changed in their nodes, with the change."""


@pytest.mark.parametrize("title", ZOO)
def test_a_network_of_the_zoo_computes_what_the_nodes_say(title: str) -> None:
    name, size, rule = ZOO[title]
    graph = checked.load(f"zoo:{name}", Overrides(inputs={"": size})).without_heads()
    assert_agrees(start("torch"), graph.rewrite(rule))
