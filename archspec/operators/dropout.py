"""Random omission."""

from archspec.attributes import Share
from archspec.cost import Cost
from archspec.operator import FigureLabel, Operator
from archspec.tensor import TensorType


class Dropout(Operator, name="dropout", main="rate"):
    """Zero random elements while training and divide the others by ``1 - rate``; the shape stays.

    In inference nothing happens.

    Attributes:
        rate: The share of elements that is dropped; a paper may print the share that is kept.
    """

    is_view = True
    symbolic = ("rate",)
    training_only = ("rate",)

    rate: Share

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type."""
        return x

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Nothing: it works only in training."""
        return Cost()

    def label(self, x: TensorType) -> FigureLabel:
        """Say the share that is kept, as papers do."""
        return FigureLabel("Dropout", (f"keep {round(1 - self.rate, 6):g}",))
