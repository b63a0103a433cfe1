"""What a computation costs: operations, and what is kept for its backward pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Cost(NamedTuple):
    """The number of operations for one example.

    ``macs`` are the multiply-accumulates of convolutions and dense layers without biases;
    ``pointwise`` are the single operations of everything else.
    """

    macs: int = 0
    pointwise: int = 0

    @property
    def flops(self) -> int:
        """Floating-point operations, a multiply-accumulate being two."""
        return 2 * self.macs + self.pointwise

    def plus(self, other: Cost) -> Cost:
        """Add two costs."""
        return Cost(self.macs + other.macs, self.pointwise + other.pointwise)


class Saved(NamedTuple):
    """What a framework keeps of one use of an operator until its backward pass.

    ``inputs`` and ``output`` say which values, which take no memory of their own where something
    else keeps them. Beside them, ``bytes`` are those for each element of the output (of indices and
    masks), ``copied`` the numbers of a copy of an input, ``cells`` the numbers for each cell of the
    grid, and ``channels`` those for each channel of a whole batch.
    """

    inputs: bool = False
    output: bool = False
    bytes: int = 0
    copied: int = 0
    cells: int = 0
    channels: int = 0


Saving = Callable[[Any, Any], Saved]
"""What is kept of a use, by the operator and the type of its first input."""


class Keeping(NamedTuple):
    """How a framework treats values: what each operator saves, and which work in place.

    An operator in place overwrites what an operator of ``overwritable`` gave, if nothing else
    reads it, and a sum the body of its residual; one of ``views`` gives a part of its input without
    a copy, as those do that are views in any framework.
    """

    saved: Mapping[type[Any], Saved | Saving]
    in_place: frozenset[type[Any]] = frozenset()
    overwritable: frozenset[type[Any]] = frozenset()
    views: frozenset[type[Any]] = frozenset()
