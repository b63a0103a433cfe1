"""The diagram of the HTML page in a real browser: lines, colours, files, paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from archspec import api
from archspec.graph import Graph
from archspec.views.folding import fold
from archspec.views.layout import place
from archspec.views.options import Options
from archspec.weights import file as canonical
from tests.browser.conftest import selenium
from tests.browser.opened import ROOT, Page, written

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def network() -> Graph:
    return api.load(ROOT / "specs/inception_resnet_v2.yaml")


@pytest.fixture(scope="module")
def file(network: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("viewer"), network)


@pytest.fixture
def page(browser: Any, file: Path) -> Iterator[Page]:
    opened = Page(browser, file)
    yield opened
    assert opened.complaints() == []


def test_the_diagram_turns(page: Page) -> None:
    place = "return arguments[0].getBoundingClientRect().y"
    assert page.run(place, page.box("Stem")) > page.run(place, page.box("Reduction-A"))
    selenium("support.select").Select(page.one("#direction")).select_by_visible_text("down")
    assert page.run(place, page.box("Stem")) < page.run(place, page.box("Reduction-A"))


def test_what_is_in_sight_is_saved_as_svg_and_as_pixels(page: Page) -> None:
    page.run("toggle(named('stem'))")
    drawn = ElementTree.fromstring(page.run("return toSvg()"))  # noqa: S314 - it is our own
    said = [each.text for each in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert said.count("Filter concat") == 3  # Figure 3
    assert {"Stem", "10 x Inception-resnet-B"} <= set(said)
    # A pixel in the middle of a box has its colour.
    stem = "const it = toCanvas(), {x, y, width, height} = spots.get(named('reduction_a'));"
    pixel = (
        "const at = [x + 4, y + 4].map((each) => 2 * (each + MARGIN_OF_FILE));"
        "return [...it.getContext('2d').getImageData(...at, 1, 1).data]"
    )
    colour = page.run("return kindColour('reduction')")
    assert page.run(stem + pixel) == [*bytes.fromhex(colour[1:]), 255]


def test_a_small_map_shows_where_one_is_and_leads_elsewhere(page: Page) -> None:
    page.run("expand(0); fit()")
    assert not page.one("#minimap").is_displayed()
    page.run("scaleBy(8)")
    before = page.run("return d3.zoomTransform(picture).y")
    page.act().move_to_element_with_offset(page.one("#minimap"), 0, -60).click().perform()
    assert page.run("return d3.zoomTransform(picture).y") != before


COVERED = """
const inside = ({ x, y, width, height }, at) =>
  at.x > x + 2 && at.x < x + width - 2 && at.y > y + 2 && at.y < y + height - 2;
const covers = [...document.querySelectorAll('.box, .group > text')]
  .map((each) => [each.getBBox(), each.textContent]);
return [...document.querySelectorAll('.edge')].flatMap((line) => {
  const steps = [...Array(51).keys()].map((at) => at / 50 * line.getTotalLength());
  const points = steps.map((at) => line.getPointAtLength(at));
  return covers.filter(([box]) => points.some((at) => inside(box, at))).map(([, text]) => text);
});
"""


@pytest.mark.parametrize(
    ("spec", "module"),
    [
        ("inception_v4", "stem"),
        ("inception_v4", "inception_a"),
        ("nasnet_a_mobile", "normal"),
        ("dla_34", "tree"),
        ("u_net", ""),
        ("fpn_resnet_50", ""),
    ],
)
def test_boxes_stand_in_the_rows_and_the_order_of_the_picture(
    browser: Any, tmp_path: Path, spec: str, module: str
) -> None:
    graph = api.load(ROOT / f"specs/{spec}.yaml")
    options = Options(module=module, depth="layers" if module else None)
    drawn = place(fold(graph, options), options)
    picture = [(each.area.y, each.area.x, each.box.label) for each in drawn.boxes]
    page = Page(browser, written(tmp_path, graph, module=module, depth=options.depth))
    shown = page.run(
        "return [...spots].filter(([, spot]) => !spot.inner)"
        ".map(([id, {x, y, height}]) => [y + height, x, items[id].label])"
    )
    assert in_rows(shown) == in_rows(picture)


def in_rows(boxes: list[Any]) -> list[list[str]]:
    """List labels from left to right, row by row; of boxes of one height their tops will do."""
    rows: dict[float, list[str]] = {}
    for y, _, label in sorted(boxes):
        rows.setdefault(round(y), []).append(label)
    return list(rows.values())


OVERLAPPING = """
const areas = [...document.querySelectorAll('.box')].map((each) => each.getBBox());
const meet = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width
  && a.y < b.y + b.height && b.y < a.y + a.height;
return areas.filter((one, at) => areas.slice(at + 1).some((other) => meet(one, other))).length;
"""


@pytest.mark.parametrize(
    ("spec", "direction"),
    [
        ("fpn_resnet_50", "up"),
        ("inception_v4", "down"),
        ("se_resnet_50", "right"),
        ("hrnet_w18", "up"),
        ("nasnet_a_mobile", "left"),
    ],
)
def test_no_line_runs_through_a_box_or_a_title(
    browser: Any, tmp_path: Path, spec: str, direction: str
) -> None:
    graph = api.load(ROOT / f"specs/{spec}.yaml")
    page = Page(browser, written(tmp_path, graph, direction=direction))
    assert page.run(COVERED) == []
    page.one("#expand").click()
    assert len(page.boxes()) > 50
    assert page.run(COVERED) == []
    assert page.run(OVERLAPPING) == 0


def test_colours_show_the_cost(page: Page) -> None:
    select = selenium("support.select").Select
    fill = "return arguments[0].querySelector('rect').getAttribute('fill')"
    assert page.run(fill, page.box("Stem")) == "#8AC1D8"
    select(page.one("#colour")).select_by_value("macs")
    most = page.run("return record.heat.at(-1)")
    # Of one copy the stem has most, 2.3 G; all ten of Inception-resnet-B have 3.4 G.
    assert page.run(fill, page.box("Stem")) == most
    assert page.texts("#legend span")[0] == "MACs of one copy, up to"
    assert "338 M MACs, 10 times" in page.texts(".box text.shape")
    page.one("#per-copy").click()
    assert page.run(fill, page.box("10 x Inception-resnet-B")) == most
    assert page.texts("#legend span")[0] == "MACs, up to"


def test_statistics_of_weights_are_told_and_coloured(browser: Any, tmp_path: Path) -> None:
    spec, weights = tmp_path / "tiny.yaml", tmp_path / "tiny.safetensors"
    spec.write_text("archspec: 1\nname: tiny\ninput: 4x4x1\nnetwork: [conv 1x1 3 as a]\n", "utf-8")
    graph = api.load(spec)
    kernel = np.array([3, 0, -4], np.float32).reshape(3, 1, 1, 1)
    bias = np.zeros(3, np.float32)
    canonical.save(weights, {"a.conv2d.weight": kernel, "a.conv2d.bias": bias}, graph)
    page = Page(browser, written(tmp_path, graph, weights=weights))
    page.box("1x1 conv (3 Linear)").click()
    assert page.facts()["dead channels"] == "1"
    assert page.rows("tensors")[1][0].startswith("norm 5, mean -0.333")  # of 3, 0 and -4
    page.run("colour.value = 'dead'; colour.dispatchEvent(new Event('change'))")
    assert page.texts(".box text.shape") == ["4x4x1", "1 dead channel"]
    assert page.complaints() == []


def test_the_page_follows_the_systems_choice_of_light_or_dark(page: Page) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"
    light = page.run(ground)
    choice = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", choice)
    page.browser.refresh()
    assert page.run("return root.dataset.theme") == "dark"
    assert page.run(ground) != light
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_light_and_dark_differ(page: Page) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"
    before = page.run(ground)
    page.one("#theme").click()
    assert page.run(ground) != before


def test_it_can_be_drawn_moved_and_fitted(page: Page) -> None:
    place = "return document.querySelector('#picture > g').getAttribute('transform')"
    before = page.run(place)
    page.act().drag_and_drop_by_offset(page.one("#picture"), 60, 40).perform()
    moved = page.run(place)
    page.one("#closer").click()
    assert len({before, moved, page.run(place)}) == 3
    page.one("#fit").click()
    assert page.run(place) == before


def test_it_looks_the_same_every_time(browser: Any, network: Graph, tmp_path: Path) -> None:
    shots = []
    for _ in range(2):
        page = Page(browser, written(tmp_path, network))
        page.act().move_to_element(page.one("h1")).perform()
        page.run("expand(items.find((item) => item.path === 'stem').id); fit()")
        shots.append(page.browser.get_screenshot_as_png())
    assert shots[0] == shots[1]
    assert len(shots[0]) > 20_000


def test_on_paper_all_that_is_open_is_seen(page: Page) -> None:
    page.run("root.dataset.theme = 'dark'; dispatchEvent(new Event('beforeprint'))")
    assert page.run("return root.dataset.theme") == "light"
    assert page.run("return document.querySelector('#picture').hasAttribute('viewBox')")
    assert not page.run("return document.querySelector('#picture > g').hasAttribute('transform')")
    page.run("dispatchEvent(new Event('afterprint'))")
    assert page.run("return document.querySelector('#picture > g').hasAttribute('transform')")
