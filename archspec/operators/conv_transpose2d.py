"""Two-dimensional transposed convolution."""

from collections.abc import Iterator
from math import sqrt

from archspec.attributes import Extra, Padding, Pads, Pair, Positive
from archspec.cost import Cost
from archspec.label import convolution
from archspec.operator import (
    Constant,
    FigureLabel,
    Normal,
    Operator,
    Parameter,
    require,
    require_groups,
    require_map,
)
from archspec.tensor import TensorType
from archspec.window import Window


class ConvTranspose2d(Operator, name="conv_transpose2d", main="filters"):
    """Let every cell stamp a learned filter: ``h x w x channels`` to ``h' x w' x filters``.

    The gradient of a convolution with respect to its input: the stamps lie ``stride`` cells apart,
    cover ``(h - 1) * stride + (kernel - 1) * dilation + 1`` rows together, and are added up.

    Attributes:
        filters: How many filters are learned; one output channel each.
        kernel: Height and width of a filter.
        stride: How far apart the stamps lie, down and across.
        dilation: How far apart the cells of a filter lie.
        padding: Cells cut off the result, as many as the convolution the other way would pad;
            ``same`` leaves ``stride`` times the grid, an odd cell going below and to the right.
        output_padding: Cells that are not cut off below and to the right after all; a convolution
            with a stride maps several sizes to one, and this says which of them is meant.
        groups: Into how many equal parts the channels are divided, each with filters of its own.
        bias: Whether a learned number is added to each output channel.
    """

    title = "transposed conv"
    usual_activation = "relu"
    sets_channels = ("filters",)
    symbolic = ("filters", "bias")

    filters: Positive
    kernel: Pair
    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)
    padding: Padding = "same"
    output_padding: Extra = (0, 0)
    groups: Positive = 1
    bias: bool = True

    def window(self, x: TensorType) -> Window:
        """Lay the filters over the grid of ``x``."""
        return Window.over(x.grid, self.kernel, self.stride, self.dilation)

    def crops(self, x: TensorType) -> Pads:
        """Cells cut off above, below, left and right; below zero, as many zeros are added."""
        rows, columns = window = self.window(x)
        top, bottom, left, right = (
            (*rows.same_crop(), *columns.same_crop())
            if self.padding == "same"
            else window.pads(self.padding)
        )
        return top, bottom - self.output_padding[0], left, right - self.output_padding[1]

    def infer(self, x: TensorType) -> TensorType:
        """Refuse groups that do not divide the channels, and crops that leave nothing."""
        require_map(x)
        for name, count in (("filters", self.filters), ("input channels", x.channels)):
            require_groups(self.groups, count, name)
        self._check_output_padding()
        rows, columns = self.window(x)
        top, bottom, left, right = self.crops(x)
        height, width = rows.spread() - top - bottom, columns.spread() - left - right
        require(
            height > 0 and width > 0,
            "padding",
            f"nothing is left of {rows.spread()}x{columns.spread()} cells after cutting off "
            f"{top} above, {bottom} below, {left} left and {right} right",
            "use less padding",
        )
        return TensorType((height, width, self.filters))

    def _check_output_padding(self) -> None:
        if self.output_padding == (0, 0):
            return
        require(
            self.padding != "same",
            "output_padding",
            "padding same already gives stride times the grid",
            "leave output_padding out, or write the padding as numbers",
        )
        for extra, stride in zip(self.output_padding, self.stride, strict=True):
            require(
                extra < stride,
                "output_padding",
                f"an output padding of {extra} is not smaller than the stride {stride}",
                "a convolution with this stride maps only as many sizes to one",
            )

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight`` (channels, filters / groups, height, width) and, if asked for, ``bias``.

        The fan-in is what reaches one output cell: ``ceil(kernel / stride)`` rows and columns.
        """
        shape = (x.channels, self.filters // self.groups, *self.kernel)
        reach = [-(-size // step) for size, step in zip(self.kernel, self.stride, strict=True)]
        fan_in = x.channels // self.groups * reach[0] * reach[1]
        yield Parameter("weight", shape, Normal(sqrt(2 / fan_in)))
        if self.bias:
            yield Parameter("bias", (self.filters,), Constant(0.0))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One multiply-accumulate per input element and weight; one operation per bias added."""
        height, width = self.kernel
        macs = x.size * height * width * self.filters // self.groups
        return Cost(macs, out.size if self.bias else 0)

    def label(self, x: TensorType) -> FigureLabel:
        """Name it as ``3x3 transposed conv (96 stride 2 V)``."""
        return convolution(self, x)
