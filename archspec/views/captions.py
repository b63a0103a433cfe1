"""HTML-like labels of DOT: those of frames and gates, and legends."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from archspec.views.palette import ColourMeaning

LINE = "line"
"""The port of a gate to which arrows attach."""


def bold(text: str) -> str:
    """Write a text in bold."""
    return f"<<b>{escape(text)}</b>>"


def gate(label: str = "") -> str:
    """Draw a gate: a short piece of a line, with a frame's label beside it.

    Arrows attach to its middle third, since dot ends them a little before a port.
    """
    said = f'<td rowspan="3" cellpadding="4"><b>{escape(label)}</b></td>' if label else ""
    rows = (_line(2), said), (_line(10, f' port="{LINE}"'), ""), (_line(2), "")
    return _table("</tr><tr>".join(map("".join, rows)), 'cellspacing="0" cellpadding="0"')


def legend(meanings: Iterable[ColourMeaning]) -> str:
    """Draw patches of colour, each beside its meaning."""
    return _table("".join(map(_cells, meanings)), 'cellspacing="4"')


def _table(cells: str, spacing: str) -> str:
    return f'<<table border="0" cellborder="0" {spacing}><tr>{cells}</tr></table>>'


def _line(height: int, port: str = "") -> str:
    return f'<td width="1" height="{height}" bgcolor="black"{port}></td>'


def _cells(meaning: ColourMeaning) -> str:
    colour, label = meaning
    patch = f'<td bgcolor="{colour}" border="1" width="14"> </td>' if colour else ""
    return f'{patch}<td align="left">{escape(label)}  </td>'
