"""The HTML page in Chromium, and what a user does on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archspec.graph import Graph
from archspec.views.formats import draw
from archspec.views.options import Options
from tests.browser.conftest import selenium

ROOT = Path(__file__).parents[2]


class Page:
    """A page that is open, and what a user does on it."""

    def __init__(self, browser: Any, file: Path, link: str = "") -> None:
        self.browser = browser
        browser.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
        browser.get(f"{file.as_uri()}{link}")
        self.seconds = self.worked()

    def worked(self) -> float:
        """Return the seconds that the page has computed, however busy the machine is."""
        told = self.browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        found: float = next(each["value"] for each in told if each["name"] == "TaskDuration")
        return found

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

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        self.act().send_keys(*keys).perform()

    def rows(self, heading: str) -> list[list[str]]:
        """Read a table of the panel by its heading."""
        script = (
            "const heading = [...document.querySelectorAll('#more h2')]"
            ".find((e) => e.textContent === arguments[0]);"
            "return [...heading.nextSibling.rows]"
            ".map((row) => [...row.cells].map((e) => e.textContent))"
        )
        found: list[list[str]] = self.run(script, heading)
        return found

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
