"""The abstract syntax of steps, common to both notations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from archspec.diagnostic import Diagnostic, Label
from archspec.language.syntax.expressions import Expression, ExpressionError
from archspec.source import Span


class Form(Enum):
    """The kind of value that a word has in a step written as a mapping."""

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
    """The text of a value, its place, and its expression; several operands if it is a list."""

    text: str
    span: Span
    value: Expression | tuple[Operand, ...]

    @property
    def names(self) -> frozenset[str]:
        """The free variables of its expressions."""
        if isinstance(self.value, Expression):
            return self.value.names
        return frozenset(name for each in self.value for name in each.names)

    def part(self, start: int, end: int) -> Span:
        """Return the span of a part of the text, or the whole span if the source differs."""
        source, line, column, last = self.span
        if last - column != len(self.text):
            return self.span
        return Span(source, line, column + start, column + max(end, start + 1))

    def refusal(self, error: ExpressionError) -> Diagnostic:
        """Return the diagnostic for an error in reading or evaluating this operand."""
        label = Label(self.part(error.start, error.end))
        return Diagnostic(f"expression/{error.kind}", str(error), (label,), error.help)


class Argument(NamedTuple):
    """A value for an attribute or option; without a key, for the main one of the word."""

    key: str | None
    operand: Operand
    span: Span


class Contract(NamedTuple):
    """The output shape that an author states for a step."""

    shape: tuple[int, ...]
    span: Span


class Branch(NamedTuple):
    """A list of steps between the input and the output of a merge, residual or repeat."""

    name: Text | None
    steps: tuple[Step, ...]
    span: Span

    @property
    def passes_through(self) -> bool:
        """Whether it is a single ``identity`` without clauses."""
        step = self.steps[0]
        bare = not (step.arguments or step.sources or step.count or step.name or step.shape)
        return len(self.steps) == 1 and step.word.text == "identity" and bare


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    ``branches`` are those of a merge, ``body`` and ``shortcut`` of a residual, or the one of a
    repeat. Errors of a ``broken`` step have been reported; only its name and contract are reliable.
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


def step_names(steps: Iterable[Step]) -> Iterator[str]:
    """Name each step of a list by its ``as``, or else by its word, numbered among the unnamed."""
    unnamed: Counter[str] = Counter()
    for step in steps:
        word = step.word.text
        if step.name is not None:
            yield step.name.text
            continue
        number = unnamed[word]
        unnamed[word] += 1
        yield f"{word}_{number}" if number else word
