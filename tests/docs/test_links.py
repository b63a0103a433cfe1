"""Links of the documents lead to files and headings that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from archspec.checked import variants_of
from archspec.location import locate
from tests.docs.pages import DOCS, ROOT
from tests.golden_files import Golden

INDEX = DOCS / "index.md"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
_CODE = re.compile(r"^(`{3,}).*?^\1$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


class Loader(yaml.SafeLoader):
    """Reads the configuration of MkDocs without the Python that it names."""


Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


def pages(nav: list[Any]) -> Iterator[str]:
    for entry in nav:
        for each in entry.values() if isinstance(entry, dict) else [entry]:
            yield from pages(each) if isinstance(each, list) else [each]


CONFIGURATION = (ROOT / "mkdocs.yml").read_text("utf-8")
NAVIGATION: list[Any] = yaml.load(CONFIGURATION, Loader)["nav"]  # noqa: S506  # it is a safe one
NAVIGATED = list(pages(NAVIGATION))


def links(page: Path) -> list[str]:
    text = _CODE.sub("", page.read_text("utf-8"))
    found = (written or shown for written, shown in _LINK.findall(text))
    return [link for link in found if "://" not in link]


def anchors(page: Path) -> set[str]:
    """Make the anchors of a page's headings as GitHub does; those of a spec are its variants."""
    if page.suffix == ".yaml":
        return set(variants_of(locate(str(page))))
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_a_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        file, _, anchor = link.partition("#")
        target = (page.parent / file) if file else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_index_leads_to_every_document() -> None:
    linked = {link.partition("#")[0] for link in links(INDEX)}
    wanted = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")} - {"index.md"}
    assert sorted(wanted - linked) == []


def decisions() -> str:
    """List the records by their titles, with their numbers."""
    found = sorted((DOCS / "decisions").glob("*.md"))
    return "".join(
        f"- [{int(page.name[:4])}. {title(page)}](decisions/{page.name})\n" for page in found
    )


def title(page: Path) -> str:
    head = page.read_text("utf-8").partition("\n")[0]
    return re.sub(r"^# (\d+\. )?", "", head)


def test_the_index_lists_the_decisions_by_their_titles(golden: Golden) -> None:
    heading = "## Decisions\n\n"
    before, _, listed = INDEX.read_text("utf-8").partition(heading)
    if golden.refresh:
        INDEX.write_text(f"{before}{heading}{decisions()}", "utf-8")
        listed = decisions()
    assert listed == decisions()


def test_the_navigation_of_the_site_has_every_document_once() -> None:
    made = {"documents.md", "contributing.md", "changelog.md"}  # from files that lie elsewhere
    assert sorted(NAVIGATED) == sorted({page.name for page in DOCS.glob("*.md")} | made)


def test_the_groups_are_those_of_the_work() -> None:
    groups = [name for entry in NAVIGATION for name in entry]
    work = "Home Start Language Draw Review Build Train Zoo Reference Inside"
    assert groups == work.split()
