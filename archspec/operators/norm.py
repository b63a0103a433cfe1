"""Normalisation over the batch, over the channels, and to unit length."""

from collections.abc import Iterator

from archspec.attributes import AboveZero, Share
from archspec.cost import Cost
from archspec.operator import Constant, Operator, Parameter
from archspec.tensor import TensorType


class BatchNorm(Operator, name="batch_norm", role="norm"):
    """Normalise each channel over the batch and the grid, then scale and shift it.

    The shape is unchanged: ``(x - mean) / sqrt(variance + epsilon) * weight + bias``, with the mean
    and the biased variance of the batch in training, and running statistics in inference. Vectors
    are normalised over the batch alone. A training step moves the running mean towards that of the
    batch, and the running variance towards the unbiased one in PyTorch, as in the paper, or the
    biased one in Keras, which ``archspec train`` corrects. Source: arXiv:1502.03167.

    Attributes:
        epsilon: The number added to the variance.
        momentum: The fraction of the running value that a training step keeps, as in TensorFlow;
            in PyTorch it is one minus this.
        gamma: Whether each channel has a learned scale.
    """

    title = "Batch norm"
    symbolic = ("epsilon", "momentum")
    training_only = ("momentum",)
    cancels_shifts = True

    epsilon: AboveZero = 1e-3
    momentum: Share = 0.99
    gamma: bool = True

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type."""
        return x

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight`` (gamma, optional), ``bias`` (beta), and the running mean and variance."""
        shape = (x.channels,)
        if self.gamma:
            yield Parameter("weight", shape, Constant(1.0))
        yield Parameter("bias", shape, Constant(0.0))
        yield Parameter("running_mean", shape, Constant(0.0), trainable=False)
        yield Parameter("running_var", shape, Constant(1.0), trainable=False)

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Two operations per element: in inference it is a scale and a shift of each channel."""
        return Cost(pointwise=2 * out.size)


class LayerNorm(Operator, name="layer_norm", role="norm"):
    """Normalise each cell over its channels, then scale and shift each channel.

    The shape is unchanged: ``(x - mean) / sqrt(variance + epsilon) * weight + bias``, with the
    biased variance. A vector is one cell. Source: arXiv:1607.06450.

    Attributes:
        epsilon: The number added to the variance.
    """

    title = "Layer norm"
    symbolic = ("epsilon",)

    epsilon: AboveZero = 1e-5

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type."""
        return x

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight`` (gamma) and ``bias`` (beta)."""
        yield Parameter("weight", (x.channels,), Constant(1.0))
        yield Parameter("bias", (x.channels,), Constant(0.0))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Seven operations per element: mean, centring, square, sum, division, scale, shift."""
        return Cost(pointwise=7 * out.size)


class L2Normalize(Operator, name="l2_normalize"):
    """Divide each cell by the L2 norm of its channels: ``x / max(length, epsilon)``.

    The shape is unchanged. A vector is one cell.

    Attributes:
        epsilon: The least divisor.
    """

    title = "L2 normalize"

    epsilon: AboveZero = 1e-12

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type."""
        return x

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Three operations per element: square, sum, division."""
        return Cost(pointwise=3 * out.size)
