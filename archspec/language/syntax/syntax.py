"""Steps as written: what both forms of the step grammar are read into."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from archspec.diagnostic import Diagnostic, Label
from archspec.language.syntax.expressions import Expression, ExpressionError
from archspec.source import Span


class Form(Enum):
    """What stands under a word in a step that is written as a mapping."""

    ATTRIBUTES = auto()
    BRANCHES = auto()
    RESIDUAL = auto()
    STEPS = auto()
    UNKNOWN = auto()


class Text(NamedTuple):
    """A name and its place."""

    text: str
    span: Span


class Operand(NamedTuple):
    """A value as it was written, its place, and what was read (several operands if a list)."""

    text: str
    span: Span
    value: Expression | tuple[Operand, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names whose values it needs."""
        if isinstance(self.value, Expression):
            return self.value.names
        return frozenset(name for each in self.value for name in each.names)

    def part(self, start: int, end: int) -> Span:
        """Find the place of a part of the text; the whole operand's where it has no own."""
        source, line, column, last = self.span
        if last - column != len(self.text):
            return self.span
        return Span(source, line, column + start, column + max(end, start + 1))

    def refusal(self, error: ExpressionError) -> Diagnostic:
        """Say why this operand cannot be read or evaluated."""
        label = Label(self.part(error.start, error.end))
        return Diagnostic(f"expression/{error.kind}", str(error), (label,), error.help)


class Argument(NamedTuple):
    """A value for an attribute or option; without a key, for the word's main one."""

    key: str | None
    operand: Operand
    span: Span


class Contract(NamedTuple):
    """The shape that an author says a step gives."""

    shape: tuple[int, ...]
    span: Span


class Branch(NamedTuple):
    """One of the ways between a step's input and its output."""

    name: Text | None
    steps: tuple[Step, ...]
    span: Span

    @property
    def passes_through(self) -> bool:
        """Whether it is a bare ``identity``."""
        step = self.steps[0]
        bare = not (step.arguments or step.sources or step.count or step.name or step.shape)
        return len(self.steps) == 1 and step.word.text == "identity" and bare


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    ``branches`` are a merge's; a residual's, named ``body`` and ``shortcut``; the one of a repeat.
    A ``broken`` step has been reported: only its name and its contract can be relied on.
    """

    word: Text
    span: Span
    arguments: tuple[Argument, ...] = ()
    count: Operand | None = None
    name: Text | None = None
    sources: tuple[Text, ...] = ()
    shape: Contract | None = None
    branches: tuple[Branch, ...] = ()
    broken: bool = False
