"""Multiplication by a constant or by learned factors."""

from collections.abc import Iterator

from archspec.attributes import Number
from archspec.cost import Cost
from archspec.operator import Constant, FigureLabel, Operator, Parameter
from archspec.tensor import TensorType


class Scale(Operator, name="scale", main="factor"):
    """Multiply each element by a constant; the shape is unchanged.

    Attributes:
        factor: The constant, which is not learned.
    """

    symbolic = ("factor",)

    factor: Number

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type."""
        return x

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One operation per element."""
        return Cost(pointwise=out.size)

    def is_identity(self, x: TensorType) -> bool:
        """Whether the factor is one."""
        return self.factor == 1

    def label(self, x: TensorType) -> FigureLabel:
        """Show the factor."""
        return FigureLabel("Activation scaling", (f"{self.factor:g}",))


class LayerScale(Operator, name="layer_scale", main="initial"):
    """Multiply each channel by a learned factor; the shape is unchanged.

    Source: arXiv:2103.17239; the default is ConvNeXt's, arXiv:2201.03545.

    Attributes:
        initial: The factors before training.
    """

    title = "Layer scale"
    symbolic = ("initial",)
    training_only = ("initial",)

    initial: Number = 1e-6

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type."""
        return x

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight``, one factor per channel."""
        yield Parameter("weight", (x.channels,), Constant(self.initial))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One operation per element."""
        return Cost(pointwise=out.size)
