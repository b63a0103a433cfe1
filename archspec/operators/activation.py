"""Functions of one element, and softmax: what ``activation=`` takes."""

from archspec.attributes import AboveZero, Number
from archspec.cost import Cost
from archspec.operator import FigureLabel, Operator
from archspec.tensor import TensorType


class Activation(Operator):
    """Apply a function to each element; the shape stays."""

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type."""
        return x

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One operation per element."""
        return Cost(pointwise=out.size)

    def label(self, x: TensorType) -> FigureLabel:
        """Say that it is an activation, unless it has a title."""
        found = super().label(x)
        return found if self.title else found._replace(name=f"{found.name} activation")


class Relu(Activation, name="relu", role="activation"):
    """Replace what is below zero by zero: ``max(x, 0)``; the shape stays."""


class Relu6(Activation, name="relu6", role="activation"):
    """Clip to the range from 0 to 6: ``min(max(x, 0), 6)``; the shape stays."""


class LeakyRelu(Activation, name="leaky_relu", main="slope", role="activation"):
    """Flatten what is below zero: ``max(x, 0) + slope * min(x, 0)``; the shape stays.

    Attributes:
        slope: By how much values below zero are multiplied.
    """

    symbolic = ("slope",)

    slope: Number = 0.01


class Elu(Activation, name="elu", main="alpha", role="activation"):
    """Bend what is below zero: ``max(x, 0) + alpha * (exp(min(x, 0)) - 1)``; the shape stays.

    Source: arXiv:1511.07289.

    Attributes:
        alpha: The value that large negative inputs approach, with its sign turned.
    """

    symbolic = ("alpha",)

    alpha: AboveZero = 1.0


class Gelu(Activation, name="gelu", role="activation"):
    """Weigh each element by the normal distribution; the shape stays.

    ``x * (1 + erf(x / sqrt(2))) / 2``. Source: arXiv:1606.08415.

    Attributes:
        approximate: Whether ``x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3)))`` stands
            for it.
    """

    approximate: bool = False


class Silu(Activation, name="silu", role="activation"):
    """Weigh each element by its sigmoid (swish): ``x / (1 + exp(-x))``; the shape stays.

    Source: arXiv:1702.03118.
    """


class Sigmoid(Activation, name="sigmoid", role="activation"):
    """Squeeze into the range from 0 to 1: ``1 / (1 + exp(-x))``; the shape stays."""


class Tanh(Activation, name="tanh", role="activation"):
    """Squeeze into the range from -1 to 1 by the hyperbolic tangent; the shape stays."""


class HardSigmoid(Activation, name="hard_sigmoid", role="activation"):
    """Clip a line to the range from 0 to 1: ``min(max(x + 3, 0), 6) / 6``; the shape stays.

    Source: arXiv:1905.02244.
    """


class HardSwish(Activation, name="hard_swish", role="activation"):
    """Weigh each element by its hard sigmoid: ``x * min(max(x + 3, 0), 6) / 6``; the shape stays.

    Source: arXiv:1905.02244.
    """


class Softmax(Activation, name="softmax", role="activation"):
    """Make the channels of each cell positive, with sum one: ``exp(x) / sum(exp(x))``.

    The shape stays. A vector is one cell.
    """

    title = "Softmax"

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Three operations per element: exponential, sum, divide."""
        return Cost(pointwise=3 * out.size)
