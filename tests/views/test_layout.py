"""What Graphviz makes of a drawing: labels that no line runs through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from archspec.views import dot, engine
from archspec.views.formats import draw
from archspec.views.options import Layout, Options
from tests.views.drawn import ZOO, drawn, frames, graph, labelled

SVG = "{http://www.w3.org/2000/svg}"
Point = tuple[float, float]


class Line(NamedTuple):
    """A line of a picture, as points close to each other, and the names of its ends."""

    ends: tuple[str, ...]
    points: list[Point]


def groups(svg: bytes, kind: str) -> Iterator[ElementTree.Element]:
    root = ElementTree.fromstring(svg)  # noqa: S314  our own file
    return (each for each in root.iter(f"{SVG}g") if each.get("class") == kind)


def lines(svg: bytes) -> list[Line]:
    found = []
    for each in groups(svg, "edge"):
        path = each.find(f".//{SVG}path")
        if path is not None:
            ends = tuple(str(each.findtext(f"{SVG}title")).split("->"))
            found.append(Line(ends, curve(str(path.get("d")))))
    return found


def curve(path: str) -> list[Point]:
    """List points along a path of cubic Bezier curves."""
    numbers = [float(each) for each in re.findall(r"-?\d+\.?\d*", path)]
    given = list(zip(numbers[::2], numbers[1::2], strict=True))
    points = [given[0]]
    for at in range(1, len(given) - 2, 3):
        points += [between((points[-1], *given[at : at + 3]), step / 20) for step in range(1, 21)]
    return points


def between(ends: tuple[Point, ...], share: float) -> Point:
    """Find the point of a Bezier curve by de Casteljau's construction."""
    while len(ends) > 1:
        ends = tuple(
            (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])) for a, b in pairwise(ends)
        )
    return ends[0]


def is_through(line: Line, text: ElementTree.Element) -> bool:
    """Whether a line runs through the middle of a text that begins at its place."""
    x, y = float(text.attrib["x"]), float(text.attrib["y"])
    wide = 0.45 * float(text.attrib["font-size"]) * len(str(text.text).strip())
    return any(x < across < x + wide and y - 8 < down < y for across, down in line.points)


@pytest.mark.parametrize("spec", ZOO)
@pytest.mark.parametrize("depth", [2, "layers"])
def test_no_line_runs_through_the_label_of_a_frame(spec: str, depth: int | str) -> None:
    svg = draw(graph(spec), "svg", Options(depth=depth, layout=Layout.GRAPHVIZ)).content
    labels = [
        text
        for each in groups(svg, "node")
        if str(each.findtext(f"{SVG}title")).startswith("gate of ")
        for text in each.iter(f"{SVG}text")
    ]
    found = lines(svg)
    assert [text.text for text in labels for line in found if is_through(line, text)] == []
    assert sorted(str(text.text) for text in labels) == sorted(
        frames(drawn(graph(spec), depth=depth))
    )


def test_a_value_that_is_added_to_itself_takes_two_lines() -> None:
    drawing = labelled("one", "two")
    doubled = replace(drawing, arrows=2 * drawing.arrows)
    svg = engine.render(dot.write(doubled, Options()), "svg")
    assert [each.ends[1] for each in lines(svg)].count("box two") == 2


@pytest.mark.parametrize("spec", ["inception_resnet_v1", "inception_resnet_v2", "resnet_50"])
def test_shortcuts_of_opened_modules_stand_on_the_left_as_in_figures_10_to_19(spec: str) -> None:
    svg = draw(graph(spec), "svg", Options(depth="layers", layout=Layout.GRAPHVIZ)).content
    found = [each for each in lines(svg) if each.ends[0].startswith("gate of ")]
    bent = [each for each in found if each.ends[1].startswith("bend of ")]
    beside = {each.ends: min(other.points[-1] for other in siblings(each, found)) for each in bent}
    assert len(bent) >= 3
    assert beside == {each.ends: each.points[-1] for each in bent}


def siblings(line: Line, among: list[Line]) -> list[Line]:
    """List the lines that begin where a line does, itself too."""
    return [each for each in among if each.ends[0] == line.ends[0]]


def test_branches_begin_side_by_side_where_something_else_leaves_the_box_before_them() -> None:
    svg = draw(graph("inception_v3"), "svg", Options(depth=2, layout=Layout.GRAPHVIZ)).content
    below = {
        str(each.findtext(f"{SVG}title")): float(each.find(f"{SVG}text").attrib["y"])  # type: ignore[union-attr]
        for each in groups(svg, "node")
        if each.find(f"{SVG}text") is not None
    }
    # the auxiliary head and the branches of reduction B take the same value
    first = ("short.conv", "long.conv", "pool.max_pool")
    assert len({below[f"mixed_7a.concat.{path}"] for path in first}) == 1
