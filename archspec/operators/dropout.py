"""Dropout of elements, and of whole examples."""

from archspec.attributes import Share, title
from archspec.cost import Cost
from archspec.operator import FigureLabel, Operator
from archspec.tensor import TensorType


class Dropping(Operator):
    """Set something to zero in training and divide the rest by ``1 - rate``."""

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
        return FigureLabel(title(self.word, " "), (f"keep {round(1 - self.rate, 6):g}",))


class Dropout(Dropping, name="dropout", main="rate"):
    """Set random elements to zero in training and divide the others by ``1 - rate``.

    The shape is unchanged. In inference it is the identity.
    Source: Srivastava et al., JMLR 15, 2014.

    Attributes:
        rate: The fraction of elements that is dropped; papers may state the fraction that is kept.
    """


class DropPath(Dropping, name="drop_path", main="rate"):
    """Set the whole value of random examples to zero in training and divide the others' alike.

    The shape is unchanged. In inference it is the identity. At the end of the body of a residual it
    is stochastic depth: some examples take the shortcut alone. Source: arXiv:1603.09382, scaled as
    in EfficientNet.

    Attributes:
        rate: The fraction of examples whose value is dropped.
    """
