"""Skeletons: what uses of one module have in common, with holes where numbers stand."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.attributes import Value
from archspec.raising.pieces import (
    Copied,
    Placed,
    Residual,
    Simple,
    Steps,
    Use,
    copies_of,
    lists_in,
)

_HOLE = "_"
Skeleton = tuple[object, ...]
Numbers = dict[str, int]
"""The numbers of values, by their paths."""


def number(value: Value) -> int | float | None:
    """Return what an option can hold of a value: a number, or the side of a square; else None."""
    if isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]:
        value = value[0]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else None  # type: ignore[return-value]


def skeleton(use: Use) -> Skeleton:
    """Describe a use of a module with holes in the place of numbers and of the counts of repeats.

    Values are numbered as they are met, so that paths do not matter.
    """
    return use.word, *_of_steps(use.steps, {})


def _of_steps(steps: Steps, numbers: Numbers) -> Skeleton:
    return tuple(_of_placed(each, numbers) for each in steps)


def _of_placed(placed: Placed, numbers: Numbers) -> Skeleton:
    sources = tuple(numbers.setdefault(each, len(numbers)) for each in placed.sources)
    copy = copies_of(placed.piece)[0]
    inner = (skeleton(copy),) if isinstance(copy, Use) else _of_lists(copy, numbers)
    return sources, *_said(copy), inner, numbers.setdefault(placed.value, len(numbers))


def _of_lists(piece: Copied, numbers: Numbers) -> Skeleton:
    return tuple(_of_steps(each, numbers) for each in lists_in(piece))


def _said(piece: Copied) -> Skeleton:
    values = piece.values.items() if isinstance(piece, Simple | Residual) else ()
    shown = tuple((name, _HOLE if number(value) is not None else value) for name, value in values)
    return type(piece), getattr(piece, "word", ""), shown


def copies_in(steps: Steps) -> Iterator[Copied]:
    """Yield the pieces of a list at any depth, outer ones after those inside them."""
    for placed in steps:
        for copy in copies_of(placed.piece):
            for inner in lists_in(copy):
                yield from copies_in(inner)
            yield copy
