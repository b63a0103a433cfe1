"""The site is built whole, all its links lead somewhere, and it works in a browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from archspec.checked import variants_of
from archspec.location import locate, shipped_names
from tests.browser.conftest import browser, selenium
from tests.docs.pages import DOCS, ROOT

pytestmark = pytest.mark.slow
__all__ = ("browser",)
_LOADED = {"img": "src", "script": "src", "iframe": "src", "link": "href", "source": "src"}


class Page(HTMLParser):
    """The anchors of a page, where it leads, and what it loads."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file
        self.anchors: set[str] = set()
        self.leads: list[str] = []
        self.loads: list[str] = []
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.leads.append(found["href"])
        if tag in _LOADED and _LOADED[tag] in found and found.get("rel") != "canonical":
            self.loads.append(found[_LOADED[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site; a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'backends'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    files = [file for file in site.rglob("*.html") if not file.name.endswith(".viewer.html")]
    return {file: Page(file) for file in files}


def target(page: Path, link: str, site: Path) -> Path:
    path = unquote(urlsplit(link).path)
    if path.startswith("/"):
        found = site / path.lstrip("/")
    else:
        found = page.parent / path if path else page
    found = found.resolve()
    return found / "index.html" if found.is_dir() else found


def test_every_link_of_the_site_leads_to_a_page_and_a_heading(
    site: Path, pages: dict[Path, Page]
) -> None:
    dead = []
    for file, page in pages.items():
        for link in {*page.leads, *page.loads}:
            if urlsplit(link).scheme:
                continue
            found, anchor = target(file, link, site), urlsplit(link).fragment
            known = pages[found].anchors if found in pages else None
            if not found.is_file() or (anchor and known is not None and anchor not in known):
                dead.append(f"{file.relative_to(site)}: {link}")
    assert dead == []


def test_nothing_is_loaded_from_elsewhere(pages: dict[Path, Page]) -> None:
    loads = [(page.file.name, link) for page in pages.values() for link in page.loads]
    assert [(name, link) for name, link in loads if urlsplit(link).scheme not in ("", "data")] == []
    assert [file.name for file in pages if "unpkg.com" in file.read_text("utf-8")] == []


def test_every_document_and_every_network_has_a_page(site: Path, pages: dict[Path, Page]) -> None:
    documents = [page.relative_to(DOCS).with_suffix(".html") for page in DOCS.rglob("*.md")]
    assert [str(each) for each in documents if site / each not in pages] == []
    home = {target(site / "zoo.html", link, site) for link in pages[site / "zoo.html"].leads}
    for name in shipped_names("zoo:"):
        page = site / "zoo" / f"{name}.html"
        assert page in home
        text = re.sub("<[^>]+>", "", page.read_text("utf-8"))
        assert name in text
        if "as_printed" not in name:
            shows_network(page, home)


def shows_network(page: Path, home: set[Path]) -> None:
    """Assert that a page shows a network and its sources, or that pages of its variants do."""
    assert page.with_name(f"{page.stem}.viewer.html").is_file()
    text = re.sub("<[^>]+>", "", page.read_text("utf-8"))
    variants = variants_of(locate(f"zoo:{page.stem}")) if page.parent.name == "zoo" else ()
    for variant in variants:
        assert variant in text
        assert page.with_suffix("") / f"{variant}.html" in home
        shows_network(page.with_suffix("") / f"{variant}.html", home)
    if not variants:
        assert "from torch import" in text
        assert "from keras import" in text


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # its callers'
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def waits(browser: Any, script: str) -> Any:
    until = selenium("support.ui").WebDriverWait(browser, 20).until
    return until(lambda _: browser.execute_script(script))


@pytest.mark.browser
def test_the_dark_switch_turns_the_page_its_pictures_and_the_viewer(
    browser: Any, address: str
) -> None:
    browser.get(f"{address}/zoo/inception_v4.html")
    ground = "return getComputedStyle(document.body).backgroundColor"
    scheme = "return document.querySelector('iframe').contentWindow.getComputedStyle"
    scheme += "(document.querySelector('iframe').contentDocument.body).backgroundColor"
    browser.execute_script("document.querySelector('iframe').scrollIntoView()")
    box = "document.querySelector('iframe').contentDocument?.querySelector('.box')"
    waits(browser, f"return {box} != null")
    seen = set()
    for each in (1, 2):
        script = "document.querySelectorAll('[data-md-component=palette] input')[arguments[0]]"
        browser.execute_script(f"{script}.click()", each)
        waits(browser, "return document.fonts.status === 'loaded'")
        seen.add((browser.execute_script(ground), browser.execute_script(scheme)))
    assert len({page for page, _ in seen}) == 2
    assert len({viewer for _, viewer in seen}) == 2
    assert [each for each in browser.get_log("browser") if each["level"] == "SEVERE"] == []


@pytest.mark.browser
@pytest.mark.parametrize("page", ["index", "zoo", "zoo/inception_v4", "language", "diffs"])
def test_a_phone_shows_pages_without_scrolling_sideways(
    browser: Any, address: str, page: str
) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(f"{address}/{page}.html")
    width = browser.execute_script("return document.documentElement.scrollWidth")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert width == 390


@pytest.mark.browser
def test_the_search_finds_a_network(browser: Any, address: str) -> None:
    browser.get(f"{address}/index.html")
    browser.execute_script("document.querySelector('.md-search__input').focus()")
    browser.switch_to.active_element.send_keys("shufflenet_v2_x1_0")
    found = "return document.querySelector('.md-search-result__link')?.href"
    assert "shufflenet_v2_x1_0.html" in waits(browser, found)
