"""Tables: aligned text, or lines and colours where a terminal shows them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archspec.commands.output import has_colours
from archspec.rendering.excerpt import visible, width

NUMBER = ">"
WORD = "<"
_MANY_ROWS = 2000


@dataclass(frozen=True)
class Table:
    """Heads with their alignments, rows of texts, and perhaps a last row of totals."""

    heads: tuple[tuple[str, str], ...]
    rows: Sequence[tuple[str, ...]]
    totals: tuple[str, ...] = ()


def draw(table: Table) -> str:
    """Draw a table as the standard output can show it; a very long one always as plain text."""
    table = replace(table, rows=[tuple(map(visible, row)) for row in table.rows])
    rich = has_colours(sys.stdout) and len(table.rows) <= _MANY_ROWS
    return _rich(table) if rich else plain(table)


def plain(table: Table) -> str:
    """Draw a table as aligned text without lines."""
    names = tuple(name for name, _ in table.heads)
    rows = [names, *table.rows, *([table.totals] if table.totals else [])]
    widths = [max(width(row[index]) for row in rows) for index in range(len(names))]
    return "\n".join(_line(table, row, widths) for row in rows)


def _line(table: Table, row: tuple[str, ...], widths: list[int]) -> str:
    cells = []
    for (_, alignment), text, wide in zip(table.heads, row, widths, strict=True):
        space = " " * (wide - width(text))
        cells.append(space + text if alignment == NUMBER else text + space)
    return "  ".join(cells).rstrip()


def _rich(table: Table) -> str:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as Drawing
    from rich.text import Text

    drawing = Drawing(box=SIMPLE_HEAD, show_footer=bool(table.totals), pad_edge=False)
    footers = table.totals or ("",) * len(table.heads)
    for (name, alignment), footer in zip(table.heads, footers, strict=True):
        if alignment == NUMBER:
            drawing.add_column(name, Text(footer), justify="right", no_wrap=True)
        else:
            drawing.add_column(name, Text(footer))
    for row in table.rows:
        drawing.add_row(*map(Text, row))
    console = Console()
    with console.capture() as captured:
        console.print(drawing)
    return captured.get().rstrip("\n")
