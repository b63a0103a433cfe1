"""The short form of layers and operators, for all uses of a module at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archspec.attributes import Value, show
from archspec.language.syntax.words import main_of
from archspec.raising.layering import ACTIVATION, NORM
from archspec.raising.options import Options
from archspec.raising.pieces import Simple
from archspec.raising.skeleton import number
from archspec.raising.usual import Defaults

BIAS, LINEAR = "bias", "linear"
Channels = tuple[Value, ...]
_SIZES = re.compile("[0-9]+x[0-9]+")
_PADDINGS = {"valid": "V", "same": "same", "symmetric": "symmetric"}


class Argument(NamedTuple):
    """An argument in the short form: its place among the others, and its text."""

    rank: int
    text: str


@dataclass(frozen=True)
class Arguments:
    """Writes layers and operators; ``options`` are those of the module around them."""

    defaults: Defaults
    options: Options

    def step(self, pieces: Sequence[Simple], arriving: Channels | None, hint: str) -> str:
        """Write a step; ``pieces`` are its uses, ``arriving`` the channels that its list takes.

        ``hint`` is a name for its number of channels, if that is an option.
        """
        first = pieces[0]
        is_linear = all(map(self._is_linear, pieces))
        left_out = (BIAS, NORM, ACTIVATION) if is_linear else ()
        said = [Argument(4, LINEAR)] if is_linear else []
        for name in first.values:
            every = [each.values[name] for each in pieces]
            usual = self.defaults.of_attribute(first.word, name, first.values)
            if name not in left_out and any(each != usual for each in every):
                said.append(self._argument(first.word, name, every, arriving, hint))
        said.sort(key=lambda each: each.rank)
        return " ".join([first.word, *(each.text for each in said)])

    def _is_linear(self, piece: Simple) -> bool:
        """Whether a layer is what ``linear`` means, and not by the defaults of the file alone."""
        values, stated = piece.values, self.defaults.stated.get(piece.word, {})
        is_bare = values.get(NORM) == values.get(ACTIVATION) == "none"
        return is_bare and values[BIAS] is True and not stated.keys().isdisjoint((NORM, ACTIVATION))

    def _argument(
        self,
        word: str,
        name: str,
        values: Sequence[Value],
        arriving: Channels | None,
        hint: str,
    ) -> Argument:
        is_equal = len(set(values)) == 1
        if name == "kernel" and is_equal and isinstance(values[0], tuple):
            return Argument(0, _text(values[0]))
        if is_equal and number(values[0]) is None:
            return _placed(word, name, _text(values[0]))
        plain = tuple([_plain(each) for each in values])
        return _placed(word, name, self.options.text(plain, name, arriving, hint))


def _plain(value: Value) -> Value:
    found = number(value)
    return value if found is None else found


def _placed(word: str, name: str, text: str) -> Argument:
    if name == main_of(word):
        return Argument(1, f"{name}={text}" if _SIZES.fullmatch(text) else text)
    if name == "stride" and text.isalnum():
        return Argument(2, f"/{text}")
    if name == "padding" and text in _PADDINGS:
        return Argument(3, _PADDINGS[text])
    return Argument(0 if name == "kernel" else 5, f"{name}={text}")


def _text(value: Value) -> str:
    return "".join(show(value).split())
