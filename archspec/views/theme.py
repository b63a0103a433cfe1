"""SVG that follows the theme of its page, and tells what it shows to those who do not see it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from archspec.views.drawing import Drawing, Frame
from archspec.views.palette import BORDER, LINE, TEXT, shades

_PAINT = re.compile(r'\b((?:fill|stroke)="(#[0-9A-Fa-f]{6}|black)")')
_NAMED = {"black": LINE.light}
_MOST_SAID = 40
_DARK = "@media (prefers-color-scheme:dark)"


def into_svg(svg: bytes, drawing: Drawing) -> bytes:
    """Give an SVG a role, a title, a description, and the colours of a dark page.

    Every colour of the palette that it has as the attribute of an element is replaced there.
    """
    head, _, rest = svg.decode().partition("<svg")
    attributes, _, body = rest.partition(">")
    said = f"<title>{escape(drawing.title)}</title>\n<desc>{escape(described(drawing))}</desc>"
    opening = f'{head}<svg role="img"{attributes}>'
    return f"{opening}\n{said}\n<style>{_style(body)}</style>{body}".encode()


def _style(body: str) -> str:
    """Write the rules by which colours of a light page become those of a dark one."""
    used = dict.fromkeys(_PAINT.findall(body))
    return f"{_DARK}{{text{{fill:{TEXT.dark}}}{''.join(_rules(used))}}}"


def described(drawing: Drawing) -> str:
    """List what a drawing shows, from the input on, in its author's order."""
    said = [_label(drawing, each) for each in drawing.contents]
    more = [f"and {len(said) - _MOST_SAID} more"] if len(said) > _MOST_SAID else []
    return ", ".join([*said[:_MOST_SAID], *more])


def _label(drawing: Drawing, content: Frame | str) -> str:
    return content.label if isinstance(content, Frame) else drawing.boxes[content].label


def _rules(used: Iterable[tuple[str, str]]) -> Iterator[str]:
    dark = {shade.light: shade.dark for shade in (*shades(), LINE, BORDER)}
    for paint, colour in used:
        found = dark.get(_NAMED.get(colour, colour.upper()))
        if found:
            yield f"[{paint}]{{{paint.partition('=')[0]}:{found}}}"
