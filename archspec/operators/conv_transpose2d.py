"""Two-dimensional transposed convolution."""

from collections.abc import Iterator
from math import sqrt

from archspec.attributes import Extra, Padding, Pads, Pair, Positive
from archspec.cost import Cost
from archspec.field import Field
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
    """Add up a learned filter for each cell: ``h x w x channels`` to ``h' x w' x filters``.

    The gradient of a convolution with respect to its input: the filters, scaled by the cells, are
    placed ``stride`` cells apart and cover ``(h - 1) * stride + (kernel - 1) * dilation + 1`` rows.

    Attributes:
        filters: The number of filters, each of which yields an output channel.
        kernel: Height and width of a filter.
        stride: The distance between the filters of neighbouring cells, down and across.
        dilation: The distance between the cells of a filter.
        padding: Cells cropped from the result, as many as the corresponding convolution pads;
            ``same`` leaves ``stride`` times the grid and crops an odd cell below and on the right.
        output_padding: Cells that are not cropped below and on the right; a convolution with a
            stride maps several sizes to one, and this selects which of them results.
        groups: The number of equal parts that the channels are divided into, each with its own
            filters.
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
        """Return the window of the filters over the grid of ``x``."""
        return Window.over(x.grid, self.kernel, self.stride, self.dilation)

    def crops(self, x: TensorType) -> Pads:
        """Return the cells cropped above, below, left and right; negative values add zeros."""
        rows, columns = window = self.window(x)
        top, bottom, left, right = (
            (*rows.same_crop(), *columns.same_crop())
            if self.padding == "same"
            else window.pads(self.padding)
        )
        return top, bottom - self.output_padding[0], left, right - self.output_padding[1]

    def fields(self, x: TensorType) -> tuple[Field, Field]:
        """Return the cells whose filters can cover a place."""
        (rows, columns), crops = self.window(x), self.crops(x)
        return rows.spread_field(crops[0]), columns.spread_field(crops[2])

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
            f"nothing is left of {rows.spread()}x{columns.spread()} cells after cropping "
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
            "padding same already yields stride times the grid",
            "leave output_padding out, or write the padding as numbers",
        )
        for extra, stride in zip(self.output_padding, self.stride, strict=True):
            require(
                extra < stride,
                "output_padding",
                f"an output padding of {extra} is not smaller than the stride {stride}",
                f"write at most {stride - 1}: a convolution with this stride maps only {stride}"
                " sizes to one",
            )

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight`` (channels, filters / groups, height, width) and optionally ``bias``.

        Initialised as in He et al. 2015, arXiv:1502.01852, where the fan-in of an output cell is
        ``ceil(kernel / stride)`` rows and columns of each channel.
        """
        shape = (x.channels, self.filters // self.groups, *self.kernel)
        reach = [-(-size // step) for size, step in zip(self.kernel, self.stride, strict=True)]
        fan_in = x.channels // self.groups * reach[0] * reach[1]
        yield Parameter("weight", shape, Normal(sqrt(2 / fan_in)))
        if self.bias:
            yield Parameter("bias", (self.filters,), Constant(0.0))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One multiply-accumulate per input element and weight of its filters, one add per bias."""
        height, width = self.kernel
        macs = x.size * height * width * self.filters // self.groups
        return Cost(macs, out.size if self.bias else 0)

    def label(self, x: TensorType) -> FigureLabel:
        """Return ``3x3 transposed conv (96 stride 2 V)``, for example."""
        return convolution(self, x)
