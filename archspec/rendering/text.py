"""Diagnostics as people read them: the message, the lines it is about, a way out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum

from archspec.diagnostic import Diagnostic, Label, Severity
from archspec.rendering.excerpt import excerpt, visible

MAXIMUM_SHOWN = 20


class Colour(StrEnum):
    """What a terminal is told before a text."""

    ERROR = "\x1b[1;31m"
    WARNING = "\x1b[1;33m"
    FRAME = "\x1b[1;34m"
    HELP = "\x1b[1;36m"
    STRONG = "\x1b[1m"


_RESET = "\x1b[0m"

Paint = Callable[[Colour, str], str]


def plain(_colour: Colour, text: str) -> str:
    """Leave a text as it is."""
    return text


def coloured(colour: Colour, text: str) -> str:
    """Put a colour around a text."""
    return f"{colour}{text}{_RESET}"


def render(diagnostics: Sequence[Diagnostic], paint: Paint = plain) -> str:
    """Draw diagnostics, errors first, at most twenty of them, and count them all."""
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
    """Draw one diagnostic over several lines."""
    colour = Colour.ERROR if diagnostic.severity is Severity.ERROR else Colour.WARNING
    head = paint(colour, f"{diagnostic.severity}[{diagnostic.code}]")
    lines = [f"{head}{paint(Colour.STRONG, f': {visible(diagnostic.message)}')}"]
    gutter = max((len(str(label.span.line)) for label in diagnostic.labels), default=0)
    for index, label in enumerate(diagnostic.labels):
        lines += _label(label, gutter, paint, Colour.FRAME if index else colour)
    lines += [visible(note) for note in diagnostic.notes]
    if diagnostic.help:
        lines.append(f"{paint(Colour.HELP, 'help')}: {visible(diagnostic.help)}")
    return "\n".join(lines)


def _label(label: Label, gutter: int, paint: Paint, colour: Colour) -> list[str]:
    shown = excerpt(label.span)
    remark = f" {visible(label.text)}" if label.text else ""
    marks = paint(colour, f"{'^' * shown.width}{remark}")
    number, blank = str(label.span.line), ""
    return [
        f"  {paint(Colour.FRAME, '-->')} {visible(str(label.span))}",
        f"{paint(Colour.FRAME, f'{number:>{gutter}} |')} {shown.line}".rstrip(),
        f"{paint(Colour.FRAME, f'{blank:>{gutter}} |')} {blank:>{shown.column}}{marks}",
    ]
