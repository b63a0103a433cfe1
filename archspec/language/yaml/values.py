"""The values of YAML with their source locations: scalars, lists and mappings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from archspec.source import Span

_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST_NUMBER = 64
"""The length beyond which digits are read as a text, since parsing is quadratic."""


class Scalar(NamedTuple):
    """A text, plain or quoted, and its place."""

    span: Span
    text: str
    plain: bool

    @property
    def value(self) -> int | float | bool | str | None:
        """The value of a plain scalar by YAML 1.2's core schema; a quoted one is always text."""
        return _resolve(self.text) if self.plain else self.text

    @property
    def origin(self) -> int | None:
        """The column of the text's first character; None if the source differs from the text."""
        source, line, start, end = self.span
        written = source.line(line)[start:end]
        close = 0 if self.plain else 1
        if written.endswith(self.text, 0, len(written) - close):
            return end - close - len(self.text)
        return None

    def at(self, start: int, end: int) -> Span:
        """Return the span of a part of the text; of the whole scalar if there is no ``origin``."""
        origin = self.origin
        if origin is None:
            return self.span
        return Span(self.span.source, self.span.line, origin + start, origin + end)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list and its place; ``flow`` if it is written in brackets."""

    span: Span
    items: tuple[Value, ...]
    flow: bool


@dataclass(frozen=True, slots=True)
class Mapping:
    """Values by key in source order, and their place; keys are unique."""

    span: Span
    entries: tuple[tuple[Scalar, Value], ...]

    def get(self, key: str) -> Value | None:
        """Return the value of ``key``; None if there is none."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """Return the scalar of a key, for its place; None if there is none."""
        return next((name for name, _ in self.entries if name.text == key), None)


Value = Scalar | Sequence | Mapping


def _resolve(text: str) -> int | float | bool | str | None:
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.replace(".", "")) if _SPECIAL.fullmatch(text) else text


def spellings(*words: str) -> tuple[str, ...]:
    """List the spellings of each word that YAML allows: lower case, capitalised and upper case."""
    return tuple(
        spell(word) for word, spell in product(words, (str.lower, str.capitalize, str.upper))
    )


_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(spellings("null")),
    **dict.fromkeys(spellings("true"), True),
    **dict.fromkeys(spellings("false"), False),
}
