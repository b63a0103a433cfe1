"""The review page in a real browser."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.diffs.report import review_page
from tests.browser.conftest import selenium
from tests.diff.reading import load
from tests.diff.test_headlines import compared

pytestmark = pytest.mark.browser
SPECS = Path(__file__).parents[2] / "specs"


class Review:
    """A review page that is open, and what a reader does on it."""

    def __init__(self, browser: Any, folder: Path, comparison: Any) -> None:
        self.browser = browser
        file = folder / "diff.html"
        file.write_bytes(review_page.html(comparison))
        browser.get(file.as_uri())

    def run(self, script: str, *arguments: object) -> Any:
        """Run a script in the page."""
        return self.browser.execute_script(script, *arguments)

    def texts(self, selector: str) -> list[str]:
        """List what the visible elements say that a selector finds."""
        script = (
            "return [...document.querySelectorAll(arguments[0])]"
            ".filter((e) => e.getClientRects().length).map((e) => e.textContent)"
        )
        found: list[str] = self.run(script, selector)
        return found

    def boxes(self) -> list[str]:
        """List what the boxes in sight say."""
        return self.texts(".box text:not(.shape)")

    def view(self, name: str) -> None:
        """Choose how the two networks are shown."""
        select = selenium("support.select").Select
        select(self.browser.find_element("id", "view")).select_by_visible_text(name)

    def settle(self) -> None:
        """Wait for the flight to a box to end."""
        deadline = time.monotonic() + 5
        place, before = self.place(), None
        while place != before and time.monotonic() < deadline:
            time.sleep(0.15)
            place, before = self.place(), place

    def place(self) -> Any:
        """Tell where the picture stands."""
        return self.run("return document.querySelector('#picture > g').getAttribute('transform')")


@pytest.fixture(scope="module")
def released() -> Any:
    """Compare the paper's Inception-ResNet-v2 with the released one."""
    names = ("inception_resnet_v2.yaml", "released/inception_resnet_v2.yaml")
    return archspec.diff(*(archspec.load(SPECS / name) for name in names))


@pytest.fixture
def page(browser: Any, tmp_path: Path, released: Any) -> Any:
    opened = Review(browser, tmp_path, released)
    yield opened
    assert [each for each in browser.get_log("browser") if each["level"] == "SEVERE"] == []


def small(browser: Any, folder: Path, scenario: str) -> Review:
    return Review(browser, folder, compared(scenario))


def test_what_changed_is_open_and_the_legend_says_what_colours_and_symbols_mean(page: Any) -> None:
    legend = page.texts("#legend span")
    assert {"unchanged", "follows", "+ inserted", "- removed"} <= set(legend)
    boxes = page.boxes()
    assert "- 7x1 conv (64)" in boxes  # of the stem that was removed, opened
    assert "+ Inception-A" in boxes  # inserted as a whole, and folded
    assert "+ 10 x Inception-resnet-B [10\u201319]" in boxes  # of a count that grew
    assert "3 steps unchanged" in boxes  # at the beginning of the stem


def test_the_verdict_comes_first_and_the_new_network_is_counted(page: Any) -> None:
    (headline,) = page.texts("#headline")
    assert headline.endswith("checkpoints do not load (631 of 1,102 tensors); computes otherwise")
    facts = dict(zip(page.texts("#facts dt"), page.texts("#facts dd"), strict=True))
    # The released network without its auxiliary head of 3,367,656.
    page.run("choose(0)")
    facts = dict(zip(page.texts("#facts dt"), page.texts("#facts dd"), strict=True))
    assert facts["parameters"] == "55,843,464"


def test_an_edit_flies_to_its_boxes_and_tells_its_line(page: Any) -> None:
    before = page.place()
    page.run(
        "[...document.querySelectorAll('[data-edit]')]"
        ".find((e) => e.textContent.includes('count of inception_resnet_a')).click()"
    )
    page.settle()
    assert page.place() != before
    touched = page.texts(".touched > text:not(.shape)")
    assert touched
    assert all("Inception-resnet-A" in each for each in touched)
    assert page.texts("#line")[0].endswith("inserted: count of inception_resnet_a: 5 -> 10")
    inside = (
        "const box = document.querySelector('.touched').getBoundingClientRect();"
        "const stage = document.getElementById('stage').getBoundingClientRect();"
        "return box.left >= stage.left && box.right <= stage.right"
        " && box.top >= stage.top && box.bottom <= stage.bottom"
    )
    assert page.run(inside)


def test_keys_go_from_edit_to_edit(page: Any) -> None:
    current = "return document.querySelector('[aria-current=true]').dataset.edit"
    press = selenium("common.action_chains").ActionChains
    begun = int(page.run(current))  # of a large network the first edit is shown at once
    press(page.browser).send_keys("nn").perform()
    assert page.run(current) == str(begun + 2)
    press(page.browser).send_keys("p").perform()
    assert page.run(current) == str(begun + 1)


def test_a_box_says_what_it_was_and_is_and_what_was_is_struck_through(
    browser: Any, tmp_path: Path
) -> None:
    page = small(browser, tmp_path, "widen k")
    assert "~ 1x1 conv (8 → 12 Linear)" in page.boxes()
    style = (
        "return [...document.querySelectorAll('tspan.old')]"
        ".map((e) => getComputedStyle(e).textDecorationLine)"
    )
    assert set(page.run(style)) == {"line-through"}


def test_what_is_gone_is_a_dashed_ghost_with_dashed_arrows(browser: Any, tmp_path: Path) -> None:
    page = small(browser, tmp_path, "delete")
    dashes = (
        "return [...document.querySelectorAll('.box > rect.face, path.edge')]"
        ".filter((e) => getComputedStyle(e).strokeDasharray !== 'none')"
        ".map((e) => e.tagName)"
    )
    assert sorted(page.run(dashes)) == ["path", "path", "rect"]


def test_both_networks_stand_side_by_side_each_with_its_own_values(
    browser: Any, tmp_path: Path
) -> None:
    page = small(browser, tmp_path, "delete")
    page.view("side by side")
    assert page.texts(".caption") == ["before", "after"]
    boxes = {side: page.texts(f"[data-side={side}] .box > text:first-of-type") for side in SIDES}
    assert "- Block" in boxes["old"]
    assert "- Block" not in boxes["new"]
    assert len(boxes["old"]) == len(boxes["new"]) + 1
    page.view("both in one")
    assert page.texts(".caption") == []
    assert "- Block" in page.boxes()


SIDES = ("old", "new")


def test_what_an_inserted_step_parted_is_joined_in_the_old_network(
    browser: Any, tmp_path: Path
) -> None:
    page = small(browser, tmp_path, "SE gate")
    lines = (
        "return [...document.querySelectorAll('.edge.bypass')]"
        ".filter((e) => e.getClientRects().length).length"
    )
    assert page.run(lines) == 0
    page.view("side by side")
    assert page.run(lines) == 1


@pytest.mark.parametrize(("view", "label"), [("before", "(8 Linear)"), ("after", "(12 Linear)")])
def test_one_network_alone_has_its_own_values(
    browser: Any, tmp_path: Path, view: str, label: str
) -> None:
    page = small(browser, tmp_path, "widen k")
    page.view(view)
    script = (
        "return [...document.querySelectorAll('.box text:not(.shape)')]"
        ".map((e) => [...e.childNodes].filter((t) => t.nodeType === 3"
        " || getComputedStyle(t).display !== 'none').map((t) => t.textContent).join(''))"
    )
    assert f"~ 1x1 conv {label}" in page.run(script)


def test_a_scripts_name_in_a_spec_is_shown_as_it_is(browser: Any, tmp_path: Path) -> None:
    text = "archspec: 1\nname: small\ninput: 8\nnetwork:\n  - dense {} as {}\n"
    nasty = '"</script><img src=x onerror=document.title=1>"'
    sides = (load(text.format(units, "a") + f"doc: {nasty}\n") for units in (4, 5))
    page = Review(browser, tmp_path, archspec.diff(*sides))
    assert page.run("return document.images.length") == 0
    assert page.browser.get_log("browser") == []


def test_on_a_phone_nothing_is_wider_than_the_screen(browser: Any, tmp_path: Path) -> None:
    browser.set_window_size(500, 900)
    try:
        page = small(browser, tmp_path, "SE gate")
        assert page.run("return document.documentElement.scrollWidth <= innerWidth")
        assert page.texts("#edits h2") == ["1 edit"]
    finally:
        browser.set_window_size(1400, 900)


def test_five_thousand_operators_stay_readable(browser: Any, tmp_path: Path) -> None:
    unit = "    - residual: [conv 1x1 8, conv 3x3 8, conv 1x1 in_channels linear]\n"
    text = "archspec: 1\nname: large\ninput: 16x16x16\ndefaults: {conv: {norm: batch_norm}}\n"
    text += f"blocks:\n  unit:\n{unit}  row: [30 x unit]\nnetwork:\n  - 30 x row\n"
    sides = load(text), load(text.replace("3x3 8", "5x5 8"))
    begun = time.monotonic()
    page = Review(browser, tmp_path, archspec.diff(*sides))
    assert len(page.boxes()) < 100
    assert any("3x3 → 5x5 conv (8 Linear)" in each for each in page.boxes())
    assert time.monotonic() - begun < 60  # far less on a quiet machine
