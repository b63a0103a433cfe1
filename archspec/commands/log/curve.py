"""Two curves as a picture: parameters and MACs along a history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from archspec.rendering.excerpt import seen

_WIDE, _HIGH, _MARGIN, _GAP = 720, 150, 60, 40
_COLOURS = ("#4477AA", "#EE6677")
"""Of Paul Tol's scheme "bright"."""


class Point(NamedTuple):
    """The cost of a network at a commit."""

    commit: str
    date: str
    parameters: int
    macs: int


def curve(title: str, points: Sequence[Point]) -> str:
    """Draw one panel for each quantity, from zero to its largest value."""
    height = 2 * (_HIGH + _GAP) + _MARGIN
    box = f'viewBox="0 0 {_WIDE} {height}" font-family="sans-serif" font-size="11"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}>',
        f'<text x="{_MARGIN}" y="24" font-size="14">{escape(seen(title))}</text>',
    ]
    panels = (
        ("parameters", [each.parameters for each in points]),
        ("MACs", [each.macs for each in points]),
    )
    for at, (name, values) in enumerate(panels):
        top = _MARGIN + at * (_HIGH + _GAP)
        lines += _panel(name, values, top, _COLOURS[at])
    lines += _dates(points, height - _GAP + 24)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _panel(name: str, values: list[int], top: int, colour: str) -> Iterator[str]:
    most = max(values, default=0) or 1
    spots = [
        (_x(at, len(values)), top + _HIGH * (1 - value / most)) for at, value in enumerate(values)
    ]
    base = top + _HIGH
    yield f'<text x="{_MARGIN}" y="{top - 8}">{name}, at most {most:,}</text>'
    yield f'<path d="M{_MARGIN} {base}H{_WIDE - _MARGIN}" stroke="#BBBBBB"/>'
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    yield f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for (x, y), value in zip(spots, values, strict=True):
        place = f'cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"'
        yield f"<circle {place}><title>{value:,}</title></circle>"


def _dates(points: Sequence[Point], y: int) -> Iterator[str]:
    """Name the first and the last commit."""
    for anchor, at in (("start", 0), ("end", len(points) - 1)):
        if 0 <= at < len(points) and (anchor == "start" or at):
            x = _x(at, len(points))
            said = escape(f"{points[at].date} {points[at].commit}")
            yield f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}">{said}</text>'


def _x(at: int, count: int) -> float:
    return _MARGIN + (_WIDE - 2 * _MARGIN) * (at / (count - 1) if count > 1 else 0.0)
