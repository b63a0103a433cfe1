"""Normalisation of responses: each value against those of other channels."""

from collections.abc import Iterator

from archspec.attributes import AboveZero, Number, Positive
from archspec.cost import Cost
from archspec.operator import Constant, Operator, Parameter, require_map
from archspec.tensor import TensorType


class LocalResponseNorm(Operator, name="local_response_norm", main="size"):
    """Divide each value by a power of the mean square of the channels around it.

    ``x / (k + alpha * sum(x ** 2) / size) ** beta``, summed over ``size`` channels: ``size // 2``
    before the value's own, and ``(size - 1) // 2`` after it; channels beyond the first and the
    last are zero. The shape is unchanged. As in PyTorch and Caffe, ``alpha`` is divided by
    ``size``; in the paper and in TensorFlow it is not, so what is ``alpha`` there is
    ``alpha * size`` here. Source: "ImageNet Classification with Deep Convolutional Neural
    Networks" (2012), Section 3.3.

    Attributes:
        size: The number of channels that are summed.
        alpha: The factor of their mean square.
        beta: The power.
        k: The number added to it; TensorFlow's ``bias``.
    """

    title = "Local response norm"
    symbolic = ("alpha", "beta", "k")

    size: Positive = 5
    alpha: AboveZero = 1e-4
    beta: Number = 0.75
    k: AboveZero = 1.0

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type; refuse vectors."""
        require_map(x)
        return x

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Operations per element: a square, ``size - 1`` sums; scale, shift, power, division."""
        return Cost(pointwise=(self.size + 4) * out.size)


class GlobalResponseNorm(Operator, name="global_response_norm"):
    """Weigh each channel by its length over the grid against the mean length of all channels.

    ``x + weight * x * length / (mean(length) + epsilon) + bias``, where ``length`` is the L2 norm
    of a channel over the grid, and the mean is over channels. The shape is unchanged.
    Source: arXiv:2301.00808.

    Attributes:
        epsilon: The number added to the mean length.
    """

    title = "Global response norm"
    symbolic = ("epsilon",)

    epsilon: AboveZero = 1e-6

    def fields(self, x: TensorType) -> None:
        """Depend on the whole grid."""

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type; refuse vectors."""
        require_map(x)
        return x

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight`` (gamma) and ``bias`` (beta), both zero before training."""
        yield Parameter("weight", (x.channels,), Constant(0.0))
        yield Parameter("bias", (x.channels,), Constant(0.0))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Six operations per element: square, sum, product, scale, shift, residual sum."""
        return Cost(pointwise=6 * out.size)
