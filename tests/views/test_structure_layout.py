"""Drawings placed by their structure: nothing overlaps, and no line crosses without need."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archspec.graph import Graph
from archspec.views.layout import Area, Placed, place
from archspec.views.options import Options
from tests.authoring.documents import random_spec
from tests.authoring.seeds import seeds
from tests.views.drawn import ZOO, drawn, graph
from tests.views.geometry import crossings, faults

_TANGLED = {"dla_34", "fpn_resnet_50", "hrnet_w18", "nasnet_a_mobile"}


def placed(of: Graph, **options: object) -> Placed:
    return place(drawn(of, **options), Options(**options))  # type: ignore[arg-type]


def test_what_overlaps_is_found() -> None:
    found = placed(graph("vgg_16"))
    box, label = found.boxes[0], found.labels[0]
    wide, high = box.area.width, found.height - 2
    cases = {
        "box/box": replace(found, boxes=(box, *found.boxes)),
        "line/box": replace(found, boxes=(box._replace(area=Area(1, 1, wide, high)),)),
        "box/label": replace(found, labels=(label._replace(area=box.area),)),
        "label/label": replace(found, labels=(label, label)),
        "line/label": replace(found, labels=(label._replace(area=Area(1, 1, wide, high)),)),
        "off the page": replace(found, height=high / 2),
        "line/line": replace(found, lines=(found.lines[0], found.lines[0]._replace(value=""))),
    }
    for kind, broken in cases.items():
        assert kind in {each.partition(":")[0] for each in faults(broken)}


@pytest.mark.parametrize("spec", ZOO)
@pytest.mark.parametrize("direction", ["up", "right"])
def test_nothing_overlaps_in_the_zoo(spec: str, direction: str) -> None:
    for depth in (1, 2, "layers"):
        assert faults(placed(graph(spec), depth=depth, direction=direction)) == []


@pytest.mark.parametrize("seed", seeds(200))
def test_nothing_overlaps_in_random_specs(seed: int) -> None:
    found = random_spec(seed).graph()
    assert found is not None
    assert faults(placed(found, depth="layers", direction="down")) == []


@pytest.mark.parametrize("spec", sorted({*ZOO} - _TANGLED))
def test_no_line_crosses_another_where_branches_and_shortcuts_are_all_there_is(spec: str) -> None:
    for depth in (1, "layers"):
        assert crossings(placed(graph(spec), depth=depth)) == []
