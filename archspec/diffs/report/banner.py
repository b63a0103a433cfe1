"""The headline and the legend over a drawing, whichever engine placed it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from textwrap import wrap
from typing import NamedTuple

from archspec.views.palette import BORDER

_OPENING = re.compile(r"<svg\b[^>]*>")
_SIZE = re.compile(r'\b(width|height)="[^"]*"')
_BOX = re.compile(r'viewBox="([^"]*)"')
_FONT = 'font-family="Arial,Helvetica,sans-serif" font-size="11" text-anchor="start"'
_LINE, _PATCH, _MARGIN = 15.0, 10.0, 6.0
_LETTER = 6.0
"""The width of most letters, in points; headlines are broken by it."""
_LEAST = 400.0
"""The least width, in points, over which a headline is readable."""


class _Canvas(NamedTuple):
    """A view box, in points."""

    x: float
    y: float
    width: float
    height: float

    def wider(self, least: float) -> _Canvas:
        """Widen it on both sides."""
        more = max(0.0, least - self.width)
        return self._replace(x=self.x - more / 2, width=self.width + more)

    def higher(self, by: float) -> _Canvas:
        """Make room at the top."""
        return self._replace(y=self.y - by, height=self.height + by)


def above(svg: bytes, headline: str, legend: Mapping[str, str]) -> bytes:
    """Write a headline, and what colours mean, over an SVG whose view box is in points."""
    text = svg.decode()
    opening = _OPENING.search(text)
    found = _BOX.search(opening[0]) if opening else None
    if opening is None or found is None:
        return svg
    canvas = _Canvas(*map(float, found[1].split())).wider(_LEAST)
    lines = wrap(headline, max(int((canvas.width - 2 * _MARGIN) / _LETTER), 20))
    rows = list(_rows(legend, canvas.width - 2 * _MARGIN))
    canvas = canvas.higher(_LINE * (len(lines) + len(rows)) + 2 * _MARGIN)
    drawn = "\n".join((*_headline(lines, canvas), *_legend(rows, len(lines), canvas)))
    head = _resized(opening[0], canvas)
    return f"{text[: opening.start()]}{head}\n{drawn}{text[opening.end() :]}".encode()


def _resized(opening: str, canvas: _Canvas) -> str:
    box = " ".join(f"{each:.2f}" for each in canvas)
    sizes = {"width": canvas.width, "height": canvas.height}
    sized = _SIZE.sub(lambda found: f'{found[1]}="{sizes[found[1]]:.2f}pt"', opening)
    return _BOX.sub(f'viewBox="{box}"', sized)


def _headline(lines: list[str], canvas: _Canvas) -> Iterator[str]:
    for at, line in enumerate(lines):
        y = canvas.y + _MARGIN + _LINE * (at + 0.75)
        place = f'x="{canvas.x + _MARGIN:.2f}" y="{y:.2f}"'
        yield f'<text {place} {_FONT} font-weight="bold">{escape(line)}</text>'


_Row = list[tuple[str, str]]


def _rows(legend: Mapping[str, str], room: float) -> Iterator[_Row]:
    """Put the entries of a legend into rows that fit."""
    row: _Row = []
    for entry in legend.items():
        if row and _width([*row, entry]) > room:
            yield row
            row = []
        row.append(entry)
    if row:
        yield row


def _width(row: _Row) -> float:
    return sum(_PATCH + 3 * _MARGIN + _LETTER * len(said) for _, said in row)


def _legend(rows: list[_Row], above: int, canvas: _Canvas) -> Iterator[str]:
    for at, row in enumerate(rows):
        x, y = canvas.x + _MARGIN, canvas.y + _MARGIN + _LINE * (above + at) + 3
        for colour, said in row:
            patch = f'x="{x:.2f}" y="{y:.2f}" width="{_PATCH}" height="{_PATCH}"'
            yield f'<rect {patch} fill="{colour}" stroke="{BORDER.light}"/>'
            place = f'x="{x + _PATCH + _MARGIN:.2f}" y="{y + _PATCH - 1:.2f}"'
            yield f"<text {place} {_FONT}>{escape(said)}</text>"
            x += _width([(colour, said)])
