"""What weighs branches and channels: softmax among equal parts, convolution along a vector."""

from collections.abc import Iterator
from math import sqrt

from archspec.attributes import Positive
from archspec.cost import Cost
from archspec.operator import FigureLabel, Normal, Operator, Parameter, require
from archspec.tensor import TensorType


class RadixSoftmax(Operator, name="radix_softmax", main="radix"):
    """Make distributions of the channels that have one place in equal parts.

    Of ``c`` channels in ``n`` parts, channel ``i`` competes with ``i + c / n``, ``i + 2 * c / n``
    and so on. The shape is unchanged. Selective kernels and split attention weigh branches so.
    Source: arXiv:1903.06586, arXiv:2004.08955.

    Attributes:
        radix: Into how many equal parts the channels are divided.
    """

    title = "Radix softmax"

    radix: Positive

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type; refuse parts that do not divide the channels."""
        require(
            x.channels % self.radix == 0,
            "radix",
            f"{self.radix} equal parts cannot be made of {x.channels} channels",
        )
        return x

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Three operations per element: exponential, sum, divide."""
        return Cost(pointwise=3 * out.size)

    def label(self, x: TensorType) -> FigureLabel:
        """Show the number of parts."""
        return FigureLabel(self.title, (str(self.radix),))


class ChannelConv(Operator, name="channel_conv", main="kernel"):
    """Convolve a vector along its channels, each with its neighbours; the length is unchanged.

    Zeros lie before the first and behind the last channel. Efficient channel attention makes its
    gates so. Source: arXiv:1910.03151.

    Attributes:
        kernel: How many channels, an odd number, the filter spans.
    """

    title = "Channel conv"

    kernel: Positive

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type; refuse a map, and a filter without a middle."""
        require(not x.is_map, "x", f"expects a vector, got a map of {x}", "put a pool before it")
        require(
            self.kernel % 2 == 1,
            "kernel",
            f"a filter of {self.kernel} channels has no middle",
            f"take {self.kernel + 1} or {self.kernel - 1}",
        )
        return x

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight`` (1, 1, kernel, 1), a filter for all channels."""
        yield Parameter("weight", (1, 1, self.kernel, 1), Normal(sqrt(1 / self.kernel)))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One multiply-accumulate per channel and cell of the filter."""
        return Cost(self.kernel * out.size)

    def label(self, x: TensorType) -> FigureLabel:
        """Show the size of the filter."""
        return FigureLabel(f"{self.kernel} {self.title}")
