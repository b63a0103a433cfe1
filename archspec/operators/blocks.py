"""Operators that move blocks of cells into channels, and channels into blocks of cells."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from archspec.attributes import Positive, choice
from archspec.cost import Cost
from archspec.field import Field, enlarged
from archspec.operator import Operator, require, require_map
from archspec.tensor import TensorType

Outer = Annotated[str, choice("channels", "cells")]


class Blocks(Operator):
    """Exchange square blocks of cells for channels; no number changes."""

    block: Positive
    outer: Outer = "channels"

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Nothing: no number is computed."""
        return Cost()

    def is_identity(self, x: TensorType) -> bool:
        """Whether a block is one cell."""
        return self.block == 1


class DepthToSpace(Blocks, name="depth_to_space", main="block"):
    """Lay channels out as blocks of cells: ``h x w x c`` to ``h*b x w*b x c/(b*b)``.

    Frameworks disagree on which channel goes where. With ``outer=channels``, as in PyTorch's
    ``PixelShuffle`` and ONNX's ``CRD``, channel ``k*b*b + i*b + j`` becomes channel ``k`` of cell
    ``(i, j)`` of its block; with ``outer=cells``, as in TensorFlow's ``depth_to_space`` and ONNX's
    ``DCR``, channel ``(i*b + j)*c/(b*b) + k`` does. Source: arXiv:1609.05158.

    Attributes:
        block: Height and width of a block.
        outer: Whether the channels of the result are the outer index of the channels that arrive,
            or the cells of a block.
    """

    def fields(self, x: TensorType) -> tuple[Field, Field]:
        """Return the cell that became the block."""
        return enlarged(self.block), enlarged(self.block)

    def infer(self, x: TensorType) -> TensorType:
        """Refuse channels that do not fill blocks."""
        require_map(x)
        height, width, channels = x.shape
        cells = self.block * self.block
        require(
            channels % cells == 0,
            "block",
            f"{channels} channels do not fill blocks of {self.block}x{self.block} cells",
            f"a number of channels that {cells} divides would",
        )
        return TensorType((height * self.block, width * self.block, channels // cells))

    def output_channels(
        self, said: Mapping[str, Any], arriving: Sequence[Any], *inputs: TensorType
    ) -> Any:
        """Those that arrive, divided by the cells of a block."""
        return arriving[0] // (self.block * self.block)


class SpaceToDepth(Blocks, name="space_to_depth", main="block"):
    """Stack the cells of each block as channels: ``h x w x c`` to ``h/b x w/b x c*b*b``.

    The opposite of ``depth_to_space`` with the same ``outer``: ``channels`` is the order of
    PyTorch's ``PixelUnshuffle``, ``cells`` that of TensorFlow's and ONNX's ``space_to_depth``.

    Attributes:
        block: Height and width of a block.
        outer: Whether the channels that arrive are the outer index of those of the result, or the
            cells of a block.
    """

    def fields(self, x: TensorType) -> tuple[Field, Field]:
        """Return the block."""
        block = Field(self.block, 0, self.block - 1)
        return block, block

    def infer(self, x: TensorType) -> TensorType:
        """Refuse a grid that blocks do not fill."""
        require_map(x)
        height, width, channels = x.shape
        require(
            height % self.block == width % self.block == 0,
            "block",
            f"blocks of {self.block}x{self.block} cells do not fill a grid of {height}x{width}",
            "pad or crop the map before it",
        )
        grid = (height // self.block, width // self.block)
        return TensorType((*grid, channels * self.block * self.block))

    def output_channels(
        self, said: Mapping[str, Any], arriving: Sequence[Any], *inputs: TensorType
    ) -> Any:
        """Those that arrive, times the cells of a block."""
        return arriving[0] * (self.block * self.block)
