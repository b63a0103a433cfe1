"""Graphs that are built in Python."""

from __future__ import annotations

from typing import Any

import pytest

import archspec
from archspec import Graph, GraphBuilder, Kind, Template, Wire
from archspec.graph import Imported
from archspec.language.formatting.unparse import Unwritable
from archspec.operator import RuleError
from archspec.operators.activation import Elu, Relu
from archspec.operators.conv2d import Conv2d
from archspec.operators.merge import Add, Concat, Subtract
from tests.conformance.running import start


def branching() -> Graph:
    """Build a network with a module that is used twice and a merge that passes a value on."""
    net, unit = GraphBuilder("net"), Template("unit")
    x = net.input("image", (8, 8, 3))
    for number in range(2):
        with net.scope(Kind.MODULE, f"unit_{number}", template=unit):
            y = net.add(Conv2d(filters=3, kernel=(3, 3)), x)
            x = net.add(Add(), x, y)
    with net.scope(Kind.MERGE, "mix"):
        with net.scope(Kind.BRANCH, "left"):
            left = net.add(Relu(), x)
        with net.scope(Kind.BRANCH, "right", through=x):
            pass
    return net.graph(net.add(Concat(), left, x, name="mix"))


GRAPH = branching()


def chain() -> tuple[GraphBuilder, Wire]:
    net = GraphBuilder("net")
    return net, net.input("image", (8, 8, 3))


def test_paths_are_those_of_the_scopes_that_are_open() -> None:
    assert list(GRAPH.nodes) == [
        "unit_0.conv2d",
        "unit_0.add",
        "unit_1.conv2d",
        "unit_1.add",
        "mix.left.relu",
        "mix",
    ]
    assert GRAPH.outputs == {"mix": "mix"}
    assert GRAPH.boundary("unit_1") == (("unit_0.add",), ("unit_1.add",))


def test_a_walk_is_in_preorder_and_visits_what_it_is_told_are_children() -> None:
    assert list(GRAPH.walk("mix")) == ["mix.left", "mix.left.relu", "mix.right"]
    assert list(GRAPH.walk("unit_0.add")) == []

    def unopened(path: str) -> tuple[str, ...]:
        return () if path in GRAPH.scopes and GRAPH.scopes[path].template else GRAPH.children(path)

    units = ["unit_0", "unit_1"]
    assert list(GRAPH.walk("", unopened)) == [*units, "mix", *GRAPH.walk("mix")]


def test_operators_of_one_word_are_counted_within_a_scope() -> None:
    net, x = chain()
    for _ in range(3):
        x = net.add(Relu(), x)
    assert list(net.graph(x).nodes) == ["relu", "relu_1", "relu_2"]


def test_one_value_may_be_taken_twice() -> None:
    net, x = chain()
    x = net.add(Relu(), x)
    graph = net.graph(net.add(Add(), x, x))
    assert [user.path for user in graph.users("relu")] == ["add", "add"]


def test_what_does_not_fit_is_refused_when_it_is_added() -> None:
    net, x = chain()
    y = net.add(Conv2d(filters=4, kernel=(1, 1)), x)
    with pytest.raises(RuleError, match="channels differ"):
        net.add(Add(), x, y)


@pytest.mark.parametrize(("name", "reason"), [("a.b", "is no name"), ("relu", "is taken")])
def test_a_name_that_is_none_or_taken_is_refused(name: str, reason: str) -> None:
    net, x = chain()
    net.add(Relu(), x)
    with pytest.raises(ValueError, match=reason):
        net.add(Relu(), x, name=name)


@pytest.mark.parametrize(
    ("op", "sources", "reason"),
    [
        (Relu, 1, "is no operator; make one"),
        ("relu", 1, "'relu' is no operator"),
        (Relu(), 0, "relu takes 1 value, not 0"),
        (Relu(), 2, "relu takes 1 value, not 2"),
    ],
)
def test_what_is_no_use_of_an_operator_is_told(op: Any, sources: int, reason: str) -> None:
    net, x = chain()
    with pytest.raises(TypeError, match=reason):
        net.add(op, *[x] * sources)


@pytest.mark.parametrize("value", ["image", 3, None, ["image"]])
def test_what_is_no_wire_is_told(value: Any) -> None:
    net, _ = chain()
    with pytest.raises(TypeError, match="takes wires"):
        net.add(Relu(), value)
    with pytest.raises(TypeError, match="gives wires"):
        net.graph(value)


@pytest.mark.parametrize("shape", [10, "8x8x3", [8, 8, 3], (8.0, 8, 3), (True, 8, 3)])
def test_a_shape_is_a_tuple_of_whole_numbers(shape: Any) -> None:
    with pytest.raises(TypeError, match="a tuple of whole numbers"):
        GraphBuilder("net").input("image", shape)


def test_a_value_of_another_network_is_refused() -> None:
    net, x = chain()
    other = GraphBuilder("other")
    small = other.input("image", (4, 4, 3))
    with pytest.raises(ValueError, match="`image` 4x4x3 is no value of this network"):
        net.add(Relu(), small)
    with pytest.raises(ValueError, match="`relu` 4x4x3 is no value of this network"):
        net.graph(x, other.add(Relu(), small))


def test_two_outputs_of_one_name_and_no_outputs_are_refused() -> None:
    net, x = chain()
    with net.scope(Kind.MODULE, "both"):
        y = net.add(Relu(), x)
        z = net.add(Elu(), y)
    with pytest.raises(ValueError, match="two values come out as `both`"):
        net.graph(y, z)
    with pytest.raises(ValueError, match="nothing comes out"):
        net.graph()
    assert net.graph(y, last=z).outputs == {"both": "both.relu", "last": "both.elu"}


@pytest.mark.parametrize("kind", ["modul", "network", Kind.HEAD])
def test_a_scope_of_no_kind_is_refused(kind: Any) -> None:
    net, _ = chain()
    with pytest.raises(ValueError, match="is no kind of scope to open"), net.scope(kind, "inner"):
        pass


def test_a_scope_that_an_exception_leaves_is_closed() -> None:
    net, x = chain()

    def unit() -> None:
        with net.scope(Kind.MODULE, "unit"):
            net.add(Relu(), net.add(Relu(), x), name="relu")

    with pytest.raises(ValueError, match=r"`unit\.relu` is taken"):
        unit()
    assert list(net.graph(net.add(Elu(), x)).nodes) == ["unit.relu", "elu"]


def test_a_scope_that_is_open_is_named() -> None:
    net, x = chain()
    with net.scope(Kind.MODULE, "unit"):
        x = net.add(Relu(), x)
        with pytest.raises(ValueError, match="the scope `unit` is still open"):
            net.graph(x)


@pytest.mark.parametrize("kind", [Kind.MODULE, Kind.BRANCH, Kind.LAYER, Kind.RESIDUAL])
@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_any_value_of_a_scope_may_be_read_outside(kind: Kind, backend: str) -> None:
    start(backend)
    net, x = chain()
    with net.scope(kind, "two"):
        y = net.add(Conv2d(filters=3, kernel=(3, 3)), x)
        z = net.add(Relu(), y)
    graph = net.graph(net.add(Subtract(), y, z), raw=y)
    assert archspec.verify(graph, backend).agree
    assert archspec.draw(graph, "svg").startswith(b"<svg")


def test_outputs_may_be_given_names() -> None:
    net, x = chain()
    graph = net.graph(positive=net.add(Relu(), x), smooth=net.add(Elu(), x))
    assert graph.outputs == {"positive": "relu", "smooth": "elu"}


def test_a_graph_without_origins_is_counted_drawn_compared_and_emitted() -> None:
    assert archspec.count(GRAPH).parameters == 2 * (3 * 3 * 3 * 3 + 3)
    assert archspec.diff(GRAPH, branching()).edits == ()
    assert archspec.draw(GRAPH, "svg", depth="operators").startswith(b"<svg")
    for backend in ("torch", "tensorflow"):
        source = archspec.emit(GRAPH, backend)
        assert source.count("# 8x8x6") == 1 or backend == "tensorflow"
        assert source.lower().count("unit_0")
        assert source.lower().count("unit_1")


@pytest.mark.parametrize("name", ["lambda", "forward", "half", "training", "_modules"])
@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_a_name_that_python_or_a_framework_owns_is_refused_in_sources(
    name: str, backend: str
) -> None:
    net, x = chain()
    graph = net.graph(net.add(Conv2d(filters=3, kernel=(1, 1)), x, name=name))
    with pytest.raises(ValueError, match=f"call the step `{name.strip('_')}_`"):
        archspec.emit(graph, backend)


def test_a_graph_without_origins_is_verified() -> None:
    start("torch")
    verdict = archspec.verify(GRAPH, "torch")
    assert verdict.agree
    assert {row.path for row in verdict.rows} == set(GRAPH.children(""))


def test_a_diagnostic_names_a_node_that_stands_in_no_spec_as_its_importer_did() -> None:
    net, x = chain()
    graph = net.graph(net.add(Relu(), x, origin=Imported("model/ReLU:0")))
    assert graph.nodes["relu"].notes() == ("`relu` was imported as model/ReLU:0",)
    assert graph.nodes["relu"].labels() == ()


def test_a_graph_is_written_as_a_spec_that_says_the_same() -> None:
    text = archspec.unparse(GRAPH)
    again = archspec.load(text=text)
    assert [(node.path, node.op, node.sources) for node in again.nodes.values()] == [
        (node.path, node.op, node.sources) for node in GRAPH.nodes.values()
    ]
    assert text.count("conv2d 3") == 1  # both uses are of one module
    assert "right: identity" in text


def test_what_a_spec_cannot_say_as_simply_is_refused() -> None:
    with pytest.raises(Unwritable, match="is a layer"):
        archspec.unparse(archspec.load(text=f"{HEAD}network: [conv 3x3 4 norm=batch_norm]\n"))
    net, x = chain()
    with net.scope(Kind.BRANCH, "inner"):
        y = net.add(Relu(), x)
        x = net.add(Elu(), y)
    empty, x2 = chain()
    with empty.scope(Kind.MODULE, "none", through=x2):
        pass
    with pytest.raises(Unwritable, match="`none` is a module without steps"):
        archspec.unparse(empty.graph(empty.add(Relu(), x2)))
    with pytest.raises(Unwritable, match="is not visible there"):
        archspec.unparse(net.graph(net.add(Add(), x, y)))


def test_a_spec_whose_names_would_mean_other_values_is_refused() -> None:
    net = GraphBuilder("net")
    outer = net.add(Relu(), net.input("image", (8, 8, 3)))
    with net.scope(Kind.MERGE, "mix"):
        with net.scope(Kind.BRANCH, "left"):
            inner = net.add(Elu(), outer, name="relu")
            left = net.add(Add(), inner, outer)  # `from relu relu` would be `inner` twice
        with net.scope(Kind.BRANCH, "right", through=outer):
            pass
    with pytest.raises(Unwritable, match="a spec would name steps otherwise"):
        archspec.unparse(net.graph(net.add(Concat(), left, outer, name="mix")))


def test_a_spec_whose_outputs_would_be_other_values_is_refused() -> None:
    net = GraphBuilder("net")
    given = net.add(Relu(), net.input("image", (8, 8, 3)), name="total")
    with pytest.raises(Unwritable, match="a spec would name steps otherwise"):
        archspec.unparse(net.graph(total=net.add(Elu(), given)))


HEAD = "archspec: 1\nname: net\ninput: 8x8x3\n"
