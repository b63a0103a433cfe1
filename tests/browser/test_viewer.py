"""The HTML page in a real browser: what it tells, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archspec import api
from archspec.graph import Graph
from tests.browser.conftest import selenium
from tests.browser.opened import ROOT, Page, written

pytestmark = pytest.mark.browser
NASTY = """\
archspec: 1
name: nasty
source: '<b>"bold"</b> & {{data}} ]]> --> <!--'
doc: "</script><script>document.title='taken'</script><img src=x onerror=document.title='taken'>"
input: 8x8x3
network:
  - conv 3x3 4  # </script><script>document.title='taken'</script> <!-- <script>
"""


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


def test_it_opens_folded_within_two_seconds_and_600_kilobytes(page: Page, file: Path) -> None:
    assert page.seconds < 2
    assert file.stat().st_size <= 600_000
    assert page.boxes() == [
        "Input (299x299x3)",
        "Stem",
        "5 x Inception-resnet-A",
        "Reduction-A",
        "10 x Inception-resnet-B",
        "Reduction-B",
        "5 x Inception-resnet-C",
        "Average pooling",
        "Dropout (keep 0.8)",
        "Dense (1000)",
    ]


def test_it_asks_for_nothing_from_elsewhere(page: Page) -> None:
    assert page.run("return performance.getEntriesByType('resource').length") == 0
    assert "http:" not in page.browser.page_source.replace("http://www.w3.org/", "")


def test_a_click_chooses_and_tells_what_networks_count(page: Page) -> None:
    # the paper's network with 1152 and 2144 channels: 32,433,928 parameters, 9,257,953,632 MACs
    assert page.facts()["parameters"] == "32,433,928"
    assert page.facts()["MACs"] == "9,257,953,632"
    page.box("Stem").click()
    assert page.facts()["parameters"] == "605,728 (1.9 %)"  # the stem of Figure 3
    assert page.facts()["output"] == "35x35x384"
    assert page.texts("#line") == [
        "inception_resnet_v2.yaml:68  - stem                                       -> 35x35x384"
    ]


def test_a_double_click_opens_and_closes_a_module(page: Page) -> None:
    page.act().double_click(page.box("Reduction-A")).perform()
    assert "3x3 MaxPool (stride 2 V)" in page.boxes()
    assert "Reduction-A" not in page.boxes()
    assert page.texts(".group > text") == ["Reduction-A"]
    page.act().double_click(page.one(".group > rect")).perform()
    assert "Reduction-A" in page.boxes()


def test_the_table_follows_the_selection_and_leads_to_what_it_lists(page: Page) -> None:
    page.box("5 x Inception-resnet-A").click()
    assert page.texts("#table tbody td:first-child") == [
        f"Inception-resnet-A [{at}]" for at in range(5)
    ]
    page.one("#table tbody tr:nth-child(3)").click()
    assert page.facts()["name"] == "inception_resnet_a.2"
    resnet = "x Inception-resnet-A"
    around = [f"2 {resnet} [0\u20131]", "Inception-resnet-A [2]", f"2 {resnet} [3\u20134]"]
    assert page.boxes()[2:5] == around


def test_a_repeat_opens_one_of_its_copies(page: Page) -> None:
    enter = selenium("common.keys").Keys.ENTER
    page.box("10 x Inception-resnet-B").click()
    page.press(enter)
    assert page.texts(".group > text") == ["10 x Inception-resnet-B", "Inception-resnet-B [0]"]
    assert "9 x Inception-resnet-B [1\u20139]" in page.boxes()
    assert page.boxes().count("7x1 conv (192)") == 1
    page.press("]", enter)
    assert "10 x Inception-resnet-B" in page.boxes()


def test_the_panel_tells_attributes_inputs_and_the_shapes_of_weights(page: Page) -> None:
    page.run("choose(named('inception_resnet_b.0.residual.body.concat.long.conv_2'))")
    attributes = {row[0]: row[1] for row in page.rows("conv2d")}
    assert attributes["kernel"] == "7x1"
    assert attributes["filters"] == "192"
    assert attributes["padding"] == "same"
    assert page.texts("#more .written td:first-child") == ["filters", "kernel"]
    # A kernel of PyTorch is out x in x height x width; 192 * 160 * 7 = 215,040.
    assert page.rows("tensors")[0] == ["conv2d.weight", "192x160x7x1", "215,040"]
    assert page.rows("inputs") == [["1x7 conv (160)", "17x17x160"]]
    assert page.rows("goes to") == [["Filter concat", "17x17x384"]]


def test_the_panel_leads_from_copy_to_copy(page: Page) -> None:
    page.run("reveal(named('inception_resnet_b.3'))")
    assert page.one("#copies").text == "\u2039\ncopy 4 of 10\n\u203a".replace("\n", " ")
    page.one("#copies button:last-child").click()
    assert page.facts()["name"] == "inception_resnet_b.4"
    assert page.rows("options")[0][:2] == ["scale", "0.1"]  # for the released network
    assert page.facts()["about"] == "Figures 17 and 20"


def test_a_link_leads_to_what_it_names_and_the_address_keeps_it(
    browser: Any, file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.html"  # browsers do not load the same page for another fragment
    other.write_bytes(file.read_bytes())
    page = Page(browser, other, "#inception_resnet_a.2.residual.body.concat.long")
    assert page.facts()["name"].startswith("inception_resnet_a.2.residual.body.concat.long.conv")
    page.run("choose(named('stem'))")
    assert page.run("return location.hash") == "#stem"
    page.run("goToAddress('#inception_resnet_c.1')")
    assert page.facts()["name"] == "inception_resnet_c.1"
    page.run("goToAddress('#lstm')")
    assert page.one("#status").text == "nothing is called lstm"


def test_a_search_opens_what_is_around_its_first_match(page: Page) -> None:
    keys = selenium("common.keys").Keys
    page.act().send_keys("/").perform()
    page.act().send_keys("inception_resnet_b.3 7x1 conv").perform()
    assert page.texts("#matches li")[0].startswith("7x1 conv (192)")
    page.act().send_keys(keys.ENTER).perform()
    assert page.facts()["name"] == "inception_resnet_b.3.residual.body.concat.long.conv_2"
    assert page.run("return document.querySelector('.chosen') !== null")


def test_a_search_finds_a_thing_once_and_counts_its_copies(page: Page) -> None:
    page.one("#search").send_keys("inception_resnet_b kernel=7x1")
    layer = "inception_resnet_b.0.residual.body.concat.long.conv_2"
    assert page.texts("#matches small") == [f"{layer}, 10 copies", f"{layer}.conv2d, 10 copies"]


def test_a_search_without_a_match_says_so(page: Page) -> None:
    page.one("#search").send_keys("lstm")
    assert page.texts("#matches li") == ["nothing of that name"]


def test_the_pointer_shows_shape_costs_and_the_line_of_the_spec(page: Page) -> None:
    page.act().move_to_element(page.box("Reduction-A")).perform()
    tip = page.one("#tip").text
    assert "output 17x17x1152" in tip
    assert "2,902,528 parameters, 1,482,178,560 MACs" in tip  # Figure 7 with Table 1's last row
    assert "inception_resnet_v2.yaml:70" in tip


def test_the_pointer_on_an_arrow_shows_the_shape_of_its_value(page: Page) -> None:
    page.run("fit()")
    ends = "[named('stem'), named('inception_resnet_a')].map((id) => shown.get(id))"
    middle = f"const [one, other] = {ends}.map((each) => each.getBoundingClientRect());"
    x, y = page.run(f"{middle} return [one.x + one.width / 2, (one.top + other.bottom) / 2]")
    body = page.one("body")
    size = page.run("return [document.body.clientWidth / 2, document.body.clientHeight / 2]")
    page.act().move_to_element_with_offset(body, x - size[0], y - size[1]).perform()
    assert page.one("#tip").text.splitlines()[:2] == ["35x35x384", "from Filter concat"]


def test_a_second_tap_opens(page: Page) -> None:
    x, y = page.run(
        "const {x, y, width, height} = arguments[0].getBoundingClientRect();"
        "return [x + width / 2, y + height / 2]",
        page.box("Stem"),
    )
    for touch in ("Stem", "3x3 conv (32 stride 2 V)"):
        page.browser.execute_cdp_cmd(
            "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
        )
        page.browser.execute_cdp_cmd(
            "Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []}
        )
        assert touch in page.boxes()


def test_keys_move_open_and_close(page: Page) -> None:
    keys = selenium("common.keys").Keys
    page.box("Input (299x299x3)").click()
    page.act().send_keys(keys.ARROW_UP).perform()
    assert page.facts()["what"] == "Stem"
    page.act().send_keys(keys.ENTER).perform()
    assert "3x3 conv (32 stride 2 V)" in page.boxes()
    page.act().send_keys(keys.ENTER).perform()
    assert "3x3 conv (32 stride 2 V)" not in page.boxes()
    page.act().send_keys(keys.ARROW_DOWN).perform()
    assert page.facts()["what"] == "Input (299x299x3)"


def test_a_question_mark_lists_the_keys(page: Page) -> None:
    page.press("?")
    assert page.run("return document.querySelector('#help').open")
    assert "trace to the inputs" in page.texts("#keys dd")


def test_a_trace_dims_what_is_not_on_the_way(page: Page) -> None:
    page.box("Stem").click()
    page.press("i")
    traced = page.texts(".box.traced text:not(.shape)")
    assert traced == ["Input (299x299x3)", "Stem"]
    page.press("i", "o")
    assert len(page.texts(".box.traced")) == 9  # all but the input
    page.press(selenium("common.keys").Keys.ESCAPE)
    assert page.texts(".traced") == []


def test_a_line_of_the_spec_and_what_it_stands_for_light_up_each_other(page: Page) -> None:
    page.box("Reduction-A").click()
    assert page.texts("#spec .lit")[0].strip().startswith("- reduction_a")
    line = page.run("return document.querySelector('#spec .lit').nextElementSibling")
    line.click()
    assert page.facts()["name"] == "inception_resnet_b"
    page.act().move_to_element(line).perform()
    assert page.run("return shown.get(named('inception_resnet_b')).classList.contains('near')")
    page.run("arguments[0].focus()", line)
    keys = selenium("common.keys").Keys
    page.press(keys.ARROW_DOWN, keys.ENTER)
    assert page.facts()["name"] == "reduction_b"


def test_expanding_opens_modules_and_leaves_layers_whole(page: Page) -> None:
    page.box("Stem").click()
    page.one("#expand").click()
    assert page.boxes().count("Filter concat") == 3  # Figure 3
    assert "Batch norm" not in page.boxes()
    page.one("#expand").click()
    assert page.boxes().count("Batch norm") == 11  # Figure 3 has 11 convolutions
    page.one("#collapse").click()
    assert "Stem" in page.boxes()


def test_several_outputs_go_by_their_names(browser: Any, tmp_path: Path) -> None:
    graph = api.load(ROOT / "specs/fpn_resnet_50.yaml")
    page = Page(browser, written(tmp_path, graph))
    said = "p2: 56x56x256, p3: 28x28x256, p4: 14x14x256, p5: 7x7x256, p6: 4x4x256"
    assert page.facts()["output"] == said
    assert "p4: 14x14x256" in page.texts(".box text.shape")


def test_another_record_leaves_open_what_was_open(page: Page) -> None:
    page.run("toggle(named('stem')); choose(named('reduction_a'))")
    page.run(
        "const next = JSON.parse(document.getElementById('data').textContent);"
        "next.title = 'saved again'; start(next)"
    )
    assert page.browser.title == "saved again"
    assert page.texts(".group > text") == ["Stem"]
    assert page.facts()["name"] == "reduction_a"


def test_a_spec_cannot_put_a_script_into_the_page(browser: Any, tmp_path: Path) -> None:
    spec = tmp_path / "nasty.yaml"
    spec.write_text(NASTY, "utf-8")
    page = Page(browser, written(tmp_path, api.load(spec)))
    assert page.browser.title == "Nasty"
    assert page.facts()["source"] == '<b>"bold"</b> & {{data}} ]]> --> <!--'
    assert page.facts()["about"].startswith("</script><script>document.title='taken'")
    assert page.run("return document.images.length") == 0
    assert page.complaints() == []


def test_a_script_from_elsewhere_is_refused_by_the_pages_policy(page: Page) -> None:
    page.run(
        "const script = document.createElement('script');"
        "script.textContent = 'document.title = \"taken\"'; document.body.append(script)"
    )
    assert page.browser.title == "Inception-ResNet-v2"
    assert any("Content Security Policy" in each["message"] for each in page.complaints())


def test_five_thousand_nodes_open_folded_and_stay_usable(browser: Any, tmp_path: Path) -> None:
    spec = tmp_path / "large.yaml"
    unit = "    - residual: [conv 1x1 8, conv 3x3 8, conv 1x1 in_channels linear]\n"
    text = "archspec: 1\nname: large\ninput: 16x16x16\ndefaults: {conv: {norm: batch_norm}}\n"
    text += (
        f"blocks:\n  unit:\n{unit}  row_of_units: [30 x unit]\nnetwork:\n  - 30 x row_of_units\n"
    )
    spec.write_text(text, "utf-8")
    graph = api.load(spec)
    assert len(graph.nodes) == 5 * 900 + 900  # two convolutions with norms, one without, one sum
    page = Page(browser, written(tmp_path, graph))
    assert page.seconds < 2
    assert page.boxes() == ["Input (16x16x16)", "30 x Row-of-units"]
    page.one("#expand").click()
    assert 1400 < len(page.boxes()) <= 1500
    # All 930 groups of units, but only as many as 1,500 boxes allow.
    assert "groups: 1,500 boxes are shown at most" in page.one("#status").text
    begun = page.worked()
    page.one("#search").send_keys("row_of_units.17.unit.9")
    page.one("#matches li").click()
    assert page.facts()["name"] == "row_of_units.17.unit.9"
    assert page.worked() - begun < 5
    assert page.complaints() == []
