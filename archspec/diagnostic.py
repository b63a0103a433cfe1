"""Diagnostics as data: a code, a message, labelled places and suggested fixes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from archspec.source import Span, Unreadable


class Severity(StrEnum):
    """An error makes a spec unusable, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Label(NamedTuple):
    """A place and a remark about it."""

    span: Span
    text: str = ""


class Replacement(NamedTuple):
    """A text to write in place of what stands at a span."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One error or warning.

    ``code`` is a stable identifier (``residual/channels``) that ``archspec explain`` knows. The
    first label is the primary place, the others explain it. ``notes`` give context, such as call
    sites of the enclosing module. ``about`` names what is at fault, regardless of the place:
    ``("conv", "strides")``. ``fixes`` are what ``help`` says, as far as it can be said as a change
    of the text: each mends the place that it is about, and those of one place are alternatives.
    """

    code: str
    message: str
    labels: tuple[Label, ...] = ()
    help: str | None = None
    notes: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    about: tuple[str, ...] = ()
    fixes: tuple[Replacement, ...] = ()

    @property
    def span(self) -> Span | None:
        """The primary place; None if there is none, as for a missing file."""
        return self.labels[0].span if self.labels else None

    def __str__(self) -> str:
        """Format it in one line, as compilers do, and the fix in another."""
        place = f"{self.span}: " if self.span else ""
        help = f"\n  help: {self.help}" if self.help else ""
        return f"{place}{self.severity}[{self.code}]: {self.message}{help}"


def unreadable(error: Unreadable, labels: tuple[Label, ...] = ()) -> Diagnostic:
    """Return the diagnostic for a source that cannot be read."""
    return Diagnostic(f"file/{error.kind}", str(error), labels, error.help)


_LONGEST_NAME = 100


def instead(span: Span, wrong: str, *right: str) -> tuple[Replacement, ...]:
    """Offer texts in place of a name that stands once inside a span; none where it does not."""
    if not wrong or len(wrong) > _LONGEST_NAME:
        return ()
    found = list(re.finditer(rf"(?<!\w){re.escape(wrong)}(?!\w)", span.text))
    if len(found) != 1:
        return ()
    start, end = (span.start + column for column in found[0].span())
    return tuple(Replacement(span._replace(start=start, end=end), text) for text in right)


Report = Callable[[Diagnostic], None]
"""Records a diagnostic, after which checking continues."""


class SpecError(Exception):
    """A spec, a file or a backend cannot be used; ``diagnostics`` say why."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(map(str, self.diagnostics)))
