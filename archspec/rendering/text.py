"""Diagnostics as text: the message, the source lines with marks, and the suggested fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from archspec.diagnostic import Diagnostic, Label, Severity
from archspec.rendering.colour import Colour, Paint, plain
from archspec.rendering.excerpt import excerpt, visible

MAXIMUM_SHOWN = 20


def render(diagnostics: Sequence[Diagnostic], paint: Paint = plain) -> str:
    """Render diagnostics, errors first and at most twenty, followed by their number."""
    if not diagnostics:
        return ""
    ordered = sorted(diagnostics, key=lambda each: each.severity is Severity.WARNING)
    drawn = [draw(each, paint) for each in ordered[:MAXIMUM_SHOWN]]
    rest = ordered[MAXIMUM_SHOWN:]
    more = [f"... and {tally(rest)} more; --format json lists all"] if rest else []
    return "\n\n".join([*drawn, *more, tally(ordered)])


def tally(diagnostics: Sequence[Diagnostic]) -> str:
    """Count errors and warnings: ``2 errors, 1 warning``."""
    counts = Counter(each.severity for each in diagnostics)
    found = [(counts[each], each) for each in Severity if counts[each]]
    return ", ".join(f"{number} {word}{'' if number == 1 else 's'}" for number, word in found)


def draw(diagnostic: Diagnostic, paint: Paint = plain) -> str:
    """Render one diagnostic over several lines."""
    colour = Colour.STRONG_RED if diagnostic.severity is Severity.ERROR else Colour.STRONG_YELLOW
    head = paint(colour, f"{diagnostic.severity}[{diagnostic.code}]")
    lines = [f"{head}{paint(Colour.STRONG, f': {visible(diagnostic.message)}')}"]
    gutter = max((len(str(label.span.line)) for label in diagnostic.labels), default=0)
    for index, label in enumerate(diagnostic.labels):
        lines += _label(label, gutter, paint, Colour.STRONG_BLUE if index else colour)
    lines += [visible(note) for note in diagnostic.notes]
    if diagnostic.help:
        lines.append(f"{paint(Colour.STRONG_CYAN, 'help')}: {visible(diagnostic.help)}")
    return "\n".join(lines)


def _label(label: Label, gutter: int, paint: Paint, colour: Colour) -> list[str]:
    shown = excerpt(label.span)
    remark = f" {visible(label.text)}" if label.text else ""
    marks = paint(colour, f"{'^' * shown.width}{remark}")
    number, blank = str(label.span.line), ""
    return [
        f"  {paint(Colour.STRONG_BLUE, '-->')} {visible(str(label.span))}",
        f"{paint(Colour.STRONG_BLUE, f'{number:>{gutter}} |')} {shown.line}".rstrip(),
        f"{paint(Colour.STRONG_BLUE, f'{blank:>{gutter}} |')} {blank:>{shown.column}}{marks}",
    ]
