"""The page of a diff in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.diffs.report import drawn

pytestmark = pytest.mark.browser
SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Any:
    """Open the difference of the paper's Inception-ResNet-v2 and the released one."""
    names = ("inception_resnet_v2.yaml", "released/inception_resnet_v2.yaml")
    old, new = (archspec.load(SPECS / name) for name in names)
    file = tmp_path / "diff.html"
    file.write_bytes(drawn.html(archspec.diff(old, new)))
    browser.get(file.as_uri())
    return browser


def texts(page: Any, selector: str) -> list[str]:
    found: list[str] = page.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", selector
    )
    return found


def test_what_changed_is_open_and_coloured_and_the_legend_says_how(page: Any) -> None:
    assert texts(page, "#legend span") == ["unchanged", "follows", "inserted", "removed", "changed"]
    boxes = texts(page, ".box text:not(.shape)")
    assert "7x1 conv (64)" in boxes  # of the stem that was removed, opened
    assert "5 x Inception-resnet-A [5\u20139]" in boxes  # of a count that grew
    assert "Inception-A" in boxes  # inserted as a whole, and folded
    assert [each for each in page.get_log("browser") if each["level"] == "SEVERE"] == []


def test_choosing_a_box_tells_its_edit(page: Any) -> None:
    page.execute_script(
        "const found = [...document.querySelectorAll('.box')]"
        ".find((e) => e.textContent.startsWith('5 x Inception-resnet-A [5'));"
        "found.dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    (line,) = texts(page, "#line")
    assert line.endswith("inserted: count of inception_resnet_a: 5 -> 10")


def test_the_whole_says_the_verdict_and_costs_the_new_network(page: Any) -> None:
    facts = dict(zip(texts(page, "#facts dt"), texts(page, "#facts dd"), strict=True))
    assert "471 tensors kept" in facts["about"]
    (title,) = texts(page, "#title")
    assert title.endswith("checkpoints do not load (631 of 1,102 tensors)")
    # The released network without its auxiliary head of 3,367,656.
    assert facts["parameters"] == "55,843,464"
