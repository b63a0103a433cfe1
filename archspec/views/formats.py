"""The formats of drawings: which one a suffix names, and how each is written and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import PurePath
from typing import NamedTuple

from archspec.graph import Graph
from archspec.views import dot, engine, fitting, mermaid, page, pdf, stamp, svg, theme
from archspec.views.drawing import Drawing
from archspec.views.folding import fold
from archspec.views.layout import place
from archspec.views.options import Layout, Options, Undrawable
from archspec.views.sheet import Contents, contents, sheet

ENDINGS: Mapping[str, str] = {
    ".svg": "svg",
    ".png": "png",
    ".pdf": "pdf",
    ".dot": "dot",
    ".gv": "dot",
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
    ".html": "html",
    ".htm": "html",
}
FORMATS = tuple(dict.fromkeys(ENDINGS.values()))
_PICTURES = ("svg", "pdf", "png")
_PIXELS_PER_INCH = 144
_LARGE = 10_000
"""Pixels beyond which a picture is wider or higher than what most programs show."""
_MAXIMUM_BOXES = {Layout.STRUCTURE: 20_000, Layout.SHEET: 2_000, Layout.GRAPHVIZ: 4_000}
_MAXIMUM_CARDS = 40
_LISTED = 10
"""Letters that a note lists at most."""


class Drawn(NamedTuple):
    """The content of a file, and a note of what was done to make it fit, if anything was."""

    content: bytes
    note: str = ""


class _Text(NamedTuple):
    """A drawing as text, before layout: the stamp is the digest of this."""

    text: str
    note: str = ""
    drawing: Drawing = Drawing("", {}, (), ())
    options: Options = Options()
    sheet: Contents | None = None


def format_of(name: str) -> str:
    """Return the format that the suffix of a file names; raise ``Undrawable`` without one."""
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS:
        known = " ".join(ENDINGS)
        raise Undrawable(f"`{name}` has no ending of a picture ({known}); name one with --format")
    return ENDINGS[ending]


def draw(graph: Graph, form: str, options: Options) -> Drawn:
    """Draw a network or a module as the content of a file; ``form`` is a format or a suffix.

    Raises ``Undrawable``.
    """
    form = ENDINGS.get(f".{form}", form)
    if form not in FORMATS:
        raise Undrawable(f"`{form}` is no format of drawings; these are: {', '.join(FORMATS)}")
    found = _text(graph, form, options)
    content = _FINISHES[form](found, stamp.of(found.text))
    notes = (found.note, *_limits(content, form), *_missing(found, form))
    return Drawn(content, "; ".join(filter(None, notes)))


def _limits(content: bytes, form: str) -> Iterator[str]:
    """Tell that a PNG has more pixels than most programs show at once."""
    wide, high = (int.from_bytes(content[at : at + 4]) for at in (16, 20))
    if form == "png" and max(wide, high) > _LARGE:
        yield (
            f"{wide:,} x {high:,} pixels: another --direction, a smaller --depth or a --module"
            " makes fewer, and SVG and PDF have none"
        )


def _missing(found: _Text, form: str) -> Iterator[str]:
    """Tell that the fonts of PDF lack letters that a drawing has."""
    if form not in ("pdf", "png") or found.options.layout is Layout.GRAPHVIZ:
        return
    letters = pdf.missing(found.text)
    if letters:
        safe = (each if each.isprintable() else f"U+{ord(each):04X}" for each in letters)
        shown = " ".join((*islice(safe, _LISTED), *("..." for _ in letters[_LISTED:][:1])))
        yield f"{form.upper()} has no {shown}, which are squares in it: SVG shows all letters"


def is_current(content: bytes, graph: Graph, form: str, options: Options) -> bool:
    """Whether a file shows what would be drawn now; engines and fonts make no difference."""
    form = ENDINGS.get(f".{form}", form)
    return stamp.find(content) == stamp.of(_text(graph, form, options).text)


def _text(graph: Graph, form: str, options: Options) -> _Text:
    if options.layout is Layout.SHEET:
        return _sheet(graph, form, options)
    if form == "mermaid":
        found = fitting.fitted(graph, options, mermaid.write, mermaid.fits)
        limit = "GitHub draws fewer than 500 edges and 50,000 characters"
        return _Text(found.text, f"folded {found.note}: {limit}" if found.note else "")
    if form == "html":
        return _Text(page.record(graph, options))
    if options.weights is not None:
        raise Undrawable(f"statistics of weights are for HTML pages, not for {form.upper()}")
    if options.width is not None:
        raise Undrawable("a width is that of a sheet: add --layout sheet, or leave it out")
    drawing = fold(graph, options)
    most = _MAXIMUM_BOXES[options.layout]
    if form != "dot" and len(drawing.boxes) > most:
        raise Undrawable(
            f"{len(drawing.boxes):,} boxes are too many to lay out as {form.upper()} (the most is"
            f" {most:,}): choose a smaller --depth, a --module, or an HTML page"
        )
    if options.layout is Layout.STRUCTURE and form != "dot":
        text = f"{Layout.STRUCTURE}\n{dot.write(drawing, options)}"
        return _Text(text, "", drawing, options)
    resolution = _PIXELS_PER_INCH if form == "png" else 0
    return _Text(dot.write(drawing, options, resolution), "", drawing, options)


def _sheet(graph: Graph, form: str, options: Options) -> _Text:
    if form not in _PICTURES or options.module:
        raise Undrawable("a sheet shows a whole network, as SVG, PDF or PNG")
    if options.depth is not None:
        raise Undrawable(
            "a sheet draws a network as its steps, and each module once beside it: leave out"
            " --depth, or choose --layout structure"
        )
    found = contents(graph, options)
    cards, boxes = len(found.cards), len(found.drawing.boxes)
    if cards > _MAXIMUM_CARDS or boxes > _MAXIMUM_BOXES[Layout.SHEET]:
        raise Undrawable(
            f"{graph.name} has {cards:,} modules and {boxes:,} boxes, too many for a sheet (the"
            f" most are {_MAXIMUM_CARDS} and {_MAXIMUM_BOXES[Layout.SHEET]:,})"
        )
    text = f"{Layout.SHEET} {options.width}\n{found.text(options)}"
    return _Text(text, "", found.drawing, options, found)


def _picture(found: _Text, form: str) -> bytes:
    text, _, drawing, options, contents = found
    if options.layout is Layout.GRAPHVIZ:
        return engine.render(text, form)
    placed = sheet(contents, options) if contents else place(drawing, options)
    if form == "svg":
        return svg.write(placed, drawing, options)
    page = pdf.write(placed, drawing, options)
    return pdf.rasterized(page, _PIXELS_PER_INCH) if form == "png" else page


def _svg(found: _Text, mark: str) -> bytes:
    return theme.into_svg(stamp.into_svg(_picture(found, "svg"), mark), found.drawing)


_FINISHES: Mapping[str, Callable[[_Text, str], bytes]] = {
    "svg": _svg,
    "png": lambda found, mark: stamp.into_png(_picture(found, "png"), mark),
    "pdf": lambda found, mark: stamp.into_pdf(_picture(found, "pdf"), mark),
    "dot": lambda found, mark: f"// {mark}\n{found.text}".encode(),
    "html": lambda found, mark: page.write(found.text, mark),
    "mermaid": lambda found, mark: f"%% {mark}\n{found.text}".encode(),
}
"""What turns a text and its stamp into the content of a file."""
