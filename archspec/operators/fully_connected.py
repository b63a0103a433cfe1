"""Multiplication of a vector by a learned matrix."""

from collections.abc import Iterator
from math import sqrt

from archspec.attributes import Positive
from archspec.cost import Cost
from archspec.operator import Constant, FigureLabel, Normal, Operator, Parameter, require
from archspec.tensor import TensorType


class FullyConnected(Operator, name="fully_connected", main="units"):
    """Multiply a vector by a learned matrix: ``channels`` to ``units``.

    Attributes:
        units: The length of the result.
        bias: Whether a learned number is added to each unit.
    """

    sets_channels = ("units",)
    symbolic = ("units", "bias")

    units: Positive
    bias: bool = True

    def infer(self, x: TensorType) -> TensorType:
        """Refuse a map: whether it is to be averaged or flattened is up to the author."""
        require(
            not x.grid,
            "x",
            f"expects a vector, got a map of {x}",
            "put global_avg_pool or flatten before it",
        )
        return TensorType((self.units,))

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight`` (units, channels) and optionally ``bias``."""
        yield Parameter("weight", (self.units, x.channels), Normal(sqrt(1 / x.channels)))
        if self.bias:
            yield Parameter("bias", (self.units,), Constant(0.0))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One multiply-accumulate per weight; the bias is pointwise."""
        return Cost(x.channels * self.units, self.units if self.bias else 0)

    def label(self, x: TensorType) -> FigureLabel:
        """Show the number of units."""
        return FigureLabel("Dense", (str(self.units),))
