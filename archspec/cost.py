"""What a computation costs: operations, and what is kept for its backward pass."""

from __future__ import annotations

from collections.abc import Callable
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
