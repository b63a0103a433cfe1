"""The cost of a computation, with multiply-accumulates and pointwise operations kept apart."""

from __future__ import annotations

from typing import NamedTuple


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
