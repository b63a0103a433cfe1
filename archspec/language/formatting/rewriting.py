"""Rewriting the steps of a document in place, leaving everything else unchanged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from statistics import median_low
from typing import NamedTuple

from archspec.diagnostic import SpecError
from archspec.language.formatting.outline import Outline, OutlineLeaf
from archspec.language.formatting.short_form import (
    MODULE,
    Short,
    Word,
    meaning,
    short_form,
    word_of,
)
from archspec.language.syntax.steps import parse_steps
from archspec.language.syntax.syntax import Step
from archspec.language.yaml import reader
from archspec.language.yaml.extents import Extent, Extents
from archspec.language.yaml.reader import INSTEAD
from archspec.language.yaml.values import Mapping
from archspec.source import Source

WIDEST = 100
"""The width to which lines of steps are kept."""

_APART = 2
_FAR = 20
"""The excess over the median length beyond which a step does not affect the column of contracts."""
_CUT_IN_BRACKETS = re.compile(r"[][,{}]")


class Line(NamedTuple):
    """A step that is to be written in its short form.

    ``extent`` is the text that it replaces, ``column`` is where it will begin, ``arrow`` is the
    current column of the contract, None if there is none on that line.
    """

    short: Short
    extent: Extent
    column: int
    arrow: int | None
    is_bracketed: bool
    was_mapping: bool = False

    @property
    def end(self) -> int:
        """The column after everything but the contract."""
        return self.column + len(self.short.text)


class TextEdit(NamedTuple):
    """The replacement of an extent: a text, or blanks up to a column."""

    extent: Extent
    text: str
    column: int | None = None


def shortened(source: Source) -> str:
    """Write the steps of a document in their short form, unless that would change their meaning."""
    document = _Document(source)
    written = _edited(document.extents, sorted(document.edits()))
    with suppress(SpecError):
        if _Document(Source(source.name, written)).meanings() == document.meanings():
            return written
    return source.text


class _Document:
    """The steps of a document and their extents."""

    def __init__(self, source: Source) -> None:
        self.text = source.text
        root = reader.read(source)
        self.extents = Extents(source)
        self.outline = Outline(root, self.extents)

    def meanings(self) -> list[object]:
        """Return the meanings of all steps in order; None for one with errors."""
        read = [self._read(leaf) for leaves in self.outline.lists() for leaf in leaves]
        return [None if found is None else meaning(*found) for found in read]

    def edits(self) -> Iterator[TextEdit]:
        """Yield the replacements of steps, and of the blanks before comments after them."""
        mappings: set[int] = set()
        for leaves in self.outline.lists():
            lines = [line for leaf in leaves if (line := self._line(leaf)) is not None]
            mappings.update(line.extent.end for line in lines if line.was_mapping)
            arrow = _arrow_column(lines)
            for line in lines:
                is_joined = self.text[line.extent.start] in " \n"
                yield TextEdit(line.extent, " " * is_joined + _written(line, arrow))
        yield from self._before_comments(mappings)

    def _before_comments(self, mappings: set[int]) -> Iterator[TextEdit]:
        """Keep comments in their columns, but move them close where a mapping became a line."""
        for comment in self.extents.comments:
            column = self.extents.column(comment)
            code = self.text[comment - column : comment].rstrip(" \t")
            end = comment - column + len(code)
            if code:
                yield TextEdit(Extent(end, comment), "", 0 if end in mappings else column)

    def _read(self, leaf: OutlineLeaf) -> tuple[Step, Word] | None:
        """Parse a step; None if it has errors or an unknown word."""
        steps = parse_steps(leaf.value, self.outline.form, lambda _: None)
        text = steps[0].word.text
        word = MODULE if text in self.outline.modules else word_of(text)
        return None if steps[0].broken or word is None else (steps[0], word)

    def _line(self, leaf: OutlineLeaf) -> Line | None:
        """Return how to write a step; None if it is to be kept."""
        extent = self.extents.of(leaf.value)
        is_fixed = self.extents.has_comment(extent) or self.extents.has_anchor(extent)
        is_fixed |= self.text[extent.start] in "|>?" or self.text[extent.end - 1] == "\n"
        read = None if is_fixed else self._read(leaf)
        short = None if read is None else short_form(*read)
        if short is None:
            return None
        if isinstance(leaf.value, Mapping):
            return self._from_mapping(leaf, short, extent)
        arrow = self.text.rfind("->", *extent)
        column = None if arrow < 0 else self.extents.column(arrow)
        return Line(short, extent, self.extents.column(extent.start), column, leaf.is_bracketed)

    def _from_mapping(self, leaf: OutlineLeaf, short: Short, extent: Extent) -> Line | None:
        """Return how to write a mapping as a line next to its key or dash; None if too long."""
        whole = self._with_break(extent)
        column = self.extents.column(whole.start) + (whole != extent)
        is_long = "\n" in self.text[slice(*extent)] and column + len(short.whole) > WIDEST
        line = Line(short, whole, column, None, leaf.is_bracketed, was_mapping=True)
        return None if is_long else line

    def _with_break(self, extent: Extent) -> Extent:
        """Extend a value over the line break before it, unless a comment precedes the break."""
        start = extent.start
        while self.text[start - 1] in " \n":
            start -= 1
        line = Extent(start - self.extents.column(start), start)
        is_apart = "\n" in self.text[start : extent.start] and not self.extents.has_comment(line)
        return Extent(start, extent.end) if is_apart else extent


def _arrow_column(lines: list[Line]) -> int:
    """Choose the column of a list's contracts: the author's, or else after the longest step."""
    promising = [line for line in lines if line.short.contract and not line.is_bracketed]
    if not promising:
        return 0
    room = WIDEST - max(len(line.short.contract) for line in promising)
    arrows = Counter(each.arrow for each in promising if each.arrow and each.end < each.arrow)
    ranked = sorted(arrows.items(), key=lambda each: (-each[1], each[0]))
    columns = (column for column, _ in ranked if column <= room and _is_column(column, promising))
    return next(columns, min(_behind(promising), room))


def _is_column(column: int, lines: list[Line]) -> bool:
    """Whether most contracts are in a column, not counting steps that are too long for it."""
    standing = [line for line in lines if line.arrow == column]
    is_apart = any(line.end + _APART <= column for line in standing)
    too_long = [line for line in lines if line.end >= column and line.arrow in (None, line.end + 1)]
    voters = len(lines) - len(too_long) * is_apart
    return 2 * len(standing) > voters


def _behind(lines: list[Line]) -> int:
    """Return the column after the longest step, ignoring those far longer than the median."""
    ends = [line.end for line in lines]
    usual = median_low(ends) + _FAR
    return max(end for end in ends if end <= usual) + _APART


def _written(line: Line, arrow: int) -> str:
    """Format a step, quoted if YAML would read it differently."""
    text, contract = line.short
    if line.is_bracketed:
        text = line.short.whole
    elif contract:
        text = f"{text}{' ' * max(1, arrow - line.end)}{contract}"
    is_cut = line.is_bracketed and _CUT_IN_BRACKETS.search(text)
    return f'"{text}"' if is_cut or text in INSTEAD else text


def _edited(extents: Extents, edits: list[TextEdit]) -> str:
    """Apply edits from left to right; comments keep their columns where possible."""
    written: list[str] = []
    position = column = 0
    for (start, end), text, target in edits:
        kept = extents.text[position:start]
        column = _column_behind(kept, column)
        new = text if target is None else " " * (target - column if target > column else _APART)
        written += (kept, new)
        column = _column_behind(new, column)
        position = end
    return "".join((*written, extents.text[position:]))


def _column_behind(text: str, column: int) -> int:
    newline = text.rfind("\n")
    return column + len(text) if newline < 0 else len(text) - newline - 1
