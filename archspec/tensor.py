"""What flows along a wire: the type of a value, never its data."""

from __future__ import annotations

from math import prod
from typing import NamedTuple


class TensorType(NamedTuple):
    """The shape of one example: height, width and channels of a map, or the length of a vector.

    The batch is implied. Prints as papers do: ``35x35x384``, ``1536``.
    """

    shape: tuple[int, ...]

    @property
    def channels(self) -> int:
        """The last extent."""
        return self.shape[-1]

    @property
    def grid(self) -> tuple[int, ...]:
        """Height and width; empty for a vector."""
        return self.shape[:-1]

    @property
    def size(self) -> int:
        """How many numbers one example holds."""
        return prod(self.shape)

    @property
    def is_map(self) -> bool:
        """Whether the value has a grid."""
        return len(self.shape) == 3

    @property
    def is_known(self) -> bool:
        """Whether it is a vector or a map, which is all that rules are written for."""
        return len(self.shape) in (1, 3)

    def with_channels(self, channels: int) -> TensorType:
        """Keep the grid, change the channels."""
        return TensorType((*self.grid, channels))

    def __str__(self) -> str:
        return "x".join(map(str, self.shape))
