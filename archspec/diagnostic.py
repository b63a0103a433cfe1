"""What went wrong, as data: a code, a message, places with remarks, a way out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from archspec.source import Span


class Severity(StrEnum):
    """How bad it is: an error stops the spec, a warning only speaks."""

    ERROR = "error"
    WARNING = "warning"


class Label(NamedTuple):
    """A place and what is to be said of it."""

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One cause of trouble.

    ``code`` is a stable word (``residual/channels``) that ``archspec explain`` knows. The first
    label says where, the others why. ``notes`` tell the way there, such as the use of the enclosing
    module. ``about`` names what is at fault, wherever it stands: ``("conv", "strides")``.
    """

    code: str
    message: str
    labels: tuple[Label, ...] = ()
    help: str | None = None
    notes: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    about: tuple[str, ...] = ()

    @property
    def span(self) -> Span | None:
        """Where it is; None for what has no place, such as a missing file."""
        return self.labels[0].span if self.labels else None

    def __str__(self) -> str:
        """Say it in a line, as compilers do, and a way out in another."""
        place = f"{self.span}: " if self.span else ""
        help = f"\n  help: {self.help}" if self.help else ""
        return f"{place}{self.severity}[{self.code}]: {self.message}{help}"


Report = Callable[[Diagnostic], None]
"""Takes note of what went wrong, while reading goes on."""


class SpecError(Exception):
    """A spec that cannot be used, with everything that is wrong with it."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(map(str, self.diagnostics)))
