"""What browser tests share: Chromium, driven through Selenium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars"
    " --disable-background-networking --disable-component-update --disable-sync"
    " --force-device-scale-factor=1 --window-size=1400,900"
).split()


def selenium(name: str) -> Any:
    """Import a part of Selenium; skip where it is not installed."""
    return pytest.importorskip(f"selenium.webdriver.{name}", reason="Selenium is not installed")


def _program(*names: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"there is no {names[0]}: install the packages chromium and chromium-driver")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium; skip where it or Selenium is not installed."""
    options = selenium("chrome.options").Options()
    options.binary_location = _program("chromium", "chromium-browser", "google-chrome")
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = selenium("chrome.service").Service(_program("chromedriver"))
    started = selenium("chrome.webdriver").WebDriver(options=options, service=service)
    yield started
    started.quit()
