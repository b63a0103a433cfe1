"""What computing costs, with multiply-accumulates and pointwise work kept apart."""

from __future__ import annotations

from typing import NamedTuple


class Cost(NamedTuple):
    """Work for one example.

    ``macs`` are the multiply-accumulates of convolutions and dense layers, biases left out;
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
