"""A placed drawing as PDF, by reportlab, and as PNG, by PDFium, with fonts that are everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from archspec.installing import install
from archspec.views.drawing import Drawing
from archspec.views.layout import BOLD, STARTING, Area, Placed, PlacedLabel, PlacedLine, Point
from archspec.views.options import Options, Undrawable
from archspec.views.palette import BORDER, LINE, PLAIN, TEXT, Palette
from archspec.views.strokes import DASHES, ROUNDING, THICKNESS, size_of, stroke, words

Canvas = Any
"""A canvas of reportlab, which is imported late and comes without types."""
_FONT, _BOLD = "Helvetica", "Helvetica-Bold"
_POINTS_PER_INCH = 72
_LARGEST = 30_000
"""Pixels that a PNG may be wide or high."""


def write(placed: Placed, drawing: Drawing, options: Options) -> bytes:
    """Write a placed drawing as PDF; raise ``Undrawable`` without reportlab."""
    try:
        from reportlab.pdfgen.canvas import Canvas
    except ImportError:
        raise Undrawable(f"PDF and PNG need reportlab: {install('draw')}") from None
    into = BytesIO()
    canvas = Canvas(into, (placed.width, placed.height), bottomup=0, invariant=1)
    canvas.setTitle(placed.title)
    canvas.setLineWidth(THICKNESS)
    _Writer(canvas, placed, Palette(drawing, options)).draw()
    canvas.showPage()
    canvas.save()
    return into.getvalue()


def missing(text: str) -> tuple[str, ...]:
    """List the characters of a text for which the fonts of PDF, Symbol among them, have nothing."""
    from reportlab.pdfbase.pdfmetrics import getFont

    font = getFont(_FONT)
    encodings = [each.encName for each in (font, *font.substitutionFonts)]
    others = dict.fromkeys(each for each in text if not each.isascii())
    return tuple(each for each in others if not any(_has(name, each) for name in encodings))


def _has(encoding: str, character: str) -> bool:
    try:
        return bool(character.encode(encoding))
    except UnicodeError:
        return False


def rasterized(pdf: bytes, resolution: int) -> bytes:
    """Render a page of PDF as PNG, in dots per inch; raise ``Undrawable`` without PDFium."""
    try:
        from pypdfium2 import PdfDocument
    except ImportError:
        raise Undrawable(f"PNG needs pypdfium2: {install('draw')}") from None
    page = PdfDocument(pdf)[0]
    scale = min(resolution / _POINTS_PER_INCH, _LARGEST / max(page.get_size()))
    into = BytesIO()
    page.render(scale=scale).to_pil().save(into, "PNG", optimize=True)
    return into.getvalue()


class _Writer:
    """Draws on a canvas, on which positions count from the top as in a placed drawing."""

    def __init__(self, canvas: Canvas, placed: Placed, palette: Palette) -> None:
        self.canvas = canvas
        self.placed = placed
        self.palette = palette

    def draw(self) -> None:
        """Draw everything, from what lies behind to what lies in front."""
        self.frames()
        self.canvas.setStrokeColor(LINE.light)
        for line in self.placed.lines:
            self.line(line)
        for each in self.placed.boxes:
            self.canvas.setDash(*DASHES if each.box.is_ghost else ())
            self.rectangle(each.area, self.palette.fill(each.box))
            self.text(each.lines, each.area, self.placed.size)
        self.canvas.setDash()
        for label in self.placed.labels:
            self.label(label)
        for meaning in self.placed.legend:
            if meaning.colour:
                self.rectangle(meaning.patch, meaning.colour)
            self.text((meaning.text,), meaning.area, self.placed.size)

    def label(self, label: PlacedLabel) -> None:
        """Draw a label."""
        font, area = _BOLD if label.kind in BOLD else _FONT, label.area
        size = size_of(label, self.placed)
        if label.kind in STARTING:
            area = area._replace(width=self.canvas.stringWidth(label.text, font, size))
        self.text((label.text,), area, size, font)

    def frames(self) -> None:
        """Draw frames."""
        self.canvas.setStrokeColor(BORDER.light)
        self.canvas.setDash(*DASHES)
        for frame, area, _ in self.placed.frames:
            self.canvas.setFillColor(self.palette.backdrop(frame))
            self.canvas.roundRect(*area, ROUNDING, stroke=1, fill=1)
        self.canvas.setDash()

    def line(self, line: PlacedLine) -> None:
        """Draw a line and its arrowhead."""
        found = stroke(line, self.placed)
        self.canvas.setDash(*DASHES if line.is_ghost else ())
        path = self.canvas.beginPath()
        path.moveTo(*found.start)
        for start, corner, end in found.bends:
            path.lineTo(*start)
            path.curveTo(*_nearer(start, corner), *_nearer(end, corner), *end)
        path.lineTo(*found.end)
        self.canvas.drawPath(path)
        if found.head:
            self.head(found.head)

    def head(self, corners: tuple[tuple[float, float], ...]) -> None:
        """Draw an arrowhead."""
        path = self.canvas.beginPath()
        path.moveTo(*corners[0])
        for corner in corners[1:]:
            path.lineTo(*corner)
        path.close()
        self.canvas.setFillColor(LINE.light)
        self.canvas.drawPath(path, stroke=0, fill=1)

    def rectangle(self, area: Area, colour: str = PLAIN.light) -> None:
        """Draw a box."""
        self.canvas.setFillColor(colour)
        self.canvas.rect(*area, stroke=1, fill=1)

    def text(self, lines: Iterable[str], area: Area, size: float, font: str = _FONT) -> None:
        """Draw lines of text in the middle of an area."""
        self.canvas.setFont(font, size)
        self.canvas.setFillColor(TEXT.light)
        for text, x, y, _ in words(tuple(lines), area, size):
            self.canvas.drawCentredString(x, y, text)


def _nearer(end: Point, corner: Point) -> Point:
    """Find the control of a cubic curve that is the same as a quadratic one with a corner."""
    return end[0] + 2 * (corner[0] - end[0]) / 3, end[1] + 2 * (corner[1] - end[1]) / 3
