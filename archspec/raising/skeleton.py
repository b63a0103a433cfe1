"""What steps have in common: descriptions in which paths do not matter, nor numbers if wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from archspec.attributes import Value
from archspec.raising.layering import ACTIVATION
from archspec.raising.pieces import (
    Copied,
    Merge,
    Placed,
    Residual,
    Simple,
    Steps,
    Use,
    copies_of,
    lists_in,
)

_HOLE = "_"
Description = tuple[object, ...]
Numbers = dict[str, int]
"""The numbers of values, by their paths, in the order in which they are met."""


def number(value: Value) -> int | float | None:
    """Return what an option can hold of a value: a number, or the side of a square; else None."""
    if isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]:
        value = value[0]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else None  # type: ignore[return-value]


@dataclass(frozen=True)
class Describing:
    """Describes steps; ``of_use`` describes the uses of modules among them.

    ``has_holes`` leaves out numbers, activations and the counts of repeats, which may be options.
    """

    of_use: Callable[[Use], object]
    has_holes: bool

    def module(self, use: Use) -> Description:
        """Describe the inside of a use: its steps and what comes out."""
        numbers: Numbers = {value: at for at, value in enumerate(use.inputs)}
        steps = self.steps(use.steps, numbers)
        return len(use.inputs), steps, tuple(numbers[each] for each in use.outputs)

    def steps(self, steps: Steps, numbers: Numbers) -> Description:
        """Describe a list of steps."""
        return tuple([self.placed(each, numbers) for each in steps])

    def placed(self, placed: Placed, numbers: Numbers) -> Description:
        """Describe a step and its wires."""
        copies = copies_of(placed.piece)
        taken = tuple([numbers.setdefault(each, len(numbers)) for each in placed.sources])
        inner = self._inner(copies[0], numbers)
        given = tuple([numbers.setdefault(each, len(numbers)) for each in placed.gives])
        count = _HOLE if self.has_holes else len(copies)
        return taken, count, *self._said(copies[0]), inner, given

    def _inner(self, piece: Copied, numbers: Numbers) -> object:
        if isinstance(piece, Use):
            return self.of_use(piece)
        return tuple([self.steps(each, numbers) for each in lists_in(piece)])

    def _said(self, piece: Copied) -> Description:
        values = piece.values.items() if isinstance(piece, Simple | Residual) else ()
        shown = tuple([(name, self._value(name, value)) for name, value in values])
        if isinstance(piece, Merge):
            shown = tuple(piece.values.items())
        word = "" if isinstance(piece, Use) else getattr(piece, "word", "")
        return type(piece), word, shown

    def _value(self, name: str, value: Value) -> object:
        is_hole = self.has_holes and (name == ACTIVATION or number(value) is not None)
        return _HOLE if is_hole else value


def copies_in(steps: Steps) -> Iterator[Copied]:
    """Yield the pieces of a list at any depth, outer ones after those inside them."""
    for placed in steps:
        for copy in copies_of(placed.piece):
            for inner in lists_in(copy):
                yield from copies_in(inner)
            yield copy


def uses_in(steps: Steps) -> Iterator[Use]:
    """Yield the uses of modules in a list, but not those inside them."""
    for copy in chain.from_iterable(copies_of(each.piece) for each in steps):
        if isinstance(copy, Use):
            yield copy
        else:
            yield from chain.from_iterable(map(uses_in, lists_in(copy)))
