"""Side by side with arXiv:1602.07261: the figures that archspec draws are the paper's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.views.drawn import boxes, drawn, frames, graph, ways, written
from tests.views.figures import FIGURES, SCHEMAS, STEM_SIZES, Figure, Row, Schema, paths


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f"figure {f.number}, {f.spec}")
def test_a_module_has_the_boxes_and_branches_of_its_figure_from_left_to_right(
    figure: Figure,
) -> None:
    drawing = drawn(graph(figure.spec), module=figure.module)
    assert ways(drawing) == paths(figure.row)
    assert frames(drawing) == []


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda s: f"figure {s.number}, {s.spec}")
def test_a_network_has_the_boxes_and_sizes_of_its_overview(schema: Schema) -> None:
    drawing = drawn(graph(schema.spec), depth=1, shapes="paper")
    found = tuple((box.label, box.shape) for box in drawing.boxes.values())
    assert found == schema.boxes
    assert ways(drawing) == [tuple(boxes(drawing))]
    assert [each.label for each in drawing.exits] == ["Output: 1000"]


def test_a_network_is_drawn_as_its_overview_unless_asked_otherwise() -> None:
    assert drawn(graph("inception_v4")) == drawn(graph("inception_v4"), depth=1)


@pytest.mark.parametrize(("number", "spec"), [(3, "inception_v4"), (14, "inception_resnet_v1")])
def test_a_stem_has_the_sizes_of_its_figure_along_its_trunk(number: int, spec: str) -> None:
    drawing = drawn(graph(spec), module="stem", shapes="paper")
    assert tuple(box.shape for box in drawing.boxes.values() if box.shape) == STEM_SIZES[number]
    assert drawing.exits[0].label == STEM_SIZES[number][-1]


def test_blocks_and_reductions_show_no_sizes_as_in_figures_4_to_8() -> None:
    for module in ("inception_a", "inception_b", "inception_c", "reduction_a", "reduction_b"):
        drawing = drawn(graph("inception_v4"), module=module)
        assert {box.shape for box in drawing.boxes.values()} == {""}


SCALED = """\
archspec: 1
name: scaled
input: 8x8x4
defaults: {conv: {activation: relu}}
parts:
  inception: [conv 1x1 in_channels linear]
blocks:
  scaled_block:
    - residual: {scale: 0.1, activation: relu, steps: [inception]}
network:
  - 3 x scaled_block
"""


def test_figure_20_is_a_residual_around_any_module(tmp_path: Path) -> None:
    drawing = drawn(written(tmp_path, SCALED), module="scaled_block", depth=1)
    body: Row = ["Inception", "Activation scaling (0.1)"]
    assert ways(drawing) == paths(["Relu activation", ([], body), "+", "Relu activation"])
