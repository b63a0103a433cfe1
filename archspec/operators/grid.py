"""Operators without weights that change the grid: flatten, pad, crop, upsample, resize_to."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor, prod
from typing import Annotated, Any

from archspec.attributes import Cells, Pads, Pair, choice, show
from archspec.cost import Cost
from archspec.field import Field, enlarged, interpolated, shifted, spanned, stretched
from archspec.operator import FigureLabel, Operator, require, require_map
from archspec.tensor import TensorType

Mode = Annotated[str, choice("nearest", "bilinear", "aligned")]
Filling = Annotated[str, choice("zeros", "reflect", "replicate")]


class Flatten(Operator, name="flatten"):
    """Flatten a map to a vector: ``h x w x channels`` to ``channels * h * w``.

    A vector is unchanged. The order is channels, height, width: the whole grid of the first channel
    comes first.
    """

    title = "Flatten"
    is_view = True

    def infer(self, x: TensorType) -> TensorType:
        return TensorType((self.output_channels({}, (x.channels,), x),))

    def output_channels(
        self, said: Mapping[str, Any], arriving: Sequence[Any], *inputs: TensorType
    ) -> Any:
        """As many as there are elements."""
        return arriving[0] * prod(inputs[0].grid)

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Nothing: no number is computed."""
        return Cost()


class Pad(Operator, name="pad", main="cells"):
    """Surround a map with cells: ``h x w x channels`` to ``h' x w' x channels``.

    Attributes:
        cells: The cells to add, on every side or as ``[top, bottom, left, right]``.
        mode: What they hold: zeros, the map mirrored at its outermost cells, which are not said
            twice, or its outermost cells again.
    """

    cells: Cells
    mode: Filling = "zeros"

    def pads(self, x: TensorType) -> Pads:
        """Return the cells above, below, left and right of ``x``."""
        return self.cells

    def fields(self, x: TensorType) -> tuple[Field, Field]:
        """Return the cell before others were added, or that it is a copy of."""
        top, bottom, left, right = self.cells
        return _FIELDS[self.mode](top, bottom), _FIELDS[self.mode](left, right)

    def infer(self, x: TensorType) -> TensorType:
        """Refuse to mirror more cells than there are behind the outermost."""
        require_map(x)
        top, bottom, left, right = self.cells
        height, width, channels = x.shape
        require(
            self.mode != "reflect" or (max(top, bottom) < height and max(left, right) < width),
            "cells",
            f"a grid of {height}x{width} has too few cells to mirror",
            "mirror at most one cell less than there are, or use mode=replicate",
        )
        return TensorType((height + top + bottom, width + left + right, channels))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Nothing: no number is computed."""
        return Cost()

    def is_identity(self, x: TensorType) -> bool:
        """Whether no cell is added."""
        return not any(self.cells)


_FIELDS: Mapping[str, Callable[[int, int], Field]] = {
    "zeros": lambda before, _after: shifted(before),
    "reflect": lambda before, after: Field(1, before + 2 * after, before),
    "replicate": lambda before, after: Field(1, before + after, 0),
}
"""The field of a grid with cells before and after it, by what they hold."""


class Crop(Operator, name="crop", main="cells"):
    """Remove cells from the sides of a map: ``h x w x channels`` to ``h' x w' x channels``.

    Attributes:
        cells: The cells to remove, on every side or as ``[top, bottom, left, right]``.
    """

    cells: Cells

    def fields(self, x: TensorType) -> tuple[Field, Field]:
        """Return the cell before cells were removed."""
        return shifted(-self.cells[0]), shifted(-self.cells[2])

    def infer(self, x: TensorType) -> TensorType:
        """Refuse to crop a map to nothing."""
        require_map(x)
        top, bottom, left, right = self.cells
        height, width, channels = x.shape
        left_over = (height - top - bottom, width - left - right)
        require(min(left_over) > 0, "cells", f"nothing is left of {height}x{width} cells")
        return TensorType((*left_over, channels))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Nothing: no number is computed."""
        return Cost()

    def is_identity(self, x: TensorType) -> bool:
        """Whether no cell is removed."""
        return not any(self.cells)


class Upsample(Operator, name="upsample", main="factor"):
    """Enlarge the grid by a whole factor: ``h x w x c`` to ``h * factor x w * factor x c``.

    Cells have their centres at halves (half-pixel alignment), as in PyTorch's
    ``align_corners=False`` and Keras's ``UpSampling2D``; beyond the outermost centres the edge is
    repeated.
    In the mode ``aligned`` the outermost centres lie on those of the input, as in PyTorch's
    ``align_corners=True``, so that what a cell is computed from depends on the size of the grid.

    Attributes:
        factor: The factor for height and width.
        mode: Whether a cell copies its nearest neighbour, interpolates between the four around it,
            or does so with the corners of both grids aligned.
    """

    factor: Pair
    mode: Mode = "nearest"

    def fields(self, x: TensorType) -> tuple[Field, Field]:
        """Return the nearest cell, or the two on each side of the place between them."""
        if self.mode == "aligned":
            rows, columns = map(stretched, x.grid, self.infer(x).grid)
            return rows, columns
        rule = enlarged if self.mode == "nearest" else interpolated
        return rule(self.factor[0]), rule(self.factor[1])

    def infer(self, x: TensorType) -> TensorType:
        require_map(x)
        height, width, channels = x.shape
        return TensorType((height * self.factor[0], width * self.factor[1], channels))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Nothing for nearest, else four operations per output element."""
        return Cost(pointwise=0 if self.mode == "nearest" else 4 * out.size)

    def is_identity(self, x: TensorType) -> bool:
        """Whether the factor is one."""
        return self.factor == (1, 1)

    def label(self, x: TensorType) -> FigureLabel:
        """Show the factor and the mode."""
        return FigureLabel(f"{show(self.factor)} upsample", (self.mode,))


class ResizeTo(Operator, name="resize_to", main="grid"):
    """Resize a map to a grid of fixed size, whatever arrives: ``h x w x c`` to ``grid x c``.

    Cells are copied as by ``resize_nearest``, or interpolated as by ``resize``.

    Attributes:
        grid: Height and width of the result.
        mode: Whether a cell copies one above and to the left, interpolates between the four
            around it, or does so with the corners of both grids aligned.
    """

    grid: Pair
    mode: Mode = "nearest"

    def fields(self, x: TensorType) -> tuple[Field, Field]:
        """Return the cell that is copied, or the two on each side of the place between them."""
        if self.mode == "aligned":
            rows, columns = map(stretched, x.grid, self.grid)
            return rows, columns
        read = _copied if self.mode == "nearest" else _between
        rows, columns = (
            spanned([read(at, size, wanted) for at in range(wanted)], size)
            for size, wanted in zip(x.grid, self.grid, strict=True)
        )
        return rows, columns

    def infer(self, x: TensorType) -> TensorType:
        require_map(x)
        return TensorType((*self.grid, x.channels))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Nothing for nearest, else four operations per output element."""
        return Cost(pointwise=0 if self.mode == "nearest" else 4 * out.size)

    def is_identity(self, x: TensorType) -> bool:
        """Whether the map has that size."""
        return self.grid == x.grid

    def label(self, x: TensorType) -> FigureLabel:
        """Show the size and the mode."""
        return FigureLabel(f"Resize to {show(self.grid)}", (self.mode,))


def _copied(at: int, size: int, wanted: int) -> tuple[int, int]:
    """Return the cell of ``size`` that cell ``at`` of ``wanted`` copies, as the first and last."""
    return at * size // wanted, at * size // wanted


def _between(at: int, size: int, wanted: int) -> tuple[int, int]:
    """Return the first and last cell of ``size`` that cell ``at`` of ``wanted`` lies between."""
    place = Fraction((2 * at + 1) * size, 2 * wanted) - Fraction(1, 2)
    return max(floor(place), 0), min(ceil(place), size - 1)
