"""The rectifier with learned slopes."""

from collections.abc import Iterator

from archspec.attributes import Number
from archspec.cost import Cost
from archspec.operator import Constant, FigureLabel, Operator, Parameter
from archspec.tensor import TensorType


class Prelu(Operator, name="prelu", main="initial"):
    """Scale negative values by learned slopes: ``max(x, 0) + weight * min(x, 0)``.

    The shape is unchanged. It learns, so it is a step and no value of ``activation=``.
    Source: arXiv:1502.01852.

    Attributes:
        initial: The slopes before training.
        shared: Whether all channels have one slope, instead of one each.
    """

    symbolic = ("initial",)
    training_only = ("initial",)

    initial: Number = 0.25
    shared: bool = False

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type."""
        return x

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight``, one slope per channel or one for all."""
        yield Parameter("weight", (1 if self.shared else x.channels,), Constant(self.initial))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One operation per element."""
        return Cost(pointwise=out.size)

    def label(self, x: TensorType) -> FigureLabel:
        """Tell one slope for all channels."""
        return FigureLabel("PReLU activation", ("one slope",) if self.shared else ())
