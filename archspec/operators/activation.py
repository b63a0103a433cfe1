"""Elementwise functions and softmax: the values of ``activation=``."""

from archspec.attributes import AboveZero, Number
from archspec.cost import Cost
from archspec.operator import FigureLabel, Operator, require
from archspec.tensor import TensorType


class Activation(Operator):
    """Apply a function to each element; the shape is unchanged."""

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type."""
        return x

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One operation per element."""
        return Cost(pointwise=out.size)

    def label(self, x: TensorType) -> FigureLabel:
        """Append ``activation`` to the word, unless there is a title."""
        found = super().label(x)
        return found if self.title else found._replace(name=f"{found.name} activation")


class Relu(Activation, name="relu", role="activation"):
    """Replace negative values by zero: ``max(x, 0)``; the shape is unchanged."""


class Relu6(Activation, name="relu6", role="activation"):
    """Clip to the range from 0 to 6: ``min(max(x, 0), 6)``; the shape is unchanged."""


class LeakyRelu(Activation, name="leaky_relu", main="slope", role="activation"):
    """Scale negative values: ``max(x, 0) + slope * min(x, 0)``; the shape is unchanged.

    Attributes:
        slope: The factor for negative values.
    """

    symbolic = ("slope",)

    slope: Number = 0.01


class Elu(Activation, name="elu", main="alpha", role="activation"):
    """Saturate negative values: ``max(x, 0) + alpha * (exp(min(x, 0)) - 1)``.

    The shape is unchanged. Source: arXiv:1511.07289.

    Attributes:
        alpha: Large negative inputs approach ``-alpha``.
    """

    symbolic = ("alpha",)

    alpha: AboveZero = 1.0


class Gelu(Activation, name="gelu", role="activation"):
    """Multiply each element by the probability that a standard normal value is smaller.

    ``x * (1 + erf(x / sqrt(2))) / 2``. The shape is unchanged. Source: arXiv:1606.08415.

    Attributes:
        approximate: Whether to use ``x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3)))``.
    """

    approximate: bool = False


class Silu(Activation, name="silu", role="activation"):
    """Multiply each element by its sigmoid (swish): ``x / (1 + exp(-x))``; the shape is unchanged.

    Source: arXiv:1702.03118.
    """


class Sigmoid(Activation, name="sigmoid", role="activation"):
    """Map to the range from 0 to 1: ``1 / (1 + exp(-x))``; the shape is unchanged."""


class Tanh(Activation, name="tanh", role="activation"):
    """Map to the range from -1 to 1 by the hyperbolic tangent; the shape is unchanged."""


class HardTanh(Activation, name="hard_tanh", role="activation"):
    """Clip to a range: ``min(max(x, low), high)``; the shape is unchanged.

    Attributes:
        low: The least value.
        high: The greatest value.
    """

    symbolic = ("low", "high")

    low: Number = -1.0
    high: Number = 1.0

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type; refuse a range without a number."""
        require(
            self.low <= self.high,
            "low",
            f"the range from {self.low:g} to {self.high:g} holds no number",
            "low is the least value, high the greatest",
        )
        return x


class Softplus(Activation, name="softplus", role="activation"):
    """Smooth the rectifier: ``log(1 + exp(x))``; the shape is unchanged.

    Source: Dugas et al., "Incorporating Second-Order Functional Knowledge" (2000).
    """


class Softsign(Activation, name="softsign", role="activation"):
    """Map to the range from -1 to 1: ``x / (1 + abs(x))``; the shape is unchanged."""


class Mish(Activation, name="mish", role="activation"):
    """Multiply by the hyperbolic tangent of the softplus: ``x * tanh(log(1 + exp(x)))``.

    The shape is unchanged. Source: arXiv:1908.08681.
    """


class HardSigmoid(Activation, name="hard_sigmoid", role="activation"):
    """Approximate the sigmoid piecewise linearly: ``min(max(x + 3, 0), 6) / 6``.

    The shape is unchanged. Source: arXiv:1905.02244.
    """


class HardSwish(Activation, name="hard_swish", role="activation"):
    """Multiply by the hard sigmoid: ``x * min(max(x + 3, 0), 6) / 6``; the shape is unchanged.

    Source: arXiv:1905.02244.
    """


class Softmax(Activation, name="softmax", role="activation"):
    """Normalise the channels of each cell to a distribution: ``exp(x) / sum(exp(x))``.

    The shape is unchanged. A vector is one cell.
    """

    title = "Softmax"

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Three operations per element: exponential, sum, divide."""
        return Cost(pointwise=3 * out.size)
