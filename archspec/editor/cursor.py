"""Where a cursor stands in a text that may be half written, found without parsing it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_LINE = re.compile(
    r"""(?P<indent>\ *)(?P<dashes>(?:-\ +)*)(?:(?P<key>"?[\w./$-][\w./$#-]*"?)\ *:(?=\ |$))?"""
)
_LONGEST = 10_000
"""The length beyond which a line is not looked into."""
_MOST_LINES = 5_000
"""The most lines above a cursor that are looked at."""


class Cursor(NamedTuple):
    """What surrounds a cursor: the keys around it, outermost first, and the text being written.

    ``in_list`` is true behind a dash or in brackets, ``is_key`` where a key could stand. ``column``
    is where ``text`` begins.
    """

    keys: tuple[str, ...]
    text: str
    column: int
    in_list: bool
    is_key: bool


class _Opened(NamedTuple):
    """A key in a line above: its column, whether a dash is before it, and its name."""

    column: int
    is_item: bool
    key: str


def cursor(lines: list[str], line: int, column: int) -> Cursor:
    """Find what surrounds a column of a line, which counts from 1."""
    written = lines[line - 1][: min(column, _LONGEST)] if line <= len(lines) else ""
    found = _LINE.match(written)
    assert found is not None  # every part of it may be empty
    indent, dashes = len(found["indent"]), len(found["dashes"])
    outer = tuple(_around(lines, line, indent, is_item=bool(dashes)))
    start = found.end()
    if found["key"] is None:
        return _in_flow(Cursor(outer, written[start:], start, bool(dashes), is_key=True))
    rest = written[start:]
    blank = len(rest) - len(rest.lstrip())
    keys = (*outer, found["key"].strip('"'))
    return _in_flow(Cursor(keys, rest[blank:], start + blank, in_list=False, is_key=False))


def _around(lines: list[str], line: int, indent: int, *, is_item: bool) -> Iterator[str]:
    """Yield the keys around a line, outermost first: those of lines above that are further out.

    A list may stand as far left as the key that it belongs to.
    """
    keys: list[str] = []
    inside = indent + is_item
    for each in reversed(lines[max(0, line - 1 - _MOST_LINES) : line - 1]):
        opened = _opened(each)
        if opened is None or opened.column >= inside:
            continue
        if opened.key:
            keys.append(opened.key)
        inside = _outside(each, opened)
        if inside <= 0:
            break
    yield from reversed(keys)


def _outside(text: str, opened: _Opened) -> int:
    """Return the column that keys around a line are left of; a list's may be right above it."""
    indent = len(text) - len(text.lstrip(" "))
    return indent + 1 if opened.is_item else indent


def _opened(text: str) -> _Opened | None:
    if not text.strip() or text.lstrip()[0] == "#":
        return None
    found = _LINE.match(text)
    assert found is not None
    column = len(found["indent"]) + len(found["dashes"])
    return _Opened(column, bool(found["dashes"]), (found["key"] or "").strip('"'))


def _in_flow(at: Cursor) -> Cursor:
    """Follow brackets and braces that are opened in the text and not closed."""
    if at.text[:1] not in ("[", "{"):
        return at
    stack: list[Cursor] = []
    here = at
    for index, character in enumerate(at.text):
        behind = at.column + index + 1
        if character in "[{":
            stack.append(here)
            here = Cursor(here.keys, "", behind, character == "[", is_key=True)
        elif character in "]}" and stack:
            here = stack.pop()
        elif character == "," and stack:
            here = Cursor(stack[-1].keys, "", behind, here.in_list, is_key=True)
        elif character == ":" and stack and here.is_key:
            key = at.text[here.column - at.column : index].strip().strip('"')
            here = Cursor((*here.keys, key), "", behind, here.in_list, is_key=False)
    text = at.text[here.column - at.column :]
    blank = len(text) - len(text.lstrip())
    return here._replace(text=text[blank:], column=here.column + blank)
