"""The page of ``archspec watch`` in a real browser, while its spec is edited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import selenium
from tests.watching.following import PATIENCE, Following, following

pytestmark = pytest.mark.browser
SPEC = """\
archspec: 1
name: net
input: 32x32x3
blocks:
  unit:
    - conv 3x3 16
    - conv 3x3 32
network:
  - conv 3x3 16 as first
  - unit as chosen
  - unit as other
  - global_avg_pool
  - dense 10
"""


@pytest.fixture
def followed(tmp_path: Path) -> Iterator[Following]:
    with following(tmp_path, SPEC) as found:
        yield found


@pytest.fixture
def page(browser: Any, followed: Following) -> Iterator[Any]:
    browser.get("about:blank")
    browser.get_log("browser")
    browser.get(followed.url)
    waits(browser, "following net.yaml")
    yield browser
    browser.get("about:blank")  # before the server ends, which a page complains about
    severe = [each for each in browser.get_log("browser") if each["level"] == "SEVERE"]
    assert [each for each in severe if "favicon" not in each["message"]] == []


def said(page: Any) -> str:
    text: str = page.execute_script("return document.querySelector('#watch')?.textContent ?? ''")
    return text


def waits(page: Any, text: str) -> None:
    """Wait until the strip says something."""
    until = selenium("support.ui").WebDriverWait(page, PATIENCE, 0.05).until
    until(lambda _: text in said(page))


def boxes(page: Any) -> list[str]:
    found: list[str] = page.execute_script(
        "return items.filter((each) => each.isGroup && each.isOpen).map((each) => each.path)"
    )
    return found


def test_a_save_is_shown_in_place(page: Any, followed: Following) -> None:
    page.execute_script("window.witness = 1; reveal(named('chosen.conv_1'))")
    assert boxes(page) == ["", "chosen"]
    followed.write(SPEC.replace("conv 3x3 32", "conv 3x3 48"))
    waits(page, "32→48")
    assert page.execute_script("return window.witness") == 1  # it was not loaded anew
    assert page.execute_script("return items[chosen].path") == "chosen.conv_1"
    assert page.execute_script("return items[chosen].shape") == "32x32x48"
    assert boxes(page) == ["", "chosen"]
    cells = page.execute_script(
        "return [...document.querySelectorAll('#watch tbody tr')].map((row) => row.textContent)"
    )
    assert any("32x32x32 32x32x48" in each for each in cells)


def test_the_last_good_picture_stays_beside_what_is_wrong(page: Any, followed: Following) -> None:
    followed.write(SPEC.replace("dense 10", "densely 10"))
    waits(page, "net.yaml is broken; this is its last good state")
    assert "1 error" in said(page)
    assert "net.yaml:13:5" in said(page)
    assert "help: " in said(page)
    assert "other" in page.execute_script("return items.map((each) => each.path)")
    followed.write(SPEC)
    waits(page, "identical")


def test_a_spec_cannot_put_a_script_into_the_strip(page: Any, followed: Following) -> None:
    evil = "<img/src=x/onerror=document.title='taken'>"
    followed.write(SPEC.replace("dense 10", f'"{evil}"'))
    waits(page, "is broken")
    assert evil in said(page)
    assert page.title == "Net"


def test_a_row_leads_to_its_part(page: Any, followed: Following) -> None:
    followed.write(SPEC.replace("dense 10", "dense 12"))
    waits(page, "10→12")
    page.execute_script("document.querySelectorAll('#watch tbody button')[1].click()")
    assert page.execute_script("return items[chosen].path") == "dense"


def test_the_page_says_when_the_command_has_ended(browser: Any, tmp_path: Path) -> None:
    with following(tmp_path, SPEC) as found:
        browser.get(found.url)
        waits(browser, "following net.yaml")
    waits(browser, "archspec watch has ended")
    assert browser.execute_script("return items.length") > 1
