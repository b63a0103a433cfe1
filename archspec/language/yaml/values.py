"""What YAML holds, with places: scalars, lists and mappings."""

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
"""A longer run of digits is a text."""


class Scalar(NamedTuple):
    """A text, plain or quoted, and its place."""

    span: Span
    text: str
    plain: bool

    @property
    def value(self) -> int | float | bool | str | None:
        """What a plain scalar means by YAML 1.2's core rules; a quoted one is always text."""
        return _resolve(self.text) if self.plain else self.text

    @property
    def origin(self) -> int | None:
        """The column of the text's first character; None where the text is not written as such."""
        source, line, start, end = self.span
        written = source.line(line)[start:end]
        close = 0 if self.plain else 1
        if written.endswith(self.text, 0, len(written) - close):
            return end - close - len(self.text)
        return None

    def at(self, start: int, end: int) -> Span:
        """Find the place of a part of the text; the whole scalar's where it has no own."""
        origin = self.origin
        if origin is None:
            return self.span
        return Span(self.span.source, self.span.line, origin + start, origin + end)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list and its place; ``flow`` if it was written in brackets."""

    span: Span
    items: tuple[Value, ...]
    flow: bool


@dataclass(frozen=True, slots=True)
class Mapping:
    """Values under keys, in the order written, and their place; no two keys are equal."""

    span: Span
    entries: tuple[tuple[Scalar, Value], ...]

    def get(self, key: str) -> Value | None:
        """Find the value under ``key``."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """Find the key itself, for its place."""
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
    """List the three ways in which YAML lets each word be written."""
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
