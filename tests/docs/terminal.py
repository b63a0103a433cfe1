"""Pictures of a terminal: a command and what it prints in colour, as SVG that follows the page."""

from __future__ import annotations

import io
from html import escape
from itertools import starmap

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

NARROWEST = 80
"""Columns; a picture is as wide as its longest line."""
ADVANCE, LEADING, MARGIN = 7.8, 19, 16
"""In pixels: how wide a character is, how far one line is from the next, the space around."""
COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")

FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" \
viewBox="0 0 {width:g} {height:g}" role="img">
<title>{title}</title>
<style>
rect {{ fill: #f6f8fa; stroke: #d1d9e0; }}
text {{ font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; \
fill: #1f2328; }}
.bold {{ font-weight: bold; }}
.dim {{ fill: #59636e; }}
.red {{ fill: #cf222e; }}
.green {{ fill: #116329; }}
.yellow {{ fill: #7d4e00; }}
.blue {{ fill: #0969da; }}
.cyan {{ fill: #1b7c83; }}
@media (prefers-color-scheme: dark) {{
rect {{ fill: #151b23; stroke: #3d444d; }}
text {{ fill: #d1d7e0; }}
.dim {{ fill: #9198a1; }}
.red {{ fill: #ff7b72; }}
.green {{ fill: #3fb950; }}
.yellow {{ fill: #d29922; }}
.blue {{ fill: #58a6ff; }}
.cyan {{ fill: #39c5cf; }}
}}
</style>
<rect x="0.5" y="0.5" width="{inner_width:g}" height="{inner_height:g}" rx="6"/>
{lines}
</svg>
"""
"""The colours are those of GitHub's two themes."""


def picture(command: str, printed: str) -> str:
    """Draw a command and what it prints, ANSI colours included."""
    prompt = Text.assemble(("$ ", "dim"), (command, "bold"))
    lines = [prompt, *Text.from_ansi(printed).split("\n")]
    columns = max(NARROWEST, *(line.cell_len for line in lines))
    width, height = columns * ADVANCE + 2 * MARGIN, len(lines) * LEADING + 2 * MARGIN
    return FRAME.format(
        title=escape(command),
        width=width,
        height=height,
        inner_width=width - 1,
        inner_height=height - 1,
        lines="\n".join(starmap(_line, enumerate(lines))),
    )


def _line(row: int, line: Text) -> str:
    """Write a line; its length keeps it on the grid, whatever the font."""
    if not line.plain:
        return ""
    spans = "".join(map(_span, line.render(Console(file=io.StringIO()))))
    place = f'x="{MARGIN}" y="{MARGIN + (row + 0.7) * LEADING:g}"'
    return f'<text {place} textLength="{line.cell_len * ADVANCE:g}">{spans}</text>'


def _span(segment: Segment) -> str:
    text = escape(segment.text, quote=False).replace(" ", "&#160;")
    names = " ".join(_classes(segment.style or Style.null()))
    return f'<tspan class="{names}">{text}</tspan>' if names else text


def _classes(style: Style) -> list[str]:
    number = style.color.number if style.color else None
    colour = [] if number is None else [COLOURS[number]]
    return [*["bold"] * bool(style.bold), *["dim"] * bool(style.dim), *colour]
