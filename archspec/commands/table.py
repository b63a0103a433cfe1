"""Tables that fit the screen: numbers are shortened and columns left out before names suffer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from archspec.commands.output import paint
from archspec.commands.screen import room
from archspec.rendering.colour import Colour, Paint
from archspec.rendering.excerpt import visible, width

NUMBER = ">"
WORD = "<"
_GAP = "  "
_LEAST = 16
"""The least width of a text that is cut, in cells."""
_CUT = "\N{HORIZONTAL ELLIPSIS}"
_UNITS = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "K"))
_SHADES = ((0.25, Colour.STRONG_YELLOW), (0.1, Colour.YELLOW))
"""The colours of numbers from a share of the whole on."""


class Column(NamedTuple):
    """A column of a table.

    ``spare`` says in which order columns are left out where the screen is narrow, the highest
    first; one of 0 never is. ``cut`` says that texts may lose their ends before that.
    """

    head: str
    alignment: str = WORD
    spare: int = 0
    cut: bool = False


class ShortNumber(NamedTuple):
    """A number that may be shortened, and its share of a whole."""

    number: int
    share: float = 0.0


Cell = str | ShortNumber


@dataclass(frozen=True)
class Table:
    """A table: columns, rows of cells, and perhaps a last row of totals."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    totals: tuple[Cell, ...] = ()


class _Text(NamedTuple):
    """The text of a cell, and its colour."""

    text: str
    colour: Colour | None = None


@dataclass(frozen=True)
class _Written:
    """A table written out; its head and its totals are rows like any other."""

    columns: tuple[Column, ...]
    rows: list[tuple[_Text, ...]]

    @property
    def widths(self) -> list[int]:
        """The width of each column, in cells."""
        return [max(width(each.text) for each in texts) for texts in zip(*self.rows, strict=True)]

    @property
    def width(self) -> int:
        """The width of a row, in cells."""
        return sum(self.widths) + len(_GAP) * (len(self.columns) - 1)

    def without(self, at: int) -> _Written:
        """Remove a column."""
        rows = [(*row[:at], *row[at + 1 :]) for row in self.rows]
        return _Written((*self.columns[:at], *self.columns[at + 1 :]), rows)

    def cut(self, columns: int) -> _Written:
        """Cut texts in the columns that allow it, as far as necessary."""
        over, rows = self.width - columns, self.rows
        for at, (column, wide) in enumerate(zip(self.columns, self.widths, strict=True)):
            if column.cut and over > 0 and wide > _LEAST:
                most = max(wide - over, _LEAST)
                over -= wide - most
                rows = [(*row[:at], _shortened(row[at], most), *row[at + 1 :]) for row in rows]
        return replace(self, rows=rows)


def draw(table: Table) -> str:
    """Draw a table for standard output."""
    return drawn(table, room(sys.stdout), paint(sys.stdout))


def drawn(table: Table, columns: int | None, paint: Paint) -> str:
    """Draw a table as aligned text, at most ``columns`` wide where its names allow that."""
    found = _written(table, "{:,}".format)
    if columns is not None and found.width > columns:
        found = _fitting(table, columns)
    widths = found.widths
    return "\n".join(_line(found.columns, row, widths, paint) for row in found.rows)


def _line(
    columns: tuple[Column, ...], row: tuple[_Text, ...], widths: list[int], paint: Paint
) -> str:
    cells = []
    for column, (text, colour), wide in zip(columns, row, widths, strict=True):
        space = " " * (wide - width(text))
        shown = paint(colour, text) if colour and text else text
        cells.append(space + shown if column.alignment == NUMBER else shown + space)
    return _GAP.join(cells).rstrip()


def _written(table: Table, number: Callable[[int], str]) -> _Written:
    head = tuple(_Text(each.head, Colour.STRONG) for each in table.columns)
    rows = [tuple(_text(cell, number) for cell in row) for row in table.rows]
    totals = [tuple(_text(cell, number) for cell in table.totals)] if table.totals else []
    return _Written(table.columns, [head, *rows, *totals])


def _text(cell: Cell, number: Callable[[int], str]) -> _Text:
    if isinstance(cell, str):
        return _Text(visible(cell))
    shade = next((colour for least, colour in _SHADES if cell.share >= least), None)
    return _Text(number(cell.number), shade)


def _fitting(table: Table, columns: int) -> _Written:
    """Find the fullest form that fits, else the narrowest."""
    forms = list(_forms(_written(table, short), columns))
    return next((form for form in forms if form.width <= columns), forms[-1])


def _forms(form: _Written, columns: int) -> Iterator[_Written]:
    """List the forms of a table with short numbers, each narrower than the one before."""
    yield form.cut(columns)
    for spare in sorted({each.spare for each in form.columns} - {0}, reverse=True):
        form = form.without([each.spare for each in form.columns].index(spare))
        yield form.cut(columns)
    words = tuple(each._replace(cut=each.alignment == WORD) for each in form.columns)
    yield replace(form, columns=words).cut(columns)


def short(number: int) -> str:
    """Write a number with three digits and a unit: ``42.7 M``; one below a thousand as it is."""
    for unit, name in _UNITS:
        if abs(number) >= unit * 0.9995:
            share = number / unit
            digits = 2 if abs(share) < 9.995 else 1 if abs(share) < 99.95 else 0
            return f"{share:.{digits}f} {name}"
    return str(number)


def _shortened(cell: _Text, most: int) -> _Text:
    """Cut the end of a text, and mark the cut."""
    if width(cell.text) <= most:
        return cell
    kept = cell.text
    while width(kept) > most - 1:
        kept = kept[:-1]
    return cell._replace(text=f"{kept.rstrip()}{_CUT}")
