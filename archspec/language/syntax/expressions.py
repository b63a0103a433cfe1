"""A recursive-descent parser for arithmetic expressions, with bounded length and depth.

sum     = product (("+" | "-") product)*
product = factor (("*" | "/" | "//" | "%") factor)*
factor  = "-" factor | "(" sum ")" | number | name | function "(" sum ("," sum)* ")"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, NoReturn

from archspec.language.syntax.terms import (
    FUNCTIONS,
    Binary,
    Call,
    Constant,
    Environment,
    ExpressionError,
    Function,
    Literal,
    Name,
    Number,
    Term,
    Unary,
    bounded,
    walk,
)

__all__ = [
    "Binary",
    "Call",
    "Constant",
    "Environment",
    "Expression",
    "ExpressionError",
    "Literal",
    "Name",
    "Number",
    "Term",
    "Unary",
    "parse",
    "walk",
]

LONGEST = 200
"""The maximum length of an expression in characters."""
DEEPEST = 16
"""The maximum nesting of parentheses, calls and minus signs."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression: its text, its syntax tree, and its free variables."""

    text: str
    root: Term
    names: frozenset[str]

    def evaluate(self, environment: Environment) -> Constant:
        """Compute the value; raise ``ExpressionError``."""
        return self.root.evaluate(environment)


@lru_cache(maxsize=8192)
def parse(text: str) -> Expression:
    """Parse an expression; raise ``ExpressionError``."""
    if len(text) > LONGEST:
        raise ExpressionError(
            f"an expression of {len(text)} characters; the most is {LONGEST}",
            0,
            len(text),
            "too-long",
            "name its parts under `params`",
        )
    root = _Parser(tuple(_tokens(text)), len(text)).whole()
    names = frozenset(term.name for term in walk(root) if isinstance(term, Name))
    return Expression(text, root, names)


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
        character = text[position]
        raise ExpressionError(
            f"`{character}` has no meaning in an expression",
            position,
            position + 1,
            "syntax",
            _INSTEAD.get(character),
        )


_CONSTANTS: Mapping[str, bool | str] = {"true": True, "false": False, "none": "none"}


class _Parser:
    """A recursive-descent parser with one token of lookahead; each rule is a method."""

    def __init__(self, tokens: tuple[_Token, ...], length: int) -> None:
        self.tokens = (*tokens, _Token("end", "", length, length))
        self.position = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.position]

    def whole(self) -> Term:
        found = self.sum()
        if self.token.kind != "end":
            self.refuse_rest()
        return found

    def sum(self) -> Term:
        return self.chain(("+", "-"), self.product)

    def product(self) -> Term:
        return self.chain(("*", "/", "//", "%"), self.factor)

    def chain(self, signs: tuple[str, ...], part: Callable[[], Term]) -> Term:
        left = part()
        while self.token.text in signs:
            sign = self.take().text
            right = part()
            left = Binary(left.start, right.end, sign, left, right)
        return left

    def factor(self) -> Term:
        token = self.take()
        if token.kind == "number":
            return _number(token)
        if token.kind == "name":
            return self.call(token) if self.token.text == "(" else _name(token)
        self.descend(token)
        if token.text == "-":
            operand = self.factor()
            found: Term = Unary(token.start, operand.end, "-", operand)
        elif token.text == "(":
            found = self.sum()
            self.close(token)
        else:
            self.refuse_value(token)
        self.depth -= 1
        return found

    def call(self, name: _Token) -> Term:
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
                f"more than {DEEPEST} nested parentheses", token.start, token.end, "too-deep"
            )

    def refuse_rest(self) -> NoReturn:
        token, before = self.token, self.tokens[self.position - 1]
        if token.text == ")":
            raise ExpressionError(
                "this parenthesis was never opened", token.start, token.end, "parenthesis"
            )
        help = _between(before, token) if token.kind == "name" else None
        raise ExpressionError(
            f"expected an operator before `{token.text}`", token.start, token.end, "syntax", help
        )

    def refuse_value(self, token: _Token) -> NoReturn:
        if token.kind == "end":
            start = max(0, token.start - 1)
            raise ExpressionError("a number or a name is missing at the end", start, token.end)
        raise ExpressionError(
            f"expected a number or a name, found `{token.text}`",
            token.start,
            token.end,
            "syntax",
            _NO_POWER if token.text == "*" else None,
        )


_KERNELS = "a kernel has two sizes, 3x3, and stands alone"
_NO_POWER = "there is no power: write `k*k`"
_BARE = "params and options are named as they are, without a sign or braces: conv 3x3 k"
_INSTEAD = {
    "\N{MULTIPLICATION SIGN}": "a kernel is written with an x, 3x3, a product with a star, 2*k",
    "\N{MINUS SIGN}": "write a plain minus, -",
    "\N{EN DASH}": "write a plain minus, -",
    "\N{RIGHT DOUBLE QUOTATION MARK}": 'write plain quotes, "',
    "^": _NO_POWER,
    "$": _BARE,
    "{": _BARE,
}


def _between(before: _Token, name: _Token) -> str | None:
    if set(name.text) <= set("xX0123456789"):
        return _KERNELS
    if before.kind == "sign" or name.text[0] == "_":
        return None
    return f"write `{before.text}*{name.text}` to multiply"


def _number(token: _Token) -> Term:
    value = int(token.text) if token.text.isdecimal() else float(token.text)
    term = Number(token.start, token.end, value)
    bounded(term, value)
    return term


def _name(token: _Token) -> Term:
    if token.text in _CONSTANTS:
        return Literal(token.start, token.end, _CONSTANTS[token.text])
    if token.text == "V":
        return Name(token.start, token.end, "valid")
    if token.text != token.text.lower():
        raise ExpressionError(
            f"`{token.text}`: names are lower case",
            token.start,
            token.end,
            "syntax",
            f"write `{token.text.lower()}`",
        )
    return Name(token.start, token.end, token.text)


def _call(name: _Token, arguments: tuple[Term, ...], end: int) -> Term:
    function = FUNCTIONS.get(name.text)
    if function is None:
        raise ExpressionError(
            f"no function is called `{name.text}`",
            name.start,
            name.end,
            "unknown-function",
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
