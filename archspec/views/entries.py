"""Entries of a reference, whatever it is of: a word, what it does and what it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from inspect import cleandoc
from typing import NamedTuple

_ATTRIBUTE = re.compile(r"^    (\w+): (.*?)(?=^    \S|\Z)", re.MULTILINE | re.DOTALL)


class AttributeRow(NamedTuple):
    """One attribute: its name, the kind of its value, its default, and what it means."""

    name: str
    kind: str
    default: str
    doc: str


class Entry(NamedTuple):
    """One word: its group, what it does, its main attribute, and all of its attributes."""

    word: str
    group: str
    summary: str
    text: str
    main: str | None
    attributes: tuple[AttributeRow, ...]


def prose(doc: str) -> tuple[str, str]:
    """Part what a docstring says of the whole: its first sentence, and what follows."""
    said = cleandoc(doc).partition("\nAttributes:")[0].strip()
    summary, _, text = said.partition("\n\n")
    return joined(summary), joined(text)


def documented(doc: str) -> dict[str, str]:
    """Read what a docstring says of attributes, by name."""
    section = cleandoc(doc).partition("\nAttributes:\n")[2]
    return {name: joined(text) for name, text in _ATTRIBUTE.findall(section)}


def joined(text: str) -> str:
    """Undo line breaks inside paragraphs, and Sphinx's double backquotes."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return "\n\n".join(paragraphs).replace("``", "`").strip()


def markdown(entries: Mapping[str, Entry]) -> str:
    """Write entries as a page."""
    return "\n\n".join(_page(entries))


def _page(entries: Mapping[str, Entry]) -> Iterator[str]:
    group = ""
    for entry in entries.values():
        if entry.group != group:
            group = entry.group
            yield f"## {group}"
        yield f"### {entry.word}"
        yield "\n\n".join(part for part in (entry.summary, entry.text) if part)
        if entry.attributes:
            yield "\n".join(_rows(entry))


def _rows(entry: Entry) -> Iterator[str]:
    yield "| attribute | takes | default | |"
    yield "|---|---|---|---|"
    for each in entry.attributes:
        name = f"**{each.name}**" if each.name == entry.main else each.name
        cells = (name, each.kind, each.default or "required", each.doc)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def text(entry: Entry) -> str:
    """Write one entry for a terminal."""
    lines = [f"{entry.word} ({entry.group.lower()})", "", entry.summary]
    lines += ["", entry.text] if entry.text else []
    for each in entry.attributes:
        default = f"default {each.default}" if each.default else "required"
        main = ", may stand without its name" if each.name == entry.main else ""
        lines += ["", f"{each.name}: {each.kind} ({default}{main})"]
        lines += [f"    {each.doc}"] if each.doc else []
    return "\n".join(lines)
