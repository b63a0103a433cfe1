"""Multiplication by a constant or by learned factors, and learned shifts."""

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


class Affine(Operator, name="affine", main="initial"):
    """Multiply by a learned factor and add a learned number; the shape is unchanged.

    Source: arXiv:2105.03404 for each channel, arXiv:2210.13452 for all.

    Attributes:
        initial: The factors before training.
        shared: Whether all channels have one factor and one number, instead of one each.
        bias: Whether a number is added.
    """

    symbolic = ("initial",)
    training_only = ("initial",)

    initial: Number = 1.0
    shared: bool = False
    bias: bool = True

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type."""
        return x

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight`` and optionally ``bias``, one per channel or one for all."""
        shape = (1 if self.shared else x.channels,)
        yield Parameter("weight", shape, Constant(self.initial))
        if self.bias:
            yield Parameter("bias", shape, Constant(0.0))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One operation per element for the factor, one for the number."""
        return Cost(pointwise=(1 + self.bias) * out.size)

    def label(self, x: TensorType) -> FigureLabel:
        """Tell one factor for all channels."""
        return FigureLabel("Affine", ("one for all",) if self.shared else ())
