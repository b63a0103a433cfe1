"""Posters: boxes without text whose sizes are those of their values."""

from __future__ import annotations

from itertools import combinations

import pytest

from archspec.views.formats import draw
from archspec.views.layout import PlacedBox, place
from archspec.views.options import Options
from tests.views.drawn import drawn, graph

POSTER = {"style": "poster", "depth": "layers", "direction": "right"}


@pytest.fixture(scope="module")
def boxes() -> dict[str, PlacedBox]:
    options = Options(**POSTER)  # type: ignore[arg-type]
    placed = place(drawn(graph("inception_v4"), **POSTER), options)
    return {each.box.path: each for each in placed.boxes}


def test_height_tells_the_resolution_and_width_the_channels(boxes: dict[str, PlacedBox]) -> None:
    # Figures 3 and 9: 149x149x32, then 147x147x32 and 147x147x64 in the stem; 1536 at the end.
    stem = [each for path, each in boxes.items() if path.startswith("stem.conv")]
    areas = [each.area for each in (*stem[:3], boxes["global_avg_pool"])]
    heights, widths = ([round(area[at], 3) for area in areas] for at in (3, 2))
    assert heights[0] > heights[1] == heights[2] > heights[3]
    assert widths[0] == widths[1] < widths[2] < widths[3]


def test_boxes_of_a_poster_say_nothing_and_do_not_overlap(boxes: dict[str, PlacedBox]) -> None:
    assert {each.lines for each in boxes.values()} == {()}
    for one, other in combinations((each.area for each in boxes.values()), 2):
        apart = one.right <= other.x or other.right <= one.x
        assert apart or one.bottom <= other.y or other.bottom <= one.y


def test_a_box_of_a_poster_has_its_label_as_a_tooltip() -> None:
    svg = draw(graph("inception_v4"), "svg", Options(**POSTER)).content.decode()  # type: ignore[arg-type]
    assert "<title>1x7 conv (224)</title>" in svg
    assert ">1x7 conv (224)</text>" not in svg
    assert ">7 x Inception-B</text>" in svg
