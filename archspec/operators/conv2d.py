"""Two-dimensional convolution."""

from collections.abc import Iterator
from math import sqrt

from archspec.attributes import Padding, Pads, Pair, Positive
from archspec.cost import Cost
from archspec.field import Field
from archspec.label import convolution
from archspec.operator import (
    Constant,
    FigureLabel,
    Normal,
    Operator,
    Parameter,
    require_groups,
    require_map,
)
from archspec.tensor import TensorType
from archspec.window import Window


class Conv2d(Operator, name="conv2d", main="filters"):
    """Slide learned filters over a map: ``h x w x channels`` to ``h' x w' x filters``.

    Attributes:
        filters: The number of filters, each of which yields an output channel.
        kernel: Height and width of a filter.
        stride: The step of a filter, down and across.
        dilation: The distance between the cells of a filter.
        padding: Zeros around the map.
        groups: The number of equal parts that the channels are divided into, each with its own
            filters.
        bias: Whether a learned number is added to each output channel.
    """

    title = "conv"
    usual_activation = "relu"
    sets_channels = ("filters",)
    symbolic = ("filters", "bias")

    filters: Positive
    kernel: Pair
    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)
    padding: Padding = "same"
    groups: Positive = 1
    bias: bool = True

    def window(self, x: TensorType) -> Window:
        """Return the window of the filters over the grid of ``x``."""
        return Window.over(x.grid, self.kernel, self.stride, self.dilation)

    def pads(self, x: TensorType) -> Pads:
        """Return the cells of zeros above, below, left and right of ``x``."""
        return self.window(x).pads(self.padding)

    def fields(self, x: TensorType) -> tuple[Field, Field]:
        """Return the window."""
        return self.window(x).fields(self.pads(x))

    def infer(self, x: TensorType) -> TensorType:
        """Refuse groups that do not divide the channels, and a filter larger than the grid."""
        require_map(x)
        for name, count in (("filters", self.filters), ("input channels", x.channels)):
            require_groups(self.groups, count, name)
        return TensorType((*self.window(x).outputs(self.pads(x)), self.filters))

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight`` (filters, channels / groups, height, width) and optionally ``bias``.

        Initialised as in He et al. 2015, arXiv:1502.01852.
        """
        shape = (self.filters, x.channels // self.groups, *self.kernel)
        fan_in = shape[1] * shape[2] * shape[3]
        yield Parameter("weight", shape, Normal(sqrt(2 / fan_in)))
        if self.bias:
            yield Parameter("bias", (self.filters,), Constant(0.0))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One multiply-accumulate per output element and weight of its filter, one add per bias."""
        height, width = self.kernel
        macs = out.size * height * width * x.channels // self.groups
        return Cost(macs, out.size if self.bias else 0)

    def label(self, x: TensorType) -> FigureLabel:
        """Return ``3x3 conv (96 stride 2 V)`` or ``3x3 depthwise conv (stride 2)``, for example."""
        return convolution(self, x)

    def lints(self, out: TensorType, x: TensorType) -> Iterator[tuple[str, str, str]]:
        """Rows or columns that no filter reads."""
        return self.window(x).lints(self.pads(x), out.grid)
