"""Pooling with a window, and over the whole grid."""

from collections.abc import Iterator
from typing import ClassVar

from archspec.attributes import Padding, Pads, Pair, show
from archspec.cost import Cost
from archspec.label import padding, reshapes, steps
from archspec.operator import FigureLabel, Operator, require, require_map
from archspec.tensor import TensorType
from archspec.window import Window


class Pool(Operator):
    """Summarise each channel within a window: ``h x w x channels`` to ``h' x w' x channels``."""

    kernel: Pair
    stride: Pair = (1, 1)
    padding: Padding = "same"
    ceil: bool = False

    def window(self, x: TensorType) -> Window:
        """Lay the window over the grid of ``x``."""
        return Window.over(x.grid, self.kernel, self.stride)

    def pads(self, x: TensorType) -> Pads:
        """Cells above, below, left and right of ``x`` over which windows may lie."""
        return self.window(x).pads(self.padding)

    def reach(self, x: TensorType) -> Pads:
        """Cells around ``x`` with which the windows that fit are all there are, at any size.

        ``same`` is exact for the size of ``x`` alone.
        """
        top, bottom, left, right = pads = self.pads(x)
        if not self.ceil or self.padding == "same":
            return pads
        rows, columns = self.window(x)
        return top, rows.overhang(bottom), left, columns.overhang(right)

    def infer(self, x: TensorType) -> TensorType:
        """Refuse a window larger than the grid, and one that would lie in the padding alone."""
        require_map(x)
        top, bottom, left, right = pads = self.pads(x)
        for cells, size in ((max(top, bottom), self.kernel[0]), (max(left, right), self.kernel[1])):
            require(
                cells < size,
                "padding",
                f"a padding of {cells} is not smaller than the window of {size}, "
                "which would read nothing",
                f"pad at most {size - 1}",
            )
        return TensorType((*self.window(x).outputs(pads, ceil=self.ceil), x.channels))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One operation per cell of the window and output element."""
        height, width = self.kernel
        return Cost(pointwise=out.size * height * width)

    def is_identity(self, x: TensorType) -> bool:
        """Whether every cell has a window of its own."""
        return self.kernel == self.stride == (1, 1) and not any(self.pads(x))

    def label(self, x: TensorType) -> FigureLabel:
        """Name it as ``3x3 MaxPool (stride 2 V)``; ``ceil`` is said where it adds a window."""
        ceil = "ceil" if reshapes(self, x, ceil=False) else ""
        return FigureLabel(
            f"{show(self.kernel)} {self.title}", (*steps(self), padding(self, x), ceil)
        )

    def lints(self, out: TensorType, x: TensorType) -> Iterator[tuple[str, str, str]]:
        """Rows or columns that no window reads."""
        return self.window(x).lints(self.pads(x), out.grid)


class MaxPool(Pool, name="max_pool", main="kernel"):
    """Take the largest value of each channel within a window: ``h x w x c`` to ``h' x w' x c``.

    Padding counts as minus infinity.

    Attributes:
        kernel: Height and width of the window.
        stride: How far the window moves, down and across.
        padding: Cells around the map over which the window may lie.
        ceil: Whether a last window may hang over the end, if it begins inside the map or its first
            padding.
    """

    title = "MaxPool"


class AvgPool(Pool, name="avg_pool", main="kernel"):
    """Average each channel within a window: ``h x w x c`` to ``h' x w' x c``.

    Attributes:
        kernel: Height and width of the window.
        stride: How far the window moves, down and across.
        padding: Cells around the map over which the window may lie.
        ceil: Whether a last window may hang over the end, if it begins inside the map or its first
            padding; what hangs over never counts.
        count_padding: Whether cells of padding count, as zeros; else only cells of the map do.
    """

    title = "AvgPool"

    count_padding: bool = False

    def label(self, x: TensorType) -> FigureLabel:
        """Say that padding is counted where there is some."""
        name, details = super().label(x)
        counted = self.count_padding and any(self.pads(x))
        return FigureLabel(name, (*details, "padding counted" if counted else ""))


class GlobalPool(Operator):
    """Summarise each channel over the whole grid: ``h x w x channels`` to ``channels``."""

    windowed: ClassVar[type[Pool]]
    """The pool that does the same with a window of the whole grid."""

    def infer(self, x: TensorType) -> TensorType:
        require_map(x, "a vector has no grid to pool; leave this step out")
        return TensorType((x.channels,))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One operation per element of the map."""
        return Cost(pointwise=x.size)


class GlobalAvgPool(GlobalPool, name="global_avg_pool"):
    """Average each channel over the grid: ``h x w x c`` to ``c``."""

    title = "Average pooling"
    windowed = AvgPool


class GlobalMaxPool(GlobalPool, name="global_max_pool"):
    """Take the largest value of each channel over the grid: ``h x w x c`` to ``c``."""

    title = "Max pooling"
    windowed = MaxPool
