"""Ways to say what a file calls the tensors: by order, by rules, by a map of one's own."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy
import pytest

from archspec import checked
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.weights import giving, names, order, taking
from archspec.weights.layouts import EMITTED, LAYOUTS
from archspec.weights.renaming import RenameRule, renamed
from tests.weights.networks import SPEC, network, several


@pytest.fixture(name="graph", scope="module")
def small() -> Graph:
    return network()


def foreign(graph: Graph) -> dict[str, Any]:
    """Name tensors as PyTorch's networks often do: by number, projections behind their bodies."""
    tensors, layers = several(graph), dict[str, str]()
    paths = list(dict.fromkeys(key.rpartition(".")[0] for key in tensors))
    paths.sort(key=lambda path: (path.startswith("logits"), "shortcut" in path))
    for path in paths:
        layers[path] = f"layers.{len(layers)}"
    return {
        f"{layers[path]}.{key.rpartition('.')[2]}": array
        for path in paths
        for key, array in tensors.items()
        if key.rpartition(".")[0] == path
    }


def agree(found: Mapping[str, Any], tensors: Mapping[str, Any]) -> bool:
    return all(numpy.array_equal(found[key], tensors[key]) for key in tensors)


def test_layers_are_found_by_their_order_and_shapes(graph: Graph) -> None:
    source = foreign(graph)
    found = taking.take(source, order.by_order(source, graph), graph)
    assert agree(found.tensors, several(graph))


def test_names_that_are_found_by_order_may_hold_the_words_of_wrappers(graph: Graph) -> None:
    source = {f"module._orig_mod.{name}": array for name, array in foreign(graph).items()}
    found = taking.take(source, order.by_order(source, graph), graph)
    assert agree(found.tensors, several(graph))


def test_where_the_orders_part_both_sides_are_named(graph: Graph) -> None:
    source = foreign(graph)
    source["layers.0.weight"] = numpy.zeros((8, 3, 5, 5), numpy.float32)
    with pytest.raises(SpecError) as caught:
        order.by_order(source, graph)
    (told,) = caught.value.diagnostics
    assert told.code == "weights/order"
    assert "kernel 1: the file has `layers.0` (8x3x5x5)" in told.message
    assert "the spec `stem.conv2d`" in told.message


def test_in_a_file_that_is_is_sortedby_names_layers_of_other_shapes_may_lie_anywhere(
    graph: Graph,
) -> None:
    source = foreign(graph)
    backwards = dict(sorted(source.items(), reverse=True))
    with pytest.raises(SpecError):
        order.by_order(backwards, graph)
    plain = network(SPEC.replace("shortcut: conv 1x1 8 bias=false, steps: ", "steps: "))
    source = foreign(plain)
    backwards = dict(sorted(source.items(), reverse=True))
    naming = order.by_order(backwards, plain, is_sorted=True)
    assert agree(taking.take(source, naming, plain).tensors, several(plain))


def test_a_projection_and_a_kernel_of_its_shape_cannot_be_told_by_names_alone(
    graph: Graph,
) -> None:
    with pytest.raises(SpecError) as caught:
        order.by_order(foreign(graph), graph, is_sorted=True)
    (told,) = caught.value.diagnostics
    assert (
        "does not determine which tensor is `residual.shortcut.conv.conv2d.weight`" in told.message
    )


def test_in_part_what_keeps_the_order_is_taken(graph: Graph) -> None:
    other = network(SPEC.replace("classes: 4", "classes: 9"))
    source = foreign(graph)
    naming = order.by_order(source, other, partial=True)
    found = taking.take(source, naming, other, taking.TakingTerms(partial=True))
    assert set(found.drawn) == {"logits.fully_connected.weight", "logits.fully_connected.bias"}
    assert found.matched == len(several(graph)) - 2


def test_rules_change_names_one_after_the_other() -> None:
    source = {"features.0.weight": 1, "features.11.weight": 2, "fc.bias": 3}
    rules = [RenameRule(r"^features\.(\d+)", r"stage.\1"), RenameRule("^fc", "logits")]
    assert list(renamed(source, rules)) == ["stage.0.weight", "stage.11.weight", "logits.bias"]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (RenameRule("(", "x"), "unterminated subpattern"),
        (RenameRule("conv", r"\2"), "invalid group reference"),
        (RenameRule("^nothing", "x"), "matches no name of the file; the first is `conv1.weight`"),
        (RenameRule("(.*)", r"\1" * 600), "it makes names of more than 4096"),
        (RenameRule(r"\d", ""), "several tensors would be called `conv.weight`"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused(rule: RenameRule, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        renamed({"conv1.weight": 1, "conv2.weight": 2}, [rule])
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "weights/rename"
    assert told in diagnostic.message


def test_a_rule_that_would_take_for_ever_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archspec.weights.renaming.SECONDS", 1)
    start = time.perf_counter()
    with pytest.raises(SpecError) as caught:
        renamed({"a" * 60: 1}, [RenameRule("(a*)*b", "x")])
    assert "more than 1 seconds" in caught.value.diagnostics[0].message
    assert time.perf_counter() - start < 10


OWN = """
layout: keras
names:
  first/{conv,norm}: stem.{conv2d,batch_norm}
  gate_{a,b}: multiply.gate.{dense,dense_1}.fully_connected
  deep: depthwise_conv.conv2d
  body_{0,1}: residual.body.{conv,conv_1}.conv2d
  side: residual.shortcut.conv.conv2d
  top: logits.fully_connected
"""


def test_a_map_of_ones_own_gives_and_takes_in_the_layout_that_it_names(
    graph: Graph, tmp_path: Path
) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(OWN, "utf-8")
    naming = names.read(file).naming(graph)
    tensors = several(graph)

    given = giving.give(tensors, naming, graph)

    assert given["first/conv/kernel"].shape == (3, 3, 3, 8)
    assert given["deep/kernel"].shape == (3, 3, 8, 1)
    kernel = tensors["logits.fully_connected.weight"].reshape(4, 8, 8, 8)
    by_hand = kernel.transpose(2, 3, 1, 0).reshape(512, 4)
    assert numpy.array_equal(given["top/kernel"], by_hand), "Keras flattens height, width, channels"
    assert agree(taking.take(given, naming, graph).tensors, tensors)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a\n", "no `names:`"),
        ("names: {a: b}\nlayout: caffe\n", "layout is not one of torch, keras, slim"),
        ("names: {'a{1..3}': 'b{1..2}'}\n", "`a{1..3}` is 3 names and `b{1..2}` 2"),
        ("names: {'a{1..99999}{1..99999}': b}\n", "expand to too many names"),
        ("names: {a: b}\nnmaes: {}\n", "`nmaes` is not a key of a name map"),
        ("names: [\n", "no name map"),
        ("names: {a: b}\nlayout: [torch]\n", "layout is not one of"),
        ("names: {a: b}\nlike: ../x\n", "it is `like: ../x`, and there is no such map"),
        ("names: {a: [b]}\n", "`names` has values that are not texts"),
        ("names: {a: b}\nbackground: {a: b}\n", "`background` is not a list of paths"),
        ("names: {a: b}\nunits: [a]\n", "`units` is not a mapping"),
    ],
)
def test_a_text_that_is_no_name_map_is_refused_with_the_reason(
    text: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "own.yaml").write_text(text, "utf-8")
    with pytest.raises(SpecError) as caught:
        names.read(tmp_path / "own.yaml")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "weights/names"
    assert told in diagnostic.message


def test_a_map_may_be_like_one_that_is_known_but_for_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "like: torchvision_resnet_50\nnames: {head.0: logits.fully_connected}\n", "utf-8"
    )
    graph = checked.load("zoo:resnet_50")
    keys = names.read(tmp_path / "own.yaml").naming(graph).keys
    assert keys["logits.fully_connected.weight"] == "head.0.weight"
    assert keys["stem.conv.conv2d.weight"] == "conv1.weight"
    assert "fc.weight" not in keys.values()


def test_a_norm_without_a_scale_goes_to_one_with_a_scale_of_one_and_back() -> None:
    graph = network(SPEC.replace("network:", "defaults: {batch_norm: {gamma: false}}\nnetwork:"))
    naming, tensors = names.own(graph, EMITTED), several(graph)
    given = giving.give(tensors, naming, graph)
    assert given["stem.batch_norm/gamma"].tolist() == [1] * 8
    found = taking.take(given, naming, graph)
    assert agree(found.tensors, tensors)
    given["stem.batch_norm/gamma"] = given["stem.batch_norm/gamma"] * 2
    with pytest.raises(SpecError) as caught:
        taking.take(given, naming, graph)
    assert caught.value.diagnostics[0].code == "weights/unexpected"


def test_names_of_an_emitted_keras_model_need_no_map(graph: Graph) -> None:
    tensors = several(graph)
    given = giving.give(tensors, names.own(graph, EMITTED), graph)
    assert given["stem.conv2d/kernel"].shape == (3, 3, 3, 8)
    assert names.layout_of(given) is EMITTED
    assert names.layout_of(tensors) is LAYOUTS["torch"]
    assert agree(taking.take(given, names.own(graph, EMITTED), graph).tensors, tensors)
