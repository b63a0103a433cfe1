"""Excerpts: a source line as a terminal can show it, and the columns of a span in it."""

from __future__ import annotations

from typing import NamedTuple
from unicodedata import combining, east_asian_width

from archspec.source import Span

LONGEST_TEXT = 400
LONGEST_LINE = 100
_CUT = "..."
_TAB = "    "


class Excerpt(NamedTuple):
    """A line to show, and the column and width of the span in it, in terminal cells."""

    line: str
    column: int
    width: int


def visible(text: str, most: int = LONGEST_TEXT) -> str:
    """Escape control and invisible characters, and truncate a text that is too long."""
    shown = text if text.isprintable() else "".join(map(_cell, text[: most + 1]))
    return shown if len(text) <= most else shown[:most] + _CUT


def seen(text: str) -> str:
    """Escape control and invisible characters, but keep line feeds."""
    lines = text.split("\n")
    return "\n".join(line if line.isprintable() else "".join(map(_cell, line)) for line in lines)


def excerpt(span: Span) -> Excerpt:
    """Return the line of a span, truncated around it if it is long."""
    text = span.source.line(span.line)
    start = min(span.start, len(text))
    end = max(min(span.end, len(text)), start)
    first = _first(text, start, end)
    cells, shown = [], 0
    for cell in map(_cell, text[first : first + LONGEST_LINE]):
        shown += width(cell)
        if shown > LONGEST_LINE:
            break
        cells.append(cell)
    before = _CUT if first else ""
    after = _CUT if first + len(cells) < len(text) else ""
    column = len(before) + width("".join(cells[: start - first]))
    marked = width("".join(cells[start - first : end - first]))
    return Excerpt(f"{before}{''.join(cells)}{after}".rstrip(), column, max(marked, 1))


def _first(text: str, start: int, end: int) -> int:
    """Return the index of the first character to show so that the marked part is visible."""
    if width("".join(map(_cell, text[: end + 1]))) <= LONGEST_LINE:
        return 0
    marked = min(end - start, LONGEST_LINE // 2)
    return max(0, start - (LONGEST_LINE - marked) // 4)


def width(text: str) -> int:
    """Return the width of a text in terminal cells; East Asian wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(each) else 1 + (east_asian_width(each) in "WF") for each in text)


def _cell(character: str) -> str:
    if character == "\t":
        return _TAB
    return character if character.isprintable() else character.encode("unicode_escape").decode()
