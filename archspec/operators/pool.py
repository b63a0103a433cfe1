"""Pooling within a window, within equal shares of the grid, over all of it, and over channels."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from archspec.attributes import Padding, Pads, Pair, show
from archspec.cost import Cost
from archspec.field import Field, spanned
from archspec.label import padding, reshapes, steps
from archspec.operator import FigureLabel, Operator, require, require_map
from archspec.tensor import TensorType
from archspec.window import Window, shares


class Pool(Operator):
    """Reduce each channel within a window: ``h x w x channels`` to ``h' x w' x channels``."""

    kernel: Pair
    stride: Pair = (1, 1)
    padding: Padding = "same"
    ceil: bool = False

    def window(self, x: TensorType) -> Window:
        """Return the window over the grid of ``x``."""
        return Window.over(x.grid, self.kernel, self.stride)

    def pads(self, x: TensorType) -> Pads:
        """Return the cells of padding above, below, left and right of ``x``."""
        return self.window(x).pads(self.padding)

    def reach(self, x: TensorType) -> Pads:
        """Return the padding with which no window of ``ceil`` extends beyond it, at any size.

        For ``same`` it holds for the size of ``x`` only.
        """
        top, bottom, left, right = pads = self.pads(x)
        if not self.ceil or self.padding == "same":
            return pads
        rows, columns = self.window(x)
        return top, rows.overhang(bottom), left, columns.overhang(right)

    def fields(self, x: TensorType) -> tuple[Field, Field]:
        """Return the window."""
        return self.window(x).fields(self.pads(x))

    def infer(self, x: TensorType) -> TensorType:
        """Refuse a window larger than the grid, and one that could lie entirely in the padding."""
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
        """Whether each window is exactly one cell."""
        return self.kernel == self.stride == (1, 1) and not any(self.pads(x))

    def label(self, x: TensorType) -> FigureLabel:
        """Return ``3x3 MaxPool (stride 2 V)``, for example; ``ceil`` only if it adds a window."""
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
        stride: The step of the window, down and across.
        padding: Cells around the map that windows may cover.
        ceil: Whether the last window may extend beyond the padding, if it begins inside the map or
            the padding before it.
    """

    title = "MaxPool"


class AvgPool(Pool, name="avg_pool", main="kernel"):
    """Average each channel within a window: ``h x w x c`` to ``h' x w' x c``.

    Attributes:
        kernel: Height and width of the window.
        stride: The step of the window, down and across.
        padding: Cells around the map that windows may cover.
        ceil: Whether the last window may extend beyond the padding, if it begins inside the map or
            the padding before it; cells beyond the padding never count.
        count_padding: Whether cells of padding count, as zeros; otherwise only cells of the map do.
    """

    title = "AvgPool"

    count_padding: bool = False

    def label(self, x: TensorType) -> FigureLabel:
        """Show whether padding counts, if there is any."""
        name, details = super().label(x)
        counted = self.count_padding and any(self.pads(x))
        return FigureLabel(name, (*details, "padding counted" if counted else ""))


class GlobalPool(Operator):
    """Reduce each channel over the whole grid: ``h x w x channels`` to ``channels``."""

    windowed: ClassVar[type[Pool]]
    """The operator that computes the same with a window as large as the grid."""

    keepdims: bool = False

    def fields(self, x: TensorType) -> None:
        """Tell that the result reads the whole grid."""

    def infer(self, x: TensorType) -> TensorType:
        require_map(x, "a vector has no grid to pool; leave this step out")
        return TensorType((1, 1, x.channels) if self.keepdims else (x.channels,))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One operation per element of the map."""
        return Cost(pointwise=x.size)

    def is_identity(self, x: TensorType) -> bool:
        """Whether the only cell stays a map."""
        return self.infer(x) == x


class GlobalAvgPool(GlobalPool, name="global_avg_pool"):
    """Average each channel over the grid: ``h x w x c`` to ``c``.

    Attributes:
        keepdims: Whether the result is a map of one cell, ``1 x 1 x c``, and no vector.
    """

    title = "Average pooling"
    windowed = AvgPool


class GlobalMaxPool(GlobalPool, name="global_max_pool"):
    """Take the largest value of each channel over the grid: ``h x w x c`` to ``c``.

    Attributes:
        keepdims: Whether the result is a map of one cell, ``1 x 1 x c``, and no vector.
    """

    title = "Max pooling"
    windowed = MaxPool


class AdaptivePool(Operator):
    """Reduce each channel within shares of the grid, as many as asked for at any size.

    Of ``size`` rows, share ``i`` of ``n`` reaches from ``floor(i * size / n)`` up to, without it,
    ``ceil((i + 1) * size / n)``; where ``n`` does not divide ``size``, neighbours overlap.
    """

    windowed: ClassVar[type[Pool]]
    """The operator that computes the same with a window as large as a share, if all are equal."""

    grid: Pair

    def fields(self, x: TensorType) -> tuple[Field, Field]:
        """Return what the shares span."""
        rows, columns = (
            spanned([(start, stop - 1) for start, stop in shares(size, count)], size)
            for size, count in zip(x.grid, self.grid, strict=True)
        )
        return rows, columns

    def infer(self, x: TensorType) -> TensorType:
        require_map(x)
        return TensorType((*self.grid, x.channels))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One operation per cell of the shares and channel."""
        rows, columns = (
            sum(stop - start for start, stop in shares(size, count))
            for size, count in zip(x.grid, self.grid, strict=True)
        )
        return Cost(pointwise=rows * columns * x.channels)

    def is_identity(self, x: TensorType) -> bool:
        """Whether each share is one cell."""
        return self.grid == x.grid

    def label(self, x: TensorType) -> FigureLabel:
        """Show the number of shares."""
        return FigureLabel(self.title, (show(self.grid),))


class AdaptiveAvgPool(AdaptivePool, name="adaptive_avg_pool", main="grid"):
    """Average each channel within shares of the grid: ``h x w x c`` to a grid of fixed size.

    Of ``size`` rows, share ``i`` of ``n`` reaches from ``floor(i * size / n)`` up to, without it,
    ``ceil((i + 1) * size / n)``; where ``n`` does not divide ``size``, neighbours overlap.

    Attributes:
        grid: Height and width of the result, whatever the size of the map.
    """

    title = "Adaptive AvgPool"
    windowed = AvgPool


class AdaptiveMaxPool(AdaptivePool, name="adaptive_max_pool", main="grid"):
    """Take the largest value of each channel within shares of the grid: to a grid of fixed size.

    The shares are those of ``adaptive_avg_pool``.

    Attributes:
        grid: Height and width of the result, whatever the size of the map.
    """

    title = "Adaptive MaxPool"
    windowed = MaxPool


class ChannelPool(Operator):
    """Reduce the channels of each cell to one: ``h x w x channels`` to ``h x w x 1``."""

    def infer(self, x: TensorType) -> TensorType:
        require_map(x, "put it before the step that turns the map into a vector")
        return x.with_channels(1)

    def output_channels(
        self, said: Mapping[str, Any], arriving: Sequence[Any], *inputs: TensorType
    ) -> Any:
        """One, however many arrive."""
        return 1

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One operation per element of the map."""
        return Cost(pointwise=x.size)

    def is_identity(self, x: TensorType) -> bool:
        """Whether there is one channel."""
        return x.channels == 1


class ChannelAvgPool(ChannelPool, name="channel_avg_pool"):
    """Average each cell over its channels: ``h x w x c`` to ``h x w x 1``.

    With ``channel_max_pool`` what spatial attention looks at. Source: arXiv:1807.06521.
    """

    title = "Channel average"


class ChannelMaxPool(ChannelPool, name="channel_max_pool"):
    """Take the largest channel of each cell: ``h x w x c`` to ``h x w x 1``.

    Source: arXiv:1807.06521.
    """

    title = "Channel maximum"
