"""Finding and printing the pages that explain diagnostics."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from textwrap import fill, indent
from typing import NamedTuple

import click

from archspec.commands.arguments import did_you_mean
from archspec.commands.output import print_json
from archspec.commands.screen import room, wrapped

FOLDER = Path(__file__).parents[2] / "explanations"
_WIDTH = 88
_SECTION = re.compile(r"^## (\S+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_INTRODUCTION = """\
# Diagnostics

What `archspec check` may say, by code. `archspec explain CODE` prints one of these pages.
This page is made by `archspec explain --format markdown` from `archspec/explanations/`.
"""


class Page(NamedTuple):
    """The explanation of one code, in Markdown, and the title of the file that it stands in."""

    code: str
    area: str
    text: str
    file: str

    @property
    def summary(self) -> str:
        """The first sentence."""
        paragraph = " ".join(self.text.partition("\n\n")[0].split())
        return re.split(r"(?<=[.!?]) (?=[A-Z`])", paragraph, maxsplit=1)[0]


@cache
def pages() -> Mapping[str, Page]:
    """Read the pages, by code, in the order of their files."""
    return {page.code: page for file in sorted(FOLDER.glob("*.md")) for page in _read(file)}


def _read(file: Path) -> list[Page]:
    text = file.read_text("utf-8")
    title = text.partition("\n")[0].removeprefix("# ")
    return [Page(code, title, body.strip(), file.name) for code, body in _SECTION.findall(text)]


def tell(code: str | None, form: str) -> None:
    """Print one page, or all: the list of them as text, or each whole."""
    if code is not None and code not in pages():
        raise click.UsageError(f"there is no diagnostic `{code}`{did_you_mean(code, pages())}")
    found = list(pages().values()) if code is None else [pages()[code]]
    if form == "json":
        print_json({page.code: {"area": page.area, "text": page.text} for page in found})
    elif code is not None:
        click.echo(found[0].text if form == "markdown" else _plain(found[0]))
    else:
        click.echo(_markdown(found) if form == "markdown" else _listed(found))


def _plain(page: Page) -> str:
    """Write a page as plain text: examples are indented, prose is wrapped."""
    parts = []
    for number, part in enumerate(page.text.split("```")):
        if number % 2:
            parts.append(indent(part.partition("\n")[2].rstrip(), "    "))
        else:
            columns = min(room() or _WIDTH, _WIDTH)
            parts += [fill(each, columns) for each in part.strip().split("\n\n") if each]
    return "\n\n".join([page.code, *parts])


def _by_area(found: list[Page]) -> Mapping[str, list[Page]]:
    areas: dict[str, list[Page]] = {}
    for page in found:
        areas.setdefault(page.area, []).append(page)
    return areas


def _listed(found: list[Page]) -> str:
    wide = max(len(page.code) for page in found)
    parts = [
        "\n".join([area, *(_entry(page, wide) for page in each)])
        for area, each in _by_area(found).items()
    ]
    return "\n\n".join(parts)


def _entry(page: Page, wide: int) -> str:
    return wrapped(f"  {page.code:<{wide}}  {page.summary}", wide + 4)


def _markdown(found: list[Page]) -> str:
    parts = [_INTRODUCTION]
    for area, each in _by_area(found).items():
        parts.append(f"## {area}\n")
        parts += [f"### {page.code}\n\n{page.text}\n" for page in each]
    return "\n".join(parts).rstrip()
