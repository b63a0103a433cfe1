"""The navigation of the site has every page, and links of the documents are those of the site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

import links
from tests.docs.pages import DOCS, ROOT


class Loader(yaml.SafeLoader):
    """Reads the configuration of MkDocs without the Python that it names."""


Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


def pages(nav: list[Any]) -> Iterator[str]:
    for entry in nav:
        for each in entry.values() if isinstance(entry, dict) else [entry]:
            yield from pages(each) if isinstance(each, list) else [each]


CONFIGURATION = (ROOT / "mkdocs.yml").read_text("utf-8")
NAV: list[Any] = yaml.load(CONFIGURATION, Loader)["nav"]  # noqa: S506  # it is a safe one
PAGES = list(pages(NAV))


def test_every_page_of_the_documents_is_in_the_navigation_once() -> None:
    wanted = [page.name for page in DOCS.glob("*.md")]
    places = [links.place(f"docs/{name}") for name in wanted]
    made = ["index.md", "contributing.md", "changelog.md"]
    assert sorted(PAGES) == sorted([*map(str, places), *made])


def test_the_groups_are_those_of_the_work() -> None:
    groups = [name for entry in NAV for name in entry]
    work = "Home Start Language Draw Review Build Train Zoo Reference Inside"
    assert groups == work.split()


@pytest.mark.parametrize(
    ("file", "markdown", "expected"),
    [
        ("docs/weights.md", "[a](../specs/u_net.yaml)", "[a](zoo/u_net.md)"),
        ("docs/decisions/0001-a.md", "[a](../../specs/x/y.yaml)", "[a](../zoo/x/y.md)"),
        ("docs/language.md", "[a](operators.md#conv2d)", "[a](operators.md#conv2d)"),
        ("docs/language.md", "[a](#steps) [b](https://a.example/)", None),
        ("docs/figures.md", "![a](figures/a.svg)", "![a](figures/a.svg)"),
        ("docs/index.md", "[a](../CONTRIBUTING.md)", "[a](contributing.md)"),
        ("CONTRIBUTING.md", "[a](docs/language.md#a)", "[a](language.md#a)"),
        ("docs/verify.md", "[the tests](../tests/verify) do", "the tests do"),
        ("docs/a.md", "\n<details><summary>b", '\n<details markdown="1"><summary>b'),
        ("docs/verify.md", "`[a](../specs/u_net.yaml)`", None),
        ("docs/verify.md", "```md\n[a](../specs/u_net.yaml)\n```", None),
    ],
)
def test_a_link_leads_to_the_same_on_the_site(
    file: str, markdown: str, expected: str | None
) -> None:
    assert links.rewritten(markdown, file) == (expected or markdown)
