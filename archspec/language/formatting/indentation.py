"""Indentation of a document by two columns, with lists deeper than their key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from archspec.diagnostic import SpecError
from archspec.language.yaml import reader
from archspec.language.yaml.extents import Extents
from archspec.language.yaml.values import Mapping, Scalar, Sequence, Value
from archspec.source import Source

_DEEPER = 2
_DASH = re.compile(r"-[ \t]*(?:#.*)?$")


class Mark(NamedTuple):
    """A dash, a key or an item: its current column, and its target column."""

    line: int
    column: int
    target: int


class Uneven(Exception):
    """A layout cannot be changed line by line."""


def indented(source: Source) -> str:
    """Indent a document; return it unchanged if that might change its content."""
    root, extents = reader.read(source), Extents(source)
    if extents.anchors or extents.is_bracketed(root):
        return source.text
    with suppress(Uneven, SpecError):
        moved = _Layout(source, extents, root).moved()
        if _content(reader.read(Source(source.name, moved))) == _content(root):
            return moved
    return source.text


def _content(value: Value) -> object:
    """Return a value without its places, for comparison."""
    if isinstance(value, Scalar):
        return value.text, value.plain
    if isinstance(value, Sequence):
        return [_content(item) for item in value.items]
    return [(key.text, _content(item)) for key, item in value.entries]


class _Layout:
    """The marks of a document's lines, and the shifts of lines without marks."""

    def __init__(self, source: Source, extents: Extents, root: Mapping) -> None:
        self.source = source
        self.extents = extents
        self.marks: dict[int, list[Mark]] = {}
        self.shifts: dict[int, int] = {}
        self._visit(root, Mark(1, 0, 0), 0)

    def moved(self) -> str:
        """Return the text with every line at its target column."""
        return "\n".join(self._moved_lines())

    def _moved_lines(self) -> Iterator[str]:
        targets: dict[int, int] = {}
        comments: list[str] = []
        for number, line in enumerate(self.source.lines, 1):
            if number not in self.marks and number not in self.shifts:
                comments.append(line)
                continue
            marks = self.marks.get(number, [])
            following = {mark.column: mark.target for mark in marks[:1]}
            yield from (_beside(comment, targets | following) for comment in comments)
            comments.clear()
            targets |= {mark.column: mark.target for mark in marks}
            yield _rebuilt(line, marks) if marks else _shifted(line, self.shifts[number])
        yield from (_beside(comment, targets) for comment in comments)

    def _visit(self, value: Value, owner: Mark, target: int) -> None:
        if isinstance(value, Scalar) or self.extents.is_bracketed(value):
            self._follow(value, owner)
        elif isinstance(value, Mapping):
            for key, inner in value.entries:
                mark = self._mark(key.span.line, key.span.start, target)
                self._visit(inner, mark, target + _DEEPER)
        else:
            for item in value.items:
                self._visit_item(item, value.span.start, target)

    def _visit_item(self, item: Value, column: int, target: int) -> None:
        line, start = item.span.line, item.span.start
        self._mark(self._dash_line(line, column, start), column, target)
        is_leaf = isinstance(item, Scalar) or self.extents.is_bracketed(item)
        inner = target + _DEEPER
        mark = self._mark(line, start, inner) if is_leaf else Mark(line, start, inner)
        self._visit(item, mark, inner)

    def _dash_line(self, line: int, column: int, start: int) -> int:
        """Return the line of an item's dash, which may be alone above the item."""
        if self.source.line(line)[column:start].rstrip() == "-":
            return line
        before = range(line - 1, 0, -1)
        found = (each for each in before if _DASH.match(self.source.line(each), column))
        above = next(found, None)
        if above is None:
            raise Uneven
        return above

    def _mark(self, line: int, column: int, target: int) -> Mark:
        mark = Mark(line, column, target)
        self.marks.setdefault(line, []).append(mark)
        return mark

    def _follow(self, value: Value, owner: Mark) -> None:
        """Shift the further lines of a value like the first one."""
        last = self.extents.last_line(self.extents.of(value))
        for line in range(owner.line + 1, last + 1):
            self.shifts[line] = owner.target - owner.column


def _rebuilt(line: str, marks: list[Mark]) -> str:
    """Move the dashes of a line, and what follows them, to their target columns."""
    position, written = 0, ""
    for mark in marks:
        if line[position : mark.column].strip(" \t-") or len(written) > mark.target:
            raise Uneven
        written = written.ljust(mark.target)
        position = mark.column
        written += "-" if mark is not marks[-1] else line[position:]
    return written


def _shifted(line: str, by: int) -> str:
    blanks = len(line) - len(line.lstrip(" "))
    return line[min(-by, blanks) :] if by < 0 else f"{' ' * by}{line}" if line else line


def _beside(line: str, targets: dict[int, int]) -> str:
    """Move a comment with the mark whose column it shares."""
    comment = line.lstrip(" ")
    column = len(line) - len(comment)
    return f"{' ' * targets.get(column, column)}{comment}" if comment else line
