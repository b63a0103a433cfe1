"""The outline of a document: its sections, what they declare, and the steps of the network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from archspec.editor.reading import Reading
from archspec.graph import Promise
from archspec.language.document.sections import PROMISES
from archspec.language.yaml.values import Mapping, Scalar, Sequence, Value
from archspec.source import Span

_LISTED = (*PROMISES, "params", "defaults", "auxiliary", "input", "import", "variants")
"""Sections whose keys are entries of their own."""


class Entry(NamedTuple):
    """One entry: its name, a detail, the place of the name, its last line, and what is inside."""

    name: str
    detail: str
    sort: str
    span: Span
    last: int
    inside: tuple[Entry, ...] = ()


def outline(reading: Reading) -> tuple[Entry, ...]:
    """List the sections of a document in source order."""
    content = reading.document.content if reading.document else None
    if content is None:
        return ()
    return tuple(_entries(reading, content, len(reading.source.lines), depth=0))


def _entries(reading: Reading, content: Mapping, last: int, depth: int) -> Iterator[Entry]:
    keys = [key for key, _ in content.entries]
    ends = [key.span.line - 1 for key in keys[1:]] + [last]
    for (key, value), before in zip(content.entries, ends, strict=True):
        end = max(before, key.span.line)
        inside = tuple(_inside(reading, key, value, end, depth))
        yield Entry(key.text, _detail(value), _sort(key, depth), key.span, end, inside)


def _inside(reading: Reading, key: Scalar, value: Value, last: int, depth: int) -> Iterator[Entry]:
    if depth == 0 and key.text in _LISTED:
        if isinstance(value, Mapping):
            yield from (
                each._replace(inside=(), sort=_declared(key.text))
                for each in _entries(reading, value, last, depth + 1)
            )
    elif key.text == "network" and depth == 0 and reading.document and reading.document.network:
        for step in reading.document.network:
            shapes = [" and ".join(map(str, use.leaves)) for use in reading.uses.at(step.span)]
            name = step.name.text if step.name else step.word.text
            yield Entry(name, " or ".join(shapes), "step", step.span, step.span.line)


def _sort(key: Scalar, depth: int) -> str:
    return "section" if depth == 0 else key.text


def _declared(section: str) -> str:
    return str(PROMISES.get(section, Promise.PART)) if section in PROMISES else section


def _detail(value: Value) -> str:
    """Show a short value, or the options of a module."""
    if isinstance(value, Scalar):
        return value.text if len(value.text) <= 60 else ""
    options = value.get("options") if isinstance(value, Mapping) else None
    items = options.items if isinstance(options, Sequence) else (options,) if options else ()
    return ", ".join(each.text for each in items if isinstance(each, Scalar))
