"""Names of steps and branches: those of the source where it has good ones, else what a thing is."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import count

from archspec.graph import last
from archspec.language.syntax.names import CLAUSES, RESERVED, is_name
from archspec.raising.pieces import Placed, Simple, Steps, Use, copies_of

_WORD_ENDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHERS = re.compile(r"[^a-z0-9]+")
_LONGEST = 48
IDENTITY, POOL, POINT = "identity", "pool", "point"
_BY_LENGTH = {1: ("deep",), 2: ("short", "long"), 3: ("short", "middle", "long")}


def name_of(text: str, otherwise: str) -> str:
    """Turn a name of the source into one of the language: ``BasicConv2d`` into ``basic_conv2d``."""
    words = _OTHERS.sub("_", _WORD_ENDS.sub("_", text).lower()).strip("_")[:_LONGEST].strip("_")
    return words if is_name(words) and words not in RESERVED else otherwise


def step_name(placed: Placed, proposed: Mapping[str, str], taken: Container[str]) -> str:
    """Name a step whose value is asked for by name."""
    best = proposed.get(placed.value) or last(_path(placed))
    base = name_of(best, _word(placed))
    if base not in taken:
        return base
    return next(each for each in numbered(base) if each not in taken)


def numbered(base: str) -> Iterable[str]:
    """List a name with numbers behind it, from 2 on."""
    return (f"{base}_{number}" for number in count(2))


def _path(placed: Placed) -> str:
    return placed.piece.path if isinstance(placed.piece, Use) else placed.value


def _word(placed: Placed) -> str:
    return getattr(copies_of(placed.piece)[0], "word", "sum")


def branch_names(branches: Sequence[Steps]) -> list[str]:
    """Name the branches of a concat by what they are, and the others by their length."""
    names = [_kind(each) for each in branches]
    others = sorted((each.size, at) for at, each in enumerate(branches) if not names[at])
    words = _BY_LENGTH.get(len(others)) or [f"branch_{number}" for number in range(len(others))]
    for word, (_, at) in zip(words, others, strict=True):
        names[at] = word
    return _distinct(names)


def _kind(steps: Steps) -> str:
    if not len(steps):
        return IDENTITY
    first = steps.contents[0].piece
    if not isinstance(first, Simple):
        return ""
    if first.word.endswith("pool"):
        return POOL
    return POINT if len(steps) == 1 and first.values.get("kernel") == (1, 1) else ""


def _distinct(names: list[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        possible = (each for each in (name, *numbered(name)) if each not in (*found, *CLAUSES))
        found.append(next(possible))
    return found
