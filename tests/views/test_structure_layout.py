"""Drawings placed by their structure: nothing overlaps, and no line crosses without need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest

from archspec.graph import Graph
from archspec.views.drawing import Arrow, Drawing, Frame
from archspec.views.layout import Area, Placed, place
from archspec.views.layout.channels import Channel
from archspec.views.options import Options
from tests.authoring.documents import random_spec
from tests.authoring.seeds import seeds
from tests.views.drawn import ZOO, drawn, graph, written
from tests.views.geometry import crossings, faults

_DOT: dict[tuple[str, int | str], int] = {
    ("hrnet_w18", 2): 24,
    ("hrnet_w18", "layers"): 41,
    ("nasnet_a_mobile", 2): 14,
    ("nasnet_a_mobile", "layers"): 43,
}
"""How many pairs of values cross where Graphviz's ``dot`` draws the same boxes in their frames."""


def placed(of: Graph, **options: object) -> Placed:
    return place(drawn(of, **options), Options(**options))  # type: ignore[arg-type]


def test_what_overlaps_is_found() -> None:
    found = placed(graph("vgg_16"))
    box, label = found.boxes[0], found.labels[0]
    wide, high = box.area.width, found.height - 2
    beside = label.area._replace(x=label.area.right + 0.1)
    cases = {
        "box/box": replace(found, boxes=(box, *found.boxes)),
        "line/box": replace(found, boxes=(box._replace(area=Area(1, 1, wide, high)),)),
        "box/label": replace(found, labels=(label._replace(area=box.area),)),
        "label/label": replace(found, labels=(label, label)),
        "line/label": replace(found, labels=(label._replace(area=Area(1, 1, wide, high)),)),
        "off the page": replace(found, height=high / 2),
        "label beside box": replace(found, boxes=(box._replace(area=beside), *found.boxes)),
        "no stem": replace(found, arrow=high),
        "line/arrowhead": replace(found, arrow=high),
        "line/line": replace(found, lines=(found.lines[0], found.lines[0]._replace(value=""))),
    }
    for kind, broken in cases.items():
        assert kind in {each.partition(":")[0] for each in faults(broken)}


@pytest.mark.parametrize("spec", ZOO)
@pytest.mark.parametrize("direction", ["up", "right"])
def test_nothing_overlaps_in_the_zoo(spec: str, direction: str) -> None:
    for depth in (1, 2, "layers"):
        assert faults(placed(graph(spec), depth=depth, direction=direction)) == []


@pytest.mark.parametrize("spec", ["dla_34", "inception_resnet_v1", "nasnet_a_mobile"])
def test_nothing_overlaps_where_copies_and_layers_are_opened(spec: str) -> None:
    for options in ({"depth": 2, "unroll": True}, {"depth": "operators", "direction": "left"}):
        assert faults(placed(graph(spec), **options)) == []


@pytest.mark.parametrize("seed", seeds(200))
def test_nothing_overlaps_in_random_specs(seed: int) -> None:
    found = random_spec(seed).graph()
    assert found is not None
    down = placed(found, depth="layers", direction="down")
    assert faults(down) == []
    drawing = drawn(found, depth="layers")
    if is_series_parallel(drawing) and all(map(is_narrow(drawing), framed(drawing.contents))):
        assert crossings(down) == []


def test_lines_that_take_each_others_place_do_not_lie_on_one_another() -> None:
    channel = Channel()
    channel.add("there", 0.0, 100.0)
    channel.add("back", 100.0, 0.0)
    tracks = channel.tracks()
    ((key, target),) = channel.hops
    other = {"there": "back", "back": "there"}[str(key)]
    assert tracks[key] < tracks[other] < tracks[key, target]
    assert abs(channel.hops[key, target] - target) >= 4


def framed(contents: tuple[Frame | str, ...]) -> Iterator[set[str]]:
    """List the boxes in each frame."""
    for each in contents:
        if isinstance(each, Frame):
            inner = [*framed(each.contents)]
            yield set().union(*inner, (path for path in each.contents if isinstance(path, str)))
            yield from inner


def is_narrow(drawing: Drawing) -> Callable[[set[str]], bool]:
    """Whether one value enters a frame and one leaves it, so that the frame changes nothing."""
    arrows = [*drawing.arrows, *(Arrow(leaving.box, "") for leaving in drawing.exits)]

    def narrow(inside: set[str]) -> bool:
        passing = [each.tail for each in arrows if (each.tail in inside) != (each.head in inside)]
        leaving = {tail for tail in passing if tail in inside}
        return len(leaving) < 2 and len({*passing} - leaving) < 2

    return narrow


def is_series_parallel(drawing: Drawing) -> bool:
    """Whether arrows can be put in series and in parallel until one is left."""
    found: nx.DiGraph[str] = nx.DiGraph((arrow.tail, arrow.head) for arrow in drawing.arrows)
    found.add_nodes_from(drawing.boxes)
    found.add_edges_from([("start", box) for box, degree in [*found.in_degree()] if not degree])
    ends = {box for box, degree in found.out_degree() if not degree}
    ends |= {leaving.box for leaving in drawing.exits}
    found.add_edges_from([(box, "end") for box in ends])
    rest = [*drawing.boxes]
    while rest:
        box = rest.pop()
        if box in found and len(found.pred[box]) == len(found.succ[box]) == 1:
            (tail,), (head,) = found.pred[box], found.succ[box]
            found.remove_node(box)
            found.add_edge(tail, head)
            rest += [tail, head]
    return set(found) == {"start", "end"}


@pytest.mark.parametrize("depth", [1, 2, "layers"])
@pytest.mark.parametrize("spec", ZOO)
def test_no_more_lines_cross_than_have_to_or_than_graphviz_draws(
    spec: str, depth: int | str
) -> None:
    drawing = drawn(graph(spec), depth=depth)
    most = 0 if is_planar(drawing) else _DOT[spec, depth]
    assert len(crossings(placed(graph(spec), depth=depth))) <= most


def is_planar(drawing: Drawing) -> bool:
    """Whether all arrows can point one way without crossing, from one start to one end outside.

    They can if and only if the graph is planar with an arrow more from its start to its end
    (Platt, 1976).
    """
    found: nx.Graph[str] = nx.Graph((arrow.tail, arrow.head) for arrow in drawing.arrows)
    tails = {arrow.tail for arrow in drawing.arrows}
    heads = {arrow.head for arrow in drawing.arrows}
    leaving = {each.box for each in drawing.exits} | ({*drawing.boxes} - tails)
    found.add_edges_from(("start", box) for box in drawing.boxes if box not in heads)
    found.add_edges_from((box, "end") for box in leaving)
    found.add_edge("start", "end")
    return bool(nx.check_planarity(found)[0])


def rows(of: Placed) -> dict[float, list[str]]:
    """List what stands in each row, by the middle of its boxes, from left to right."""
    found: dict[float, list[tuple[float, str]]] = {}
    for box, area, _ in of.boxes:
        found.setdefault(round(area.y + area.height / 2, 1), []).append((area.x, box.label))
    return {y: [label for _, label in sorted(each)] for y, each in sorted(found.items())}


@pytest.mark.parametrize("direction", ["up", "down"])
def test_u_net_is_a_u_whose_rungs_are_its_shortcuts(direction: str) -> None:
    found = rows(placed(graph("u_net"), direction=direction))
    rungs = [row for row in found.values() if row[-1] == "Filter concat"]
    assert rungs == [
        ["Double-conv (64)", "Filter concat"],
        ["Down (128)", "Filter concat"],
        ["Down (256)", "Filter concat"],
        ["Down (512)", "Filter concat"],
    ]
    assert list(found.values())[-1] == ["Down (1024)", "2x2 transposed conv (512 stride 2 Linear)"]


@pytest.mark.parametrize("direction", ["up", "down"])
def test_u_net_is_a_u_with_its_modules_open_too(direction: str) -> None:
    found = placed(graph("u_net"), depth=2, direction=direction)
    sides: dict[float, list[str]] = {}
    for frame, area, _ in sorted(found.frames, key=lambda each: each.area.y):
        sides.setdefault(round(area.x + area.width / 2) // 200, []).append(frame.label)
    assert list(sides.values()) == [
        ["Double-conv (64)", "Down (128)", "Down (256)", "Down (512)", "Down (1024)"],
        ["Double-conv (64)", "Double-conv (128)", "Double-conv (256)", "Double-conv (512)"],
    ]
    areas = {each.box.path: each.area for each in found.boxes}
    rungs = [line for line in found.lines if line.head.startswith("joined") and not line.tail]
    assert [line.points[-1][0] for line in rungs] == [areas[line.head].x for line in rungs]


U_OF_MODULES = """
archspec: 1
name: u
input: 32x32x4
parts:
  down: {options: [k], steps: [max_pool 2x2 /2, conv 3x3 k]}
  up: {options: [k], steps: [conv 3x3 k, upsample 2]}
network:
  - conv 3x3 4 as skip_1
  - down 8 as skip_2
  - down 16 as skip_3
  - down 32
  - up 16 as up_3
  - concat as joined_3 from skip_3 up_3
  - up 8 as up_2
  - concat as joined_2 from skip_2 up_2
  - up 4 as up_1
  - concat from skip_1 up_1
"""


def test_a_u_whose_steps_up_are_modules_turns_below_all_of_them(tmp_path: Path) -> None:
    network = written(tmp_path, U_OF_MODULES)
    for direction in ("up", "down", "left", "right"):
        found = placed(network, depth=2, direction=direction)
        assert (faults(found), crossings(found)) == ([], [])
    found = placed(network, depth=2)
    lowest = max(found.lines, key=lambda each: max(y for _, y in each.points))
    assert (lowest.tail, lowest.head) == ("down", "up_3")
    assert lowest.points[1][1] > max(each.area.bottom for each in found.frames)


def test_a_feature_pyramid_has_a_row_for_each_resolution() -> None:
    lateral, smooth = "1x1 conv (256 Linear)", "3x3 conv (256 Linear)"
    found = rows(placed(graph("fpn_resnet_50"), shapes="none"))
    assert [row for row in found.values() if len(row) > 1] == [
        ["Stage (512 n=3 s=2)", lateral, smooth, "1x1 MaxPool (stride 2)"],
        ["Stage (256 n=6 s=2)", lateral, "+", smooth],
        ["Stage (128 n=4 s=2)", lateral, "+", smooth],
        ["Stage (64 n=3 s=1)", lateral, "+", smooth],
    ]


def test_branches_stand_over_one_baseline_in_the_order_of_their_author() -> None:
    found = placed(graph("inception_v4"), module="inception_b")
    first = ["3x3 AvgPool", "1x1 conv (384)", "1x1 conv (192)", "1x1 conv (192)"]
    assert list(rows(found).values())[-2] == first
    concat = min(found.boxes, key=lambda each: each.area.y)
    arriving = [line.points for line in found.lines if line.head == concat.box.path]
    assert [len({x for x, _ in points}) for points in arriving] == [1, 1, 1, 1]
    assert all(concat.area.x < points[-1][0] < concat.area.right for points in arriving)


def test_a_shortcut_runs_straight_on_the_left_and_ends_at_the_side_of_its_sum() -> None:
    found = placed(graph("inception_resnet_v2"), module="inception_resnet_a")
    total = next(each.area for each in found.boxes if each.box.label == "+")
    shortcut = next(line.points for line in found.lines if line.points[-1][0] == total.x)
    assert len(shortcut) == 5
    assert shortcut[2][0] < min(each.area.x for each in found.boxes)
