"""Names of steps and branches: those of the source where it has good ones, else what a thing is."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import count
from typing import Any

from archspec.language.syntax.names import CLAUSES, RESERVED, is_name
from archspec.raising.pieces import Placed, Simple, Steps, Use, copies_of

_WORD_ENDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHERS = re.compile(r"[^a-z0-9]+")
_LONGEST = 48
_COUNT = re.compile("(_?[0-9]+)?$")
IDENTITY, KEPT, POOL = "identity", "kept", "pool"
ARRIVING = "given"
"""What a list calls the only value that arrives at it, where a step takes that by name."""
_BY_LENGTH = {1: ("deep",), 2: ("short", "long"), 3: ("short", "middle", "long")}
_BESIDE_KEPT = "new"
_LETTERS = "abcdefghijklmnopqrstuvwyz"


def name_of(text: str, otherwise: str) -> str:
    """Turn a name of the source into one of the language: ``BasicConv2d`` into ``basic_conv2d``."""
    words = _OTHERS.sub("_", _WORD_ENDS.sub("_", text).lower()).strip("_")[:_LONGEST].strip("_")
    return words if is_name(words) and words not in RESERVED else otherwise


def names_of(placed: Placed, within: str, at: int) -> Iterator[str]:
    """Yield names for a step, the best one first: what the source calls it, then letters.

    ``within`` is the path of the module around it, ``at`` a number for when there are no letters.
    """
    inside = _path(placed).removeprefix(within).strip(".").split(".")
    said = (name_of(each, "") for each in reversed(inside))
    yield from (each for each in said if each)
    yield from _LETTERS
    yield from (f"v{number}" for number in count(at))


def is_counted(name: str, words: Container[str]) -> bool:
    """Whether a name is a word, perhaps with a number, as those of steps without a name are."""
    return name in words or _COUNT.sub("", name) in words


def numbered(base: str) -> Iterable[str]:
    """Yield a name, and the same with numbers from 2."""
    yield base
    yield from (f"{base}_{number}" for number in count(2))


def _path(placed: Placed) -> str:
    """Return the path of a module, or of the operator that a step begins with."""
    copy = copies_of(placed.piece)[-1]
    if isinstance(copy, Use):
        return copy.path
    return copy.nodes[0] if isinstance(copy, Simple) else placed.value


def branch_names(branches: Sequence[Steps]) -> list[str]:
    """Name the branches of a concat by what they are, and the others by their length."""
    names = [_kind(each) for each in branches]
    others = sorted((each.size, at) for at, each in enumerate(branches) if not names[at])
    words = _BY_LENGTH.get(len(others)) or [f"branch_{at}" for at in range(len(others))]
    if sorted(names) == ["", KEPT]:
        words = (_BESIDE_KEPT,)
    for word, (_, at) in zip(words, others, strict=True):
        names[at] = word
    return _distinct(names)


def _kind(steps: Steps) -> str:
    """Say what a branch is by its first step, or its only one; nothing if by neither."""
    if not len(steps):
        return KEPT
    first = copies_of(steps.contents[0].piece)[0]
    if isinstance(first, Use):
        return _kind(first.steps)
    if not isinstance(first, Simple):
        return ""
    if first.word.endswith("pool"):
        return POOL
    kernel = first.values.get("kernel")
    return _shape(kernel) if len(steps) == 1 and isinstance(kernel, tuple) else ""


def _shape(kernel: tuple[Any, ...]) -> str:
    """Say what a convolution is by its kernel."""
    height, width = kernel
    if height == width:
        return "point" if height == 1 else "conv"
    return "wide" if width > height else "tall"


def _distinct(names: list[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        possible = (each for each in numbered(name) if each not in (*found, *CLAUSES))
        found.append(next(possible))
    return found
