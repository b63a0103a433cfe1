"""Expressions of the language, computed as they are read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping

Number = int | float
Value = Number | bool | str | tuple["Value", ...]
Names = Mapping[str, Value]

_TOKEN = re.compile(
    r"\s*(?:(?P<size>\d+x\d+)(?![\w.])"
    r"|(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<sign>//|[-+*/%(),\[\]]))"
)
_WORDS: Names = {"true": True, "false": False}


def whole(value: Number) -> Number:
    """Return a fraction that comes out even as a whole number."""
    return int(value) if value == int(value) else value


def round_to(value: Number, divisor: Number) -> Number:
    """Round to the nearest multiple, half up; not below one, nor by over a tenth down."""
    nearest = max(divisor, math.floor(value / divisor + 0.5) * divisor)
    return nearest + divisor if nearest < value - value / 10 else nearest


_FUNCTIONS: Mapping[str, Callable[..., Number]] = {
    "min": lambda *values: min(values),
    "max": lambda *values: max(values),
    "ceil": math.ceil,
    "floor": math.floor,
    "round_to": round_to,
}


def evaluate(text: str, names: Names) -> Value:
    """Compute an expression, a word or a list in brackets; ``3x3`` gives a pair."""
    tokens = _Tokens(text)
    value = _sum(tokens, names)
    if tokens.kind:
        raise ValueError(f"{tokens.text!r} follows an expression in {text!r}")
    return value


class _Tokens:
    """The tokens of a text, with the one that comes next."""

    def __init__(self, text: str) -> None:
        self._left = self._split(text)
        self.kind, self.text = next(self._left)

    @staticmethod
    def _split(text: str) -> Iterator[tuple[str, str]]:
        end = 0
        text = text.rstrip()
        while end < len(text):
            found = _TOKEN.match(text, end)
            if found is None or found.lastgroup is None:
                raise ValueError(f"{text!r} is no expression")
            end = found.end()
            yield found.lastgroup, found[found.lastgroup]
        yield "", ""

    def take(self) -> str:
        text = self.text
        self.kind, self.text = next(self._left)
        return text

    def skip(self, *signs: str) -> bool:
        """Take one of some signs if it comes next, and say whether it did."""
        if self.kind != "sign" or self.text not in signs:
            return False
        self.take()
        return True


def _sum(tokens: _Tokens, names: Names) -> Value:
    value = _product(tokens, names)
    while tokens.text in ("+", "-"):
        sign = tokens.take()
        left, right = number(value), number(_product(tokens, names))
        value = whole(left + right if sign == "+" else left - right)
    return value


def _product(tokens: _Tokens, names: Names) -> Value:
    value = _signed(tokens, names)
    while tokens.text in ("*", "/", "//", "%"):
        sign = tokens.take()
        left, right = number(value), number(_signed(tokens, names))
        value = whole(_multiplied(sign, left, right))
    return value


def _multiplied(sign: str, left: Number, right: Number) -> Number:
    if sign == "*":
        return left * right
    if sign == "/":
        return left / right
    return left // right if sign == "//" else left % right


def _signed(tokens: _Tokens, names: Names) -> Value:
    return -number(_signed(tokens, names)) if tokens.skip("-") else _atom(tokens, names)


def _atom(tokens: _Tokens, names: Names) -> Value:
    if tokens.skip("("):
        return _listed(tokens, names, ")")[0]
    if tokens.skip("["):
        return _listed(tokens, names, "]")
    kind, text = tokens.kind, tokens.take()
    if kind == "size":
        return tuple(int(each) for each in text.split("x"))
    if kind == "number":
        return whole(float(text)) if re.search("[.eE]", text) else int(text)
    if kind != "name":
        raise ValueError(f"{text!r} is no value")
    if text in _FUNCTIONS and tokens.skip("("):
        return _FUNCTIONS[text](*(number(each) for each in _listed(tokens, names, ")")))
    return names[text] if text in names else _WORDS.get(text, text)


def _listed(tokens: _Tokens, names: Names, end: str) -> tuple[Value, ...]:
    values = [_sum(tokens, names)]
    while tokens.skip(","):
        values.append(_sum(tokens, names))
    if not tokens.skip(end):
        raise ValueError(f"{end} is missing")
    return tuple(values)


def number(value: Value) -> Number:
    """Return a value that has to be a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return value
