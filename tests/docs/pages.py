"""Reading a page of the documents: its blocks of code, and the notes that stand above them.

A block says what it is by its language: ``yaml`` is a spec or a part of one, ``console`` commands
and what they print, ``python`` a session or a file, ``sh`` commands for a reader alone. ``title``
names the file that a block is. A note is a comment of HTML above a block: ``<!-- says: code -->``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_BLOCK = re.compile(
    r"(?P<notes>(?:^<!-- .*? -->\n)*)"
    r'^(?P<fence>`{3,})(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n'
    r"(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_NOTE = re.compile(r"^<!-- (\w+): (.*?) -->$", re.MULTILINE)


class Block(NamedTuple):
    """One block of code: where it begins, what it is, and what is noted above it."""

    page: Path
    line: int
    language: str
    title: str
    notes: Mapping[str, str]
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> tuple[Block, ...]:
    """List the blocks of a page."""
    return tuple(_blocks(page, page.read_text("utf-8")))


def _blocks(page: Path, text: str) -> Iterator[Block]:
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start("text"))
        notes = dict(_NOTE.findall(found["notes"]))
        yield Block(page, line, found["language"], found["title"] or "", notes, found["text"])


def written_table(page: Path, heading: str) -> str:
    """Find the text of the first table under a heading."""
    text = page.read_text("utf-8")
    section = text.split(f"\n{heading}\n", maxsplit=1)[1]
    found = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert found, f"{page.name} has no table under {heading}"
    return found[0]


def table(page: Path, heading: str) -> list[list[str]]:
    """Read the rows of the first table under a heading, cell by cell."""
    rows = written_table(page, heading).splitlines()[2:]
    return [[cell.strip() for cell in row[1:-1].split("|")] for row in rows]


def words(cell: str) -> list[str]:
    """List what a cell of a table writes as code."""
    return re.findall(r"`([^`]+)`", cell)
