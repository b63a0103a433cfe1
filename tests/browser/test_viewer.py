"""The HTML page in a real browser: Chromium, driven through Selenium."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archspec import api
from archspec.graph import Graph
from archspec.views.formats import draw
from archspec.views.options import Options
from tests.browser.conftest import selenium

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
NASTY = """\
archspec: 1
name: nasty
source: '<b>"bold"</b> & {{data}} ]]> --> <!--'
doc: "</script><script>document.title='taken'</script><img src=x onerror=document.title='taken'>"
input: 8x8x3
network:
  - conv 3x3 4  # </script><script>document.title='taken'</script> <!-- <script>
"""


class Page:
    """A page that is open, and what a user does on it."""

    def __init__(self, browser: Any, file: Path) -> None:
        self.browser = browser
        begun = time.monotonic()
        browser.get(file.as_uri())
        self.seconds = time.monotonic() - begun

    def run(self, script: str, *arguments: object) -> Any:
        """Run a script in the page."""
        return self.browser.execute_script(script, *arguments)

    def texts(self, selector: str) -> list[str]:
        """List what the elements that a selector finds say."""
        script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)"
        found: list[str] = self.run(script, selector)
        return found

    def boxes(self) -> list[str]:
        """List what the boxes in sight say."""
        return self.texts(".box text:not(.shape)")

    def one(self, selector: str) -> Any:
        """Find an element."""
        return self.browser.find_element("css selector", selector)

    def box(self, label: str) -> Any:
        """Find a box by what it says."""
        script = (
            "return [...document.querySelectorAll('.box, .group')]"
            ".find((e) => e.querySelector(':scope > text').textContent === arguments[0])"
        )
        return self.run(script, label)

    def act(self) -> Any:
        """Begin a chain of moves of the mouse and keys."""
        return selenium("common.action_chains").ActionChains(self.browser)

    def facts(self) -> dict[str, str]:
        """Read what the panel says of what is chosen."""
        return dict(zip(self.texts("#facts dt"), self.texts("#facts dd"), strict=True))

    def complaints(self) -> list[Any]:
        """List what the console was told."""
        return list(self.browser.get_log("browser"))


def written(folder: Path, graph: Graph, **options: Any) -> Path:
    file = folder / "page.html"
    file.write_bytes(draw(graph, "html", Options(**options)).content)
    return file


@pytest.fixture(scope="module")
def network() -> Graph:
    return api.load(ROOT / "specs/inception_resnet_v2.yaml")


@pytest.fixture
def page(browser: Any, network: Graph, tmp_path: Path) -> Iterator[Page]:
    opened = Page(browser, written(tmp_path, network))
    yield opened
    assert opened.complaints() == []


def test_it_opens_folded_within_two_seconds_and_a_megabyte(page: Page, tmp_path: Path) -> None:
    assert page.seconds < 2
    assert (tmp_path / "page.html").stat().st_size < 1_000_000
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
    assert page.facts()["parameters"] == "605,728"  # the stem of Figure 3
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
    assert "Inception-resnet-A [2]" in page.boxes()


def test_a_search_opens_what_is_around_its_first_match(page: Page) -> None:
    keys = selenium("common.keys").Keys
    page.act().send_keys("/").perform()
    page.act().send_keys("inception_resnet_b.3 7x1 conv").perform()
    assert page.texts("#matches li")[0].startswith("7x1 conv (192)")
    page.act().send_keys(keys.ENTER).perform()
    assert page.facts()["name"] == "inception_resnet_b.3.residual.body.concat.long.conv_2"
    assert page.run("return document.querySelector('.chosen') !== null")


def test_a_search_without_a_match_says_so(page: Page) -> None:
    page.one("#search").send_keys("lstm")
    assert page.texts("#matches li") == ["nothing of that name"]


def test_the_pointer_shows_shape_costs_and_the_line_of_the_spec(page: Page) -> None:
    page.act().move_to_element(page.box("Reduction-A")).perform()
    tip = page.one("#tip").text
    assert "output 17x17x1152" in tip
    assert "2,902,528 parameters, 1,482,178,560 MACs" in tip  # Figure 7 with Table 1's last row
    assert "inception_resnet_v2.yaml:70" in tip


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


def test_expanding_opens_modules_and_leaves_layers_whole(page: Page) -> None:
    page.box("Stem").click()
    page.one("#expand").click()
    assert page.boxes().count("Filter concat") == 3  # Figure 3
    assert "Batch norm" not in page.boxes()
    page.one("#expand").click()
    assert page.boxes().count("Batch norm") == 11  # Figure 3 has 11 convolutions
    page.one("#collapse").click()
    assert "Stem" in page.boxes()


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


@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize("spec", ["fpn_resnet_50", "inception_v4", "se_resnet_50"])
def test_no_line_runs_through_a_box_or_a_title(
    browser: Any, tmp_path: Path, spec: str, direction: str
) -> None:
    graph = api.load(ROOT / f"specs/{spec}.yaml")
    page = Page(browser, written(tmp_path, graph, direction=direction))
    assert page.run(COVERED) == []
    page.one("#expand").click()
    assert len(page.boxes()) > 50
    assert page.run(COVERED) == []


def test_several_outputs_go_by_their_names(browser: Any, tmp_path: Path) -> None:
    graph = api.load(ROOT / "specs/fpn_resnet_50.yaml")
    page = Page(browser, written(tmp_path, graph))
    said = "p2: 56x56x256, p3: 28x28x256, p4: 14x14x256, p5: 7x7x256, p6: 4x4x256"
    assert page.facts()["output"] == said
    assert "p4: 14x14x256" in page.texts(".box text.shape")


def test_colours_show_the_cost(page: Page) -> None:
    select = selenium("support.select").Select
    fill = "return arguments[0].querySelector('rect').getAttribute('fill')"
    assert page.run(fill, page.box("Stem")) == "#8AC1D8"
    select(page.one("#colour")).select_by_value("macs")
    assert page.run(fill, page.box("10 x Inception-resnet-B")) == "#EC7014"  # the most, 3.4 G
    assert page.texts("#legend span")[0] == "MACs, up to"


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
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert page.run("return document.querySelector('#picture').hasAttribute('viewBox')")
    assert not page.run("return document.querySelector('#picture > g').hasAttribute('transform')")
    page.run("dispatchEvent(new Event('afterprint'))")
    assert page.run("return document.querySelector('#picture > g').hasAttribute('transform')")


def test_a_spec_cannot_put_a_script_into_the_page(browser: Any, tmp_path: Path) -> None:
    spec = tmp_path / "nasty.yaml"
    spec.write_text(NASTY, "utf-8")
    page = Page(browser, written(tmp_path, api.load(spec)))
    assert page.browser.title == "nasty"
    assert page.facts()["source"] == '<b>"bold"</b> & {{data}} ]]> --> <!--'
    assert page.facts()["about"].startswith("</script><script>document.title='taken'")
    assert page.run("return document.images.length") == 0
    assert page.complaints() == []


def test_a_script_from_elsewhere_is_refused_by_the_pages_policy(page: Page) -> None:
    page.run(
        "const script = document.createElement('script');"
        "script.textContent = 'document.title = \"taken\"'; document.body.append(script)"
    )
    assert page.browser.title == "inception_resnet_v2"
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
    assert len(page.boxes()) <= 1500
    assert "too many to show at once" in page.one("#status").text
    begun = time.monotonic()
    page.one("#search").send_keys("row_of_units.17.unit.9")
    page.one("#matches li").click()
    assert page.facts()["name"] == "row_of_units.17.unit.9"
    assert time.monotonic() - begun < 5
    assert page.complaints() == []
