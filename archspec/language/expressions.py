"""Arithmetic in specs: a small grammar of numbers and names, parsed and evaluated within bounds.

sum     = product (("+" | "-") product)*
product = factor (("*" | "/" | "//" | "%") factor)*
factor  = "-" factor | "(" sum ")" | number | name | function "(" sum ("," sum)* ")"
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, NoReturn

Constant = int | float | bool | str

LONGEST = 200
"""Characters that an expression may have."""
DEEPEST = 16
"""Parentheses, calls and minus signs that may stand in each other."""
LARGEST = 2**53
"""Magnitude that no number on the way may exceed: up to here every whole number is exact."""

Environment = Mapping[str, Constant]


class ExpressionError(Exception):
    """An expression that cannot be read or evaluated: why, and the columns of its text to blame.

    ``kind`` is the last part of the diagnostic's code (``expression/<kind>``), ``help`` a way out.
    """

    def __init__(
        self, message: str, start: int, end: int, kind: str = "syntax", help: str | None = None
    ) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.kind = kind
        self.help = help


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression and the columns it was written in."""

    start: int = field(compare=False, repr=False)
    end: int = field(compare=False, repr=False)

    def evaluate(self, environment: Environment) -> Constant:
        """Compute the value; raise ``ExpressionError``."""
        raise NotImplementedError

    def number(self, environment: Environment) -> int | float:
        """Compute the value for arithmetic: a word, true or false is refused."""
        value = self.evaluate(environment)
        if isinstance(value, bool | str):
            shown = str(value).lower() if isinstance(value, bool) else value
            raise self.error("not-a-number", f"`{shown}` is no number to calculate with")
        return value

    def error(self, kind: str, message: str, help: str | None = None) -> ExpressionError:
        """Make an error that blames this part."""
        return ExpressionError(message, self.start, self.end, kind, help)

    def children(self) -> tuple[Node, ...]:
        """List the parts that this one is computed from."""
        return ()


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as written."""

    value: int | float

    def evaluate(self, environment: Environment) -> Constant:
        """Return the number."""
        return self.value


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """One of ``true``, ``false`` and ``none``."""

    value: bool | str

    def evaluate(self, environment: Environment) -> Constant:
        """Return the value."""
        return self.value


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A param, an option, or a word."""

    name: str

    def evaluate(self, environment: Environment) -> Constant:
        """Look the name up."""
        value = environment.get(self.name)
        if value is None:
            raise self.error("unknown-name", f"`{self.name}` is not a param or an option here")
        if not isinstance(value, str):
            _bounded(self, value)
        return value


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """A number with its sign changed; ``operator`` is ``-``."""

    operator: str
    operand: Node

    def evaluate(self, environment: Environment) -> Constant:
        """Negate the operand."""
        return -self.operand.number(environment)

    def children(self) -> tuple[Node, ...]:
        """The operand."""
        return (self.operand,)


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Two numbers and ``+ - * / // %`` between them."""

    operator: str
    left: Node
    right: Node

    def evaluate(self, environment: Environment) -> Constant:
        """Calculate; ``/`` gives a whole number where it comes out even."""
        left, right = self.left.number(environment), self.right.number(environment)
        if self.operator in ("/", "//", "%") and not right:
            raise self.right.error("division", "division by zero")
        return _bounded(self, _ARITHMETIC[self.operator](left, right))

    def children(self) -> tuple[Node, ...]:
        """The left operand, then the right one."""
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``min``, ``max``, ``ceil``, ``floor`` or ``round_to`` of some numbers."""

    function: str
    arguments: tuple[Node, ...]

    def evaluate(self, environment: Environment) -> Constant:
        """Apply the function."""
        values = [argument.number(environment) for argument in self.arguments]
        try:
            return _bounded(self, FUNCTIONS[self.function].apply(*values))
        except ValueError as error:
            raise self.error("argument", str(error)) from None

    def children(self) -> tuple[Node, ...]:
        """The arguments."""
        return self.arguments


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as written, and the tree that it means."""

    text: str
    root: Node

    @property
    def names(self) -> frozenset[str]:
        """The names whose values it needs."""
        return frozenset(node.name for node in walk(self.root) if isinstance(node, Name))

    def evaluate(self, environment: Environment) -> Constant:
        """Compute the value; raise ``ExpressionError`` with the part to blame."""
        return self.root.evaluate(environment)


def walk(node: Node) -> Iterator[Node]:
    """List a node and everything below it."""
    yield node
    for child in node.children():
        yield from walk(child)


@lru_cache(maxsize=8192)
def parse(text: str) -> Expression:
    """Read an expression; raise ``ExpressionError``."""
    if len(text) > LONGEST:
        raise ExpressionError(
            f"an expression of {len(text)} characters; the most is {LONGEST}",
            0,
            len(text),
            "too-long",
            "name its parts under `params`",
        )
    parser = _Parser(tuple(_tokens(text)), len(text))
    return Expression(text, parser.whole())


def round_to(value: int | float, divisor: int | float) -> int:
    """Round to the nearest multiple, half up, at least one; one more if over 10 % would be lost.

    This is ``_make_divisible`` of the MobileNet authors.
    """
    if divisor != int(divisor) or divisor < 1:
        raise ValueError(f"round_to wants a whole number of at least 1 to round to, got {divisor}")
    step = int(divisor)
    nearest = max(step, math.floor(value + step / 2) // step * step)
    return nearest + step if nearest < 0.9 * value else nearest


class Function(NamedTuple):
    """A function of the language: how it is computed and how many numbers it takes."""

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


def _divide(left: int | float, right: int | float) -> int | float:
    exact = isinstance(left, int) and isinstance(right, int) and left % right == 0
    return left // right if exact else left / right


_ARITHMETIC: Mapping[str, Callable[[int | float, int | float], int | float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "//": operator.floordiv,
    "%": operator.mod,
}


def _bounded(node: Node, value: int | float) -> int | float:
    if abs(value) <= LARGEST:
        return value
    raise node.error("too-large", f"a number beyond 2**53 ({float(value):.3g})")


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"[ \t]*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>//|[-+*/%(),]))"
)
_BLANKS = re.compile(r"[ \t]*")


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while found := _TOKEN.match(text, position):
        kind = found.lastgroup or ""
        yield _Token(kind, found[kind], *found.span(kind))
        position = found.end()
    rest = _BLANKS.match(text, position)
    position = rest.end() if rest else position
    if position < len(text):
        raise ExpressionError(
            f"`{text[position]}` has no meaning in an expression", position, position + 1
        )


_CONSTANTS: Mapping[str, bool | str] = {"true": True, "false": False, "none": "none"}


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, tokens: tuple[_Token, ...], length: int) -> None:
        self.tokens = (*tokens, _Token("end", "", length, length))
        self.position = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.position]

    def whole(self) -> Node:
        found = self.sum()
        if self.token.kind != "end":
            self.refuse_rest()
        return found

    def sum(self) -> Node:
        return self.chain(("+", "-"), self.product)

    def product(self) -> Node:
        return self.chain(("*", "/", "//", "%"), self.factor)

    def chain(self, signs: tuple[str, ...], part: Callable[[], Node]) -> Node:
        left = part()
        while self.token.text in signs:
            sign = self.take().text
            right = part()
            left = Binary(left.start, right.end, sign, left, right)
        return left

    def factor(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return _number(token)
        if token.kind == "name":
            return self.call(token) if self.token.text == "(" else _name(token)
        self.descend(token)
        if token.text == "-":
            operand = self.factor()
            found: Node = Unary(token.start, operand.end, "-", operand)
        elif token.text == "(":
            found = self.sum()
            self.close(token)
        else:
            self.refuse_value(token)
        self.depth -= 1
        return found

    def call(self, name: _Token) -> Node:
        self.descend(name)
        opening = self.take()
        arguments = [self.sum()]
        while self.token.text == ",":
            self.take()
            arguments.append(self.sum())
        end = self.close(opening)
        self.depth -= 1
        return _call(name, tuple(arguments), end)

    def take(self) -> _Token:
        token = self.token
        if token.kind != "end":
            self.position += 1
        return token

    def close(self, opening: _Token) -> int:
        if self.token.text == ")":
            return self.take().end
        if self.token.kind == "end":
            raise ExpressionError(
                "this parenthesis is never closed", opening.start, opening.end, "parenthesis"
            )
        self.refuse_rest()

    def descend(self, token: _Token) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(
                f"more than {DEEPEST} parentheses in each other", token.start, token.end, "too-deep"
            )

    def refuse_rest(self) -> NoReturn:
        token, before = self.token, self.tokens[self.position - 1]
        if token.text == ")":
            raise ExpressionError(
                "this parenthesis was never opened", token.start, token.end, "parenthesis"
            )
        help = f"write `{before.text}*{token.text}` to multiply" if token.kind == "name" else None
        raise ExpressionError(
            f"expected an operator before `{token.text}`", token.start, token.end, "syntax", help
        )

    def refuse_value(self, token: _Token) -> NoReturn:
        if token.kind == "end":
            start = max(0, token.start - 1)
            raise ExpressionError("a number or a name is missing at the end", start, token.end)
        raise ExpressionError(
            f"expected a number or a name, found `{token.text}`", token.start, token.end
        )


def _number(token: _Token) -> Node:
    value = int(token.text) if token.text.isdecimal() else float(token.text)
    node = Number(token.start, token.end, value)
    _bounded(node, value)
    return node


def _name(token: _Token) -> Node:
    if token.text in _CONSTANTS:
        return Literal(token.start, token.end, _CONSTANTS[token.text])
    if token.text != token.text.lower():
        raise ExpressionError(
            f"`{token.text}`: names are lower case",
            token.start,
            token.end,
            "syntax",
            f"write `{token.text.lower()}`",
        )
    return Name(token.start, token.end, token.text)


def _call(name: _Token, arguments: tuple[Node, ...], end: int) -> Node:
    function = FUNCTIONS.get(name.text)
    if function is None:
        raise ExpressionError(
            f"no function is called `{name.text}`",
            name.start,
            name.end,
            "function",
            f"the functions are {', '.join(FUNCTIONS)}",
        )
    if not function.least <= len(arguments) <= function.most:
        raise ExpressionError(
            f"`{name.text}` takes {_count(function)}, got {len(arguments)}",
            name.start,
            end,
            "arguments",
        )
    return Call(name.start, end, name.text, arguments)


def _count(function: Function) -> str:
    if function.least == function.most:
        return "one number" if function.most == 1 else f"{function.most} numbers"
    return f"{function.least} to {function.most} numbers"
