"""A placed drawing as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from math import hypot

from archspec.views.drawing import Drawing
from archspec.views.layout.placed import (
    Area,
    LabelKind,
    Placed,
    PlacedBox,
    PlacedFrame,
    PlacedLabel,
    PlacedLine,
    Point,
)
from archspec.views.options import Options
from archspec.views.palette import BORDER, LINE, Palette

_FONT = "Arial, Helvetica, Liberation Sans, sans-serif"
_LEADING = 1.2
_CORNER = 4.0
_HEAD = (6.0, 2.6)
"""The length of an arrowhead, and half its width."""
_BASELINE = 0.36
"""How far below its middle a line of text has its baseline, as a part of its size."""


def write(placed: Placed, drawing: Drawing, options: Options) -> bytes:
    """Write a placed drawing."""
    return ("\n".join(_Writer(placed, drawing, options).lines()) + "\n").encode()


class _Writer:
    def __init__(self, placed: Placed, drawing: Drawing, options: Options) -> None:
        self.placed = placed
        self.palette = Palette(drawing, options)

    def lines(self) -> Iterator[str]:
        """Write the file, from what lies behind to what lies in front."""
        placed = self.placed
        wide, high = number(placed.width), number(placed.height)
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}pt" height="{high}pt"'
            f' viewBox="0 0 {wide} {high}" font-family="{_FONT}" font-size="{number(placed.size)}"'
            ' text-anchor="middle">'
        )
        yield from map(self.frame, placed.frames)
        for line in placed.lines:
            yield from self.line(line)
        yield from map(self.box, placed.boxes)
        yield from map(self.label, placed.labels)
        yield "</svg>"

    def frame(self, each: PlacedFrame) -> str:
        """Write a frame."""
        fill = self.palette.backdrop(each.frame)
        stroke = f'stroke="{BORDER.light}" stroke-dasharray="4 3" stroke-width="0.8"'
        area = f'{_area(each.area)} rx="6"'
        return f'<rect class="frame kind-{each.frame.kind}" {area} fill="{fill}" {stroke}/>'

    def line(self, each: PlacedLine) -> Iterator[str]:
        """Write a line, and its arrowhead."""
        points = each.points
        if each.has_arrowhead:
            tip, points = points[-1], shortened(points, _HEAD[0])
            yield f'<path class="arrowhead" d="{_head(points[-1], tip)}" fill="{LINE.light}"/>'
        look = f'fill="none" stroke="{LINE.light}" stroke-width="0.8"'
        yield f'<path class="line" d="{rounded(points)}" {look}/>'

    def box(self, each: PlacedBox) -> str:
        """Write a box and its label."""
        look = f'fill="{self.palette.fill(each.box)}" stroke="{LINE.light}" stroke-width="0.8"'
        text = _text(each.lines, each.area, self.placed.size)
        return f'<g class="box kind-{each.box.kind}"><rect {_area(each.area)} {look}/>{text}</g>'

    def label(self, each: PlacedLabel) -> str:
        """Write a label."""
        bold = ' font-weight="bold"' if each.kind is LabelKind.TITLE else ""
        size = self.placed.size * (1.0 if bold else 0.9)
        look = f'class="label {each.kind}" font-size="{number(size)}"{bold}'
        return _text((each.text,), each.area, size, look)


def number(value: float) -> str:
    """Write a number with at most two digits behind the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def rounded(points: tuple[Point, ...]) -> str:
    """Write a path with rounded corners."""
    path = [f"M{_point(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        one, other = _towards(corner, before, radius), _towards(corner, after, radius)
        path.append(f"L{_point(one)}Q{_point(corner)} {_point(other)}")
    path.append(f"L{_point(points[-1])}")
    return "".join(path)


def shortened(points: tuple[Point, ...], length: float) -> tuple[Point, ...]:
    """Shorten a line at its end, for an arrowhead."""
    *rest, before, tip = points
    return (*rest, before, _towards(tip, before, length))


def _head(neck: Point, tip: Point) -> str:
    length = _distance(neck, tip) or 1.0
    across = (neck[1] - tip[1]) / length * _HEAD[1], (tip[0] - neck[0]) / length * _HEAD[1]
    one, other = (
        (neck[0] + across[0], neck[1] + across[1]),
        (neck[0] - across[0], neck[1] - across[1]),
    )
    return f"M{_point(tip)}L{_point(one)}L{_point(other)}z"


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _towards(start: Point, end: Point, length: float) -> Point:
    share = length / (_distance(start, end) or 1.0)
    return (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))


def _point(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _area(area: Area) -> str:
    names = ("x", "y", "width", "height")
    return " ".join(f'{name}="{number(value)}"' for name, value in zip(names, area, strict=True))


def _text(lines: tuple[str, ...], area: Area, size: float, look: str = "") -> str:
    """Write lines of text in the middle of an area."""
    x, middle = area.x + area.width / 2, area.y + area.height / 2
    first = middle - (len(lines) - 1) / 2 * size * _LEADING + size * _BASELINE
    attributes = f" {look}" if look else ""
    if len(lines) == 1:
        return f'<text x="{number(x)}" y="{number(first)}"{attributes}>{escape(lines[0])}</text>'
    spans = (
        f'<tspan x="{number(x)}" y="{number(first + at * size * _LEADING)}">{escape(line)}</tspan>'
        for at, line in enumerate(lines)
    )
    return f"<text{attributes}>{''.join(spans)}</text>"
