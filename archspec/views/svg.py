"""A placed drawing as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from archspec.views.drawing import Drawing
from archspec.views.layout import (
    BOLD,
    STARTING,
    Area,
    Placed,
    PlacedBox,
    PlacedFrame,
    PlacedLabel,
    PlacedLine,
    PlacedMeaning,
    Point,
)
from archspec.views.options import Options
from archspec.views.palette import BORDER, LINE, Palette
from archspec.views.strokes import DASHES, ROUNDING, THICKNESS, Stroke, size_of, stroke, words

FONT = "Arial, Helvetica, Liberation Sans, sans-serif"
_DRAWN = f'stroke="{LINE.light}" stroke-width="{THICKNESS}"'
_GAPS = f'stroke-dasharray="{DASHES[0]} {DASHES[1]}"'
_GHOSTLY = f"{_DRAWN} {_GAPS}"
_DASHED = f'stroke="{BORDER.light}" stroke-width="{THICKNESS}" {_GAPS}'


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
            f' viewBox="0 0 {wide} {high}" font-family="{FONT}" font-size="{number(placed.size)}"'
            ' text-anchor="middle">'
        )
        yield from map(self.frame, placed.frames)
        for line in placed.lines:
            yield from self.line(line)
        yield from map(self.box, placed.boxes)
        yield from map(self.label, placed.labels)
        yield from map(self.meaning, placed.legend)
        yield "</svg>"

    def frame(self, each: PlacedFrame) -> str:
        """Write a frame."""
        look = f'rx="{ROUNDING}" fill="{self.palette.backdrop(each.frame)}" {_DASHED}'
        return f'<rect class="frame kind-{each.frame.kind}" {_area(each.area)} {look}/>'

    def line(self, each: PlacedLine) -> Iterator[str]:
        """Write a line, and its arrowhead."""
        found = stroke(each, self.placed)
        look = _GHOSTLY if each.is_ghost else _DRAWN
        yield f'<path class="line" d="{path(found)}" fill="none" {look}/>'
        if found.head:
            tip = "L".join(map(_point, found.head))
            yield f'<path class="arrowhead" d="M{tip}z" fill="{LINE.light}"/>'

    def box(self, each: PlacedBox) -> str:
        """Write a box and its label."""
        look = f'fill="{self.palette.fill(each.box)}" {_GHOSTLY if each.box.is_ghost else _DRAWN}'
        rectangle = f"<rect {_area(each.area)} {look}/>"
        text = self.text(each.lines, each.area, self.placed.size)
        text = text if each.lines else f"<title>{escape(each.box.label)}</title>"
        return f'<g class="box kind-{each.box.kind}">{rectangle}{text}</g>'

    def label(self, each: PlacedLabel) -> str:
        """Write a label."""
        bold = ' font-weight="bold"' if each.kind in BOLD else ""
        look = f' class="label {each.kind}"{bold}'
        area = each.area
        if each.kind in STARTING:
            look, area = f'{look} text-anchor="start"', area._replace(width=0.0)
        return self.text((each.text,), area, size_of(each, self.placed), look)

    def meaning(self, each: PlacedMeaning) -> str:
        """Write a patch of colour with what it means."""
        fill = f'fill="{each.colour}" {_DRAWN}'
        patch = f"<rect {_area(each.patch)} {fill}/>" if each.colour else ""
        return patch + self.text((each.text,), each.area, self.placed.size)

    def text(self, lines: Iterable[str], area: Area, size: float, look: str = "") -> str:
        """Write lines of text in the middle of an area."""
        sized = f' font-size="{number(size)}"' if size != self.placed.size else ""
        found = list(words(tuple(lines), area, size))
        if len(found) == 1:
            text, x, y, _ = found[0]
            where = f'x="{number(x)}" y="{number(y)}"'
            return f"<text {where}{look}{sized}>{escape(text)}</text>"
        spans = (
            f'<tspan x="{number(x)}" y="{number(y)}">{escape(text)}</tspan>'
            for text, x, y, _ in found
        )
        return f"<text{look}{sized}>{''.join(spans)}</text>"


def number(value: float) -> str:
    """Write a number with at most two digits behind the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def path(found: Stroke) -> str:
    """Write the way of a line."""
    bends = (f"L{_point(a)}Q{_point(corner)} {_point(b)}" for a, corner, b in found.bends)
    return f"M{_point(found.start)}{''.join(bends)}L{_point(found.end)}"


def _point(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _area(area: Area) -> str:
    names = ("x", "y", "width", "height")
    return " ".join(f'{name}="{number(value)}"' for name, value in zip(names, area, strict=True))
