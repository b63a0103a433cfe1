"""A file that is deployed is held to its spec by what it computes, not by what it names."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

import archspec
from archspec import Graph
from archspec.diffs.comparison import Comparison
from archspec.diffs.deployed.conformance import Side, conformance
from archspec.diffs.deployed.hosting import needed
from archspec.diffs.deployed.inference import folded, of_inference
from archspec.diffs.report import markdown, record, review_page, text
from archspec.diffs.report.headline import headline
from archspec.language.document.overrides import Overrides
from archspec.raising.raised import raise_spec
from tests.authoring.documents import random_graph
from tests.authoring.seeds import seeds
from tests.commands.running import ROOT
from tests.diff import laws

BODY = """\
archspec: 1
name: small
input: 32x32x3
defaults:
  conv: {norm: batch_norm, activation: relu}
blocks:
  block:
    options: [scale=0.1]
    steps:
      - residual:
          scale: scale
          steps:
            - concat:
                point: conv 1x1 4
                long: [conv 1x1 4, conv 3x3 6]
            - conv 1x1 in_channels linear
network:
  - conv 3x3 8 /2
  - 4 x block
  - max_pool 3x3 /2 V as reduction
  - 2 x block scale=0.2
  - global_avg_pool
  - dropout 0.2
  - dense 10 as logits
"""
SIDE = "conv 1x1 5, conv 3x3 6 V, global_avg_pool, dense 10 as logits"
HEAD = f"auxiliary:\n  side:\n    from: reduction\n    steps: [{SIDE}]\n"
STEPS = "".join(f"  - {each}\n" for each in SIDE.split(", "))
CUT = f"{BODY.partition('  - 2 x block')[0]}{STEPS}"
SPEC = archspec.load(text=BODY + HEAD)


def deployed(written: str) -> Graph:
    """Fold a network and write it anew, as an import of its file would be called."""
    return raise_spec(folded(of_inference(archspec.load(text=written)))).graph


def against(file: Graph, spec: Graph = SPEC) -> Comparison:
    return conformance(Side(spec, "spec.yaml", False), Side(file, "model.onnx", True))


def first_line(file: Graph, spec: Graph = SPEC) -> str:
    return str(headline(against(file, spec)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("4 x block", "4 x block", "as the spec, batch norms folded"),
        ("dropout 0.2", "dropout 0.5", "as the spec, batch norms folded"),
        ("4 x block", "3 x block", "3 x block instead of 4 x: "),
        ("4 x block", "6 x block", "6 x block instead of 4 x: "),
        ("dense 10", "dense 7", "7 classes instead of 10: "),
        ("32x32x3", "40x40x3", "input 32x32x3→40x40x3: "),
        ("scale=0.1]", "scale=0.3]", "residual scale scale→0.3: costs the same"),
        ("conv 3x3 6]", "conv 3x3 9]", "conv filters 6→9 in 6 places: "),
        ("activation: relu", "activation: silu", "conv activation relu→silu in 19 places: "),
        ("  - max_pool 3x3 /2 V as reduction\n", "", "max_pool 3x3 /2 V as reduction removed: "),
        ("as logits\n", "as logits\n  - softmax\n", "operator softmax inserted: "),
        ("4\n", "4\n                other: conv 5x5 2\n", "branch branch_1 inserted in 6 places: "),
    ],
)
def test_the_first_line_says_what_is_other(old: str, new: str, said: str) -> None:
    told = first_line(deployed(BODY.replace(old, new)))
    assert told.startswith(said if said.startswith("as") else f"batch norms folded, {said}")


def test_a_file_cut_at_an_auxiliary_head_is_told_as_one_edit() -> None:
    found = against(deployed(CUT))
    assert str(headline(found)) == (
        "batch norms folded, cut at the auxiliary head side: -17.8 % parameters, -5.8 % MACs"
    )
    assert [str(each.cause) for each in found.edits] == ["cut at the auxiliary head: side"]
    laws.costs_of_edits_and_of_steps_add_up(found.difference)


def test_a_published_card_is_that_of_the_network_up_to_its_head() -> None:
    """Open Model Zoo states 30.223 million parameters for inception-resnet-v2-tf.

    By hand, with 1001 classes and norms folded: 55,814,729, and up to the head 30,222,793.
    """
    classes = Overrides(params={"classes": 1001})
    spec = archspec.load(ROOT / "specs/released/inception_resnet_v2.yaml", classes)
    whole = folded(of_inference(spec))
    file = needed(replace(whole, outputs=dict(whole.heads), heads={}))
    found = against(file, spec)
    assert str(headline(found)).startswith(
        "batch norms folded, cut at the auxiliary head auxiliary_logits: -45.9 % parameters"
    )
    parameters = found.total.of("parameters")
    assert (parameters.before, parameters.after) == (55_814_729, 30_222_793)


def test_a_file_without_its_last_steps_is_cut_where_they_began() -> None:
    features = deployed(BODY.partition("  - 2 x block")[0])
    assert first_line(features).startswith("batch norms folded, cut at reduction: ")


def test_a_file_that_gives_its_head_as_well_is_as_the_spec() -> None:
    graph = archspec.load(text=BODY + HEAD)
    both = replace(graph, outputs={**graph.outputs, **graph.heads}, heads={})
    assert first_line(both) == "as the spec"


def test_norms_may_stay_or_be_folded_in_part() -> None:
    graph = of_inference(archspec.load(text=BODY))
    assert first_line(raise_spec(graph).graph) == "as the spec"
    unfolded = BODY.replace("- dense 10", "- dense 6 norm=batch_norm\n  - dense 10")
    spec = archspec.load(text=unfolded)
    kept = [path for path, node in spec.nodes.items() if node.op.word == "batch_norm"][-1]
    part = folded(of_inference(spec), keeping={kept})
    assert first_line(part, spec) == "as the spec, some batch norms folded"


def test_the_order_in_which_a_file_lists_its_nodes_does_not_count() -> None:
    assert first_line(listed_otherwise(deployed(BODY))) == "as the spec, batch norms folded"


def listed_otherwise(graph: Graph) -> Graph:
    """Draw another topological order of a graph's nodes."""
    chance, waiting, known = Random(0), dict(graph.nodes), set(graph.inputs)  # noqa: S311
    ordered = {}
    while waiting:
        ready = [path for path, node in waiting.items() if known.issuperset(node.sources)]
        path = chance.choice(ready)
        ordered[path] = waiting.pop(path)
        known.add(path)
    return replace(graph, nodes=ordered)


def test_the_way_back_has_the_same_edits_mirrored() -> None:
    file = deployed(BODY.replace("4 x block", "3 x block"))
    back = conformance(Side(file, "model.onnx", True), Side(SPEC, "spec.yaml", False))
    assert str(headline(back)).startswith("batch norms folded, 4 x block instead of 3 x: +")
    assert (back.old, back.new) == ("model.onnx", "spec.yaml")


def test_two_files_are_compared_with_each_other() -> None:
    file = deployed(BODY)
    told = conformance(Side(file, "a.onnx", True), Side(listed_otherwise(file), "b.onnx", True))
    assert str(headline(told)) == "as the other file"


def test_a_bias_of_zeros_that_an_exporter_left_out_is_no_difference() -> None:
    file = deployed(BODY)
    bare = file.rewrite(
        lambda node, _: node.op.replace(bias=False) if "bias" in node.op.attributes else None
    )
    assert first_line(bare) == "as the spec, batch norms folded"


@pytest.mark.parametrize("seed", seeds(20))
def test_a_random_network_is_as_its_spec(seed: int) -> None:
    graph = random_graph(seed + 3000)
    inference = of_inference(graph.without_heads())
    if not inference.nodes:
        return
    for file in (inference, folded(inference)):
        found = against(listed_otherwise(file), graph)
        assert found.difference.identical, text.render(found)


def test_every_format_begins_with_the_first_line() -> None:
    found = against(deployed(CUT))
    said = str(headline(found))
    assert text.render(found).startswith(said)
    assert said in markdown.render(found)
    assert record.record(found)["headline"] == said
    assert "cut at the auxiliary head side" in review_page.html(found).decode()


def test_a_file_that_gives_two_values_from_within_is_not_one_that_is_cut() -> None:
    features = deployed(BODY.partition("  - 2 x block")[0])
    several = replace(features, outputs={**features.outputs, "early": next(iter(features.nodes))})
    assert "cut at" not in first_line(several)


def test_the_order_in_which_a_file_adds_is_no_difference() -> None:
    written = "archspec: 1\nname: small\ninput: 8x8x4\nnetwork:\n  - add: [{}]\n  - relu\n"
    spec = archspec.load(text=written.format("conv 3x3 4 norm=none, identity"))
    file = deployed(written.format("identity, conv 3x3 4 norm=none"))
    assert first_line(file, spec) == "as the spec"
