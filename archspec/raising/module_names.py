"""Names of modules: their classes in the source, and what tells those of one class apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from string import ascii_lowercase

from archspec.language.syntax.words import known_words
from archspec.raising.pieces import Residual, Simple, Use
from archspec.raising.skeleton import copies_in

_RESIDUAL = "residual"


def module_names(groups: Sequence[Sequence[Use]]) -> list[str]:
    """Name the groups of uses; the largest of a class has the name of the class."""
    words = _words(groups)
    names: dict[int, str] = {}
    for at in sorted(range(len(groups)), key=lambda each: -len(groups[each])):
        taken = {*names.values(), *known_words()}
        possible = _names(words[at], groups[at][0])
        names[at] = next(each for each in possible if each not in taken)
    return [names[at] for at in range(len(groups))]


def _words(groups: Sequence[Sequence[Use]]) -> list[str]:
    """Call each group by its class; what only adds a module to its input is residual.

    What adds to a projection of its input is projected, where others of its class add to the input.
    """
    words = [_class(group) for group in groups]
    plain_ones = {
        word for word, group in zip(words, groups, strict=True) if not _projects(group[0])
    }
    homes = {use.path: at for at, group in enumerate(groups) for use in group}
    for at, group in enumerate(groups):
        if _projects(group[0]) and words[at] in plain_ones:
            words[at] = f"projected_{words[at]}"
        inner = _added(group[0])
        if inner is None or words[homes[inner.path]] != words[at]:
            continue
        plain = "_".join(each for each in words[at].split("_") if each != _RESIDUAL)
        if plain == words[at] or not plain:
            words[at] = f"{_RESIDUAL}_{words[at]}"
        else:
            words[homes[inner.path]] = plain
    return words


def _class(uses: Sequence[Use]) -> str:
    of_class = [use.word for use in uses if use.has_class]
    return Counter(of_class or [use.word for use in uses]).most_common(1)[0][0]


def _added(use: Use) -> Use | None:
    """Return the module of which a use is the residual, and nothing else; None if it is not."""
    if len(use.steps) != 1 or not isinstance(use.steps.contents[0].piece, Residual):
        return None
    body = use.steps.contents[0].piece.body
    inner = body.contents[0].piece
    return inner if len(body) == 1 and isinstance(inner, Use) else None


def _names(word: str, use: Use) -> Iterator[str]:
    """Yield names for a template, the best one first."""
    yield word
    if len(use.outputs) == 1 and any(_has_stride(each) for each in copies_in(use.steps)):
        yield f"down_{word}"
    yield from (f"{word}_{letter}" for letter in ascii_lowercase[1:])
    yield from (f"{word}_z{number}" for number in count(2))


def _projects(use: Use) -> bool:
    """Whether a module is a residual whose shortcut has steps."""
    return any(isinstance(each.piece, Residual) and len(each.piece.shortcut) for each in use.steps)


def _has_stride(piece: object) -> bool:
    return isinstance(piece, Simple) and piece.values.get("stride", (1, 1)) != (1, 1)
