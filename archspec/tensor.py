"""The types of values: shapes without data."""

from __future__ import annotations

from math import prod
from typing import NamedTuple


class TensorType(NamedTuple):
    """The shape of one example: height, width and channels of a map, or the length of a vector.

    The batch dimension is implied. Formatted as in papers: ``35x35x384``, ``1536``.
    """

    shape: tuple[int, ...]

    @property
    def channels(self) -> int:
        """The last dimension: channels of a map, length of a vector."""
        return self.shape[-1]

    @property
    def grid(self) -> tuple[int, ...]:
        """Height and width; empty for a vector."""
        return self.shape[:-1]

    @property
    def size(self) -> int:
        """The number of elements of one example."""
        return prod(self.shape)

    @property
    def is_map(self) -> bool:
        """Whether the shape is (height, width, channels)."""
        return len(self.shape) == 3

    @property
    def is_known(self) -> bool:
        """Whether it is a vector or a map, the only types that operators support."""
        return len(self.shape) in (1, 3)

    def with_channels(self, channels: int) -> TensorType:
        """Return the type with the same grid and other channels."""
        return TensorType((*self.grid, channels))

    def __str__(self) -> str:
        return "x".join(map(str, self.shape))
