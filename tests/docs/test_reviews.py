"""The ten changes on the page of diffs are those that are tested, and so are its pictures."""

from __future__ import annotations

import re

import pytest

from archspec.diffs.report import drawn
from archspec.views import stamp
from tests.diff.test_headlines import SCENARIOS, SPEC, changed, compared, expected
from tests.docs.pages import DOCS, written_table
from tests.golden_files import Golden

PAGE = DOCS / "diffs.md"
FOLDER = DOCS / "reviews"
PICTURES = {"wider": "widen k", "shorter": "delete", "reordered": "reorder"}


def test_the_page_lists_the_first_line_of_every_change() -> None:
    rows = "".join(f"| {name} | `{expected(name)}` |\n" for name in SCENARIOS)
    assert written_table(PAGE, "## Ten changes") == f"| change | first line |\n|---|---|\n{rows}"


def test_the_network_that_is_changed_is_the_one_that_is_tested(golden: Golden) -> None:
    golden.assert_kept(FOLDER / "before.yaml", SPEC)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_its_change(name: str, golden: Golden) -> None:
    golden.assert_kept(FOLDER / f"{name}.yaml", changed(PICTURES[name]))
    file, found = FOLDER / f"{name}.svg", drawn.svg(compared(PICTURES[name]))
    if golden.refresh:
        file.write_bytes(found)
    assert stamp.find(file.read_bytes()) == stamp.find(found)


def test_every_picture_is_shown() -> None:
    shown = re.findall(r"\(reviews/(\w+)\.svg\)", PAGE.read_text("utf-8"))
    assert sorted(shown) == sorted(file.stem for file in FOLDER.glob("*.svg")) == sorted(PICTURES)
