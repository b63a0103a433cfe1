"""The abstract syntax of expressions, and their evaluation."""

from __future__ import annotations

import math
import operator
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

Constant = int | float | bool | str
Environment = Mapping[str, Constant]

LARGEST = 2**53
"""The largest magnitude of an intermediate result: whole numbers up to here are exact."""


Refusal = typing.Literal[
    "arguments",
    "division",
    "not-a-number",
    "parenthesis",
    "syntax",
    "too-deep",
    "too-large",
    "too-long",
    "unknown-function",
    "unknown-name",
]
"""The last parts of the codes ``expression/...``."""


class ExpressionError(Exception):
    """An expression cannot be read or evaluated; ``start`` and ``end`` are the columns to blame.

    ``kind`` is the last part of the diagnostic's code (``expression/<kind>``), ``help`` a fix.
    """

    def __init__(
        self, message: str, start: int, end: int, kind: Refusal = "syntax", help: str | None = None
    ) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.kind = kind
        self.help = help


@dataclass(frozen=True, slots=True)
class Term:
    """A node of the syntax tree, with the columns of its text."""

    start: int = field(compare=False, repr=False)
    end: int = field(compare=False, repr=False)

    def evaluate(self, environment: Environment) -> Constant:
        """Compute the value; raise ``ExpressionError``."""
        raise NotImplementedError

    def number(self, environment: Environment) -> int | float:
        """Compute the value as an operand of arithmetic; raise for a word, true or false."""
        value = self.evaluate(environment)
        if isinstance(value, bool | str):
            shown = str(value).lower() if isinstance(value, bool) else value
            raise self.error("not-a-number", f"`{shown}` is not a number")
        return value

    def error(self, kind: Refusal, message: str, help: str | None = None) -> ExpressionError:
        """Return an error that blames this term."""
        return ExpressionError(message, self.start, self.end, kind, help)

    def children(self) -> tuple[Term, ...]:
        """Return the operands."""
        return ()


@dataclass(frozen=True, slots=True)
class Number(Term):
    """A number."""

    value: int | float

    def evaluate(self, environment: Environment) -> Constant:
        """Return the number."""
        return self.value


@dataclass(frozen=True, slots=True)
class Literal(Term):
    """One of ``true``, ``false`` and ``none``."""

    value: bool | str

    def evaluate(self, environment: Environment) -> Constant:
        """Return the value."""
        return self.value


@dataclass(frozen=True, slots=True)
class Name(Term):
    """A variable: a param or an option; or a word."""

    name: str

    def evaluate(self, environment: Environment) -> Constant:
        """Look the name up in the environment."""
        value = environment.get(self.name)
        if value is None:
            raise self.error("unknown-name", f"`{self.name}` is not a param or an option here")
        if not isinstance(value, str):
            bounded(self, value)
        return value


@dataclass(frozen=True, slots=True)
class Unary(Term):
    """The negation of a number; ``operator`` is ``-``."""

    operator: str
    operand: Term

    def evaluate(self, environment: Environment) -> Constant:
        """Negate the operand."""
        return -self.operand.number(environment)

    def children(self) -> tuple[Term, ...]:
        """Return the operand."""
        return (self.operand,)


@dataclass(frozen=True, slots=True)
class Binary(Term):
    """One of the operations ``+ - * / // %`` on two numbers."""

    operator: str
    left: Term
    right: Term

    def evaluate(self, environment: Environment) -> Constant:
        """Compute the result; that of ``/`` is a whole number if there is no remainder."""
        left, right = self.left.number(environment), self.right.number(environment)
        if self.operator in ("/", "//", "%") and not right:
            raise self.right.error("division", "division by zero")
        return bounded(self, _ARITHMETIC[self.operator](left, right))

    def children(self) -> tuple[Term, ...]:
        """Return the left and the right operand."""
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Call(Term):
    """A call of ``min``, ``max``, ``ceil``, ``floor`` or ``round_to``."""

    function: str
    arguments: tuple[Term, ...]

    def evaluate(self, environment: Environment) -> Constant:
        """Apply the function."""
        values = [argument.number(environment) for argument in self.arguments]
        try:
            return bounded(self, FUNCTIONS[self.function].apply(*values))
        except ValueError as error:
            raise self.error("arguments", str(error)) from None

    def children(self) -> tuple[Term, ...]:
        """Return the arguments."""
        return self.arguments


def walk(term: Term) -> Iterator[Term]:
    """Yield a term and its descendants in pre-order."""
    yield term
    for child in term.children():
        yield from walk(child)


def round_to(value: int | float, divisor: int | float) -> int:
    """Round to the nearest multiple of ``divisor``, at least one; up if over 10 % would be lost.

    Source: ``_make_divisible`` in the MobileNet authors' code (TF-slim).
    """
    if divisor != int(divisor) or divisor < 1:
        raise ValueError(f"round_to needs a whole number of at least 1 to round to, got {divisor}")
    step = int(divisor)
    nearest = max(step, math.floor(value + step / 2) // step * step)
    return nearest + step if nearest < 0.9 * value else nearest


class Function(NamedTuple):
    """A function of expressions, with the least and the greatest number of its arguments."""

    apply: Callable[..., int | float]
    least: int
    most: int


def _smallest(*values: int | float) -> int | float:
    return min(values)


def _greatest(*values: int | float) -> int | float:
    return max(values)


FUNCTIONS: Mapping[str, Function] = {
    "min": Function(_smallest, 1, 16),
    "max": Function(_greatest, 1, 16),
    "ceil": Function(math.ceil, 1, 1),
    "floor": Function(math.floor, 1, 1),
    "round_to": Function(round_to, 2, 2),
}


_ARITHMETIC: Mapping[str, Callable[[int | float, int | float], int | float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


def bounded(term: Term, value: int | float) -> int | float:
    """Return ``value``, as an integer if it is whole; raise ``ExpressionError`` if too large."""
    if abs(value) <= LARGEST:
        return int(value) if value == int(value) else value
    raise term.error("too-large", "a number beyond 2**53, up to which whole numbers are exact")
