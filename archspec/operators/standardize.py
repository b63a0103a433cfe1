"""Standardisation of data by numbers that are known, as images are prepared for a network."""

from collections.abc import Mapping

from archspec.attributes import AboveZeros, Numbers
from archspec.cost import Cost
from archspec.operator import FigureLabel, Operator, require
from archspec.tensor import TensorType


class Standardize(Operator, name="standardize"):
    """Subtract a mean and divide by a deviation, which are not learned; the shape is unchanged.

    Attributes:
        mean: What is subtracted: one number, or one for each channel.
        deviation: What is divided by: one number, or one for each channel.
    """

    mean: Numbers = 0.0
    deviation: AboveZeros = 1.0

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type; refuse lists that are longer or shorter than the channels."""
        fix = "write one number, or one for each channel"
        require(_fits(self.mean, x), "mean", _mismatch(self.mean, x), fix)
        require(_fits(self.deviation, x), "deviation", _mismatch(self.deviation, x), fix)
        return x

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Two operations per element: subtract, divide."""
        return Cost(pointwise=2 * out.size)

    def is_identity(self, x: TensorType) -> bool:
        """Whether nothing is subtracted, and one divided by."""
        return (self.mean, self.deviation) == (0, 1)

    def label(self, x: TensorType) -> FigureLabel:
        """Show both, where they are one number."""
        said = self._said().items()
        lines = (f"{name} {each:g}" for name, each in said if not isinstance(each, tuple))
        return FigureLabel("Standardisation", tuple(lines))

    def _said(self) -> Mapping[str, float | tuple[float, ...]]:
        return {"mean": self.mean, "deviation": self.deviation}


def _fits(said: float | tuple[float, ...], x: TensorType) -> bool:
    return not isinstance(said, tuple) or len(said) == x.channels


def _mismatch(said: float | tuple[float, ...], x: TensorType) -> str:
    count = len(said) if isinstance(said, tuple) else 1
    return f"{count} numbers do not fit {x.channels} channels"
