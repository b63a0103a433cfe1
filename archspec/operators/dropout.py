"""Dropout."""

from archspec.attributes import Share
from archspec.cost import Cost
from archspec.operator import FigureLabel, Operator
from archspec.tensor import TensorType


class Dropout(Operator, name="dropout", main="rate"):
    """Set random elements to zero in training and divide the others by ``1 - rate``.

    The shape is unchanged. In inference it is the identity.
    Source: Srivastava et al., JMLR 15, 2014.

    Attributes:
        rate: The fraction of elements that is dropped; papers may state the fraction that is kept.
    """

    is_view = True
    symbolic = ("rate",)
    training_only = ("rate",)

    rate: Share

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type."""
        return x

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Nothing: it has no effect in inference."""
        return Cost()

    def label(self, x: TensorType) -> FigureLabel:
        """Show the fraction that is kept, as papers do."""
        return FigureLabel("Dropout", (f"keep {round(1 - self.rate, 6):g}",))
