"""Modules: uses of one skeleton become one template, and what it is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from string import ascii_lowercase

from archspec.language.syntax.words import known_words
from archspec.raising.options import Options
from archspec.raising.pieces import Residual, Steps, Use
from archspec.raising.skeleton import Skeleton, copies_in, skeleton


@dataclass
class Module:
    """A template: its name, its uses in order, and the options in which they differ."""

    name: str
    uses: list[Use] = field(default_factory=list)
    options: Options = field(default_factory=Options)


@dataclass(frozen=True)
class Modules:
    """The templates of a network, inner ones before those that use them, and where they are used.

    ``places`` maps the path of a use to its template and its number among the uses of that.
    """

    all: tuple[Module, ...]
    places: Mapping[str, tuple[Module, int]]

    @classmethod
    def of(cls, steps: Steps) -> Modules:
        """Group all uses by their skeletons; the most used ones are named first."""
        grouped: dict[Skeleton, list[Use]] = {}
        for use in copies_in(steps):
            if isinstance(use, Use):
                grouped.setdefault(skeleton(use), []).append(use)
        names: dict[Skeleton, str] = {}
        for key in sorted(grouped, key=lambda each: -len(grouped[each])):
            taken = {*names.values(), *known_words()}
            names[key] = next(each for each in _names(grouped[key][0]) if each not in taken)
        found = tuple(Module(names[key], uses) for key, uses in grouped.items())
        places = {use.path: (each, at) for each in found for at, use in enumerate(each.uses)}
        return cls(found, places)


def _names(use: Use) -> Iterator[str]:
    """Yield names for a template, the best one first."""
    name = use.word
    yield name
    if any(isinstance(each.piece, Residual) and len(each.piece.shortcut) for each in use.steps):
        yield f"projected_{use.word}"
    yield from (f"{use.word}_{letter}" for letter in ascii_lowercase[1:])
    yield from (f"{use.word}_z{number}" for number in count(2))
