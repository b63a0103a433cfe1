"""Defaults of a file: what most steps of a word say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from archspec.attributes import Value, read
from archspec.language.syntax.words import attributes_of
from archspec.operator import words_with
from archspec.raising.layering import Usual
from archspec.raising.pieces import Copied, Residual, Simple, Steps, Values
from archspec.raising.skeleton import copies_in

RESIDUAL = "residual"
_CANDIDATES = ("norm", "activation", "padding", "ceil", "count_padding", "mode")


@dataclass(frozen=True)
class Defaults:
    """The defaults that a file states, by word and attribute, in the order of first use."""

    stated: Mapping[str, Mapping[str, Value]]

    @classmethod
    def of(cls, lists: Iterable[Steps], usual: Usual) -> Defaults:
        """Find what more than half of the steps of a word say, and what norms usually are."""
        every = ((word, values) for word, values in usual.values.items())
        most = ((word, {name: value}) for word, name, value in _most(lists))
        found: dict[str, dict[str, Value]] = {}
        for word, values in (*most, *every):
            for name, value in values.items():
                if value != language_default(word, name):
                    found.setdefault(word, {})[name] = value
        return cls(found)

    def of_attribute(self, word: str, name: str, values: Values) -> Value | None:
        """Return the value of an attribute that is not written, given the others; None if none."""
        if name == "bias" and "norm" in values:
            return values["norm"] == "none"
        stated = self.stated.get(word, {})
        return stated[name] if name in stated else language_default(word, name)


def language_default(word: str, name: str) -> Value | None:
    """Return the default of an attribute in the language; None where it has to be written."""
    attribute = (attributes_of(word) or {})[name]
    return None if attribute.required else read(attribute.kind, attribute.default)


def _most(lists: Iterable[Steps]) -> Iterator[tuple[str, str, Value]]:
    """Yield the values that more than half of the steps of a word have."""
    counted: dict[tuple[str, str], Counter[Value]] = {}
    for copy in chain.from_iterable(map(copies_in, lists)):
        word, values = _said(copy)
        for name in (each for each in _CANDIDATES if each in values):
            counted.setdefault((word, name), Counter())[values[name]] += 1
    for (word, name), counts in counted.items():
        value, count = counts.most_common(1)[0]
        if 2 * count > counts.total() and isinstance(value, bool | str):
            yield word, name, value


def _said(piece: Copied) -> tuple[str, Values]:
    """Return what may be a default; of a merge nothing, whose activation would be missed there."""
    if isinstance(piece, Simple) and piece.word not in words_with("merge"):
        return piece.word, piece.values
    return (RESIDUAL, piece.values) if isinstance(piece, Residual) else ("", {})
