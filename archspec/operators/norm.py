"""Normalisation over the batch, the channels, groups of them, and the grid; to unit length."""

from collections.abc import Iterator

from archspec.attributes import AboveZero, Positive, Share
from archspec.cost import Cost
from archspec.operator import (
    Constant,
    Operator,
    Parameter,
    require,
    require_groups,
    require_map,
)
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
        bias: Whether each channel has a learned shift.
    """

    title = "Layer norm"
    symbolic = ("epsilon",)

    epsilon: AboveZero = 1e-5
    bias: bool = True

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type."""
        return x

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight`` (gamma) and optionally ``bias`` (beta)."""
        yield Parameter("weight", (x.channels,), Constant(1.0))
        if self.bias:
            yield Parameter("bias", (x.channels,), Constant(0.0))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Six operations per element, mean, centring, square, sum, division, scale, and a shift."""
        return Cost(pointwise=(6 + self.bias) * out.size)


class GroupNorm(Operator, name="group_norm", main="groups", role="norm"):
    """Normalise groups of channels over the grid, then scale and shift each channel.

    The shape is unchanged: ``(x - mean) / sqrt(variance + epsilon) * weight + bias``, with the mean
    and the biased variance of a group of one example. A vector is one cell. One group is a layer
    norm over the whole map. Source: arXiv:1803.08494.

    Attributes:
        groups: Into how many equal parts the channels are divided.
        epsilon: The number added to the variance.
        bias: Whether each channel has a learned shift.
    """

    title = "Group norm"
    symbolic = ("groups", "epsilon")

    groups: Positive = 32
    epsilon: AboveZero = 1e-5
    bias: bool = True

    def fields(self, x: TensorType) -> None:
        """Depend on the whole grid."""

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type; refuse groups that are unequal or hold one number."""
        require_groups(self.groups, x.channels, "channels")
        require(
            x.size > self.groups,
            "groups",
            f"each of the {self.groups} groups of {x} holds one number, which is its own mean",
            "take fewer groups",
        )
        return x

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight`` (gamma) and optionally ``bias`` (beta)."""
        yield Parameter("weight", (x.channels,), Constant(1.0))
        if self.bias:
            yield Parameter("bias", (x.channels,), Constant(0.0))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Six operations per element, mean, centring, square, sum, division, scale, and a shift."""
        return Cost(pointwise=(6 + self.bias) * out.size)


class InstanceNorm(Operator, name="instance_norm", role="norm"):
    """Normalise each channel of each example over the grid, then scale and shift it.

    The shape is unchanged: ``(x - mean) / sqrt(variance + epsilon) * weight + bias``, with the
    biased variance, in training and in inference alike. Source: arXiv:1607.08022.

    Attributes:
        epsilon: The number added to the variance.
        affine: Whether each channel has a learned scale and shift.
    """

    title = "Instance norm"
    symbolic = ("epsilon",)
    cancels_shifts = True

    epsilon: AboveZero = 1e-5
    affine: bool = True

    def fields(self, x: TensorType) -> None:
        """Depend on the whole grid."""

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type; refuse vectors and maps of one cell."""
        require_map(x)
        require(
            x.grid != (1, 1),
            "x",
            f"each channel of {x} holds one number, which is its own mean",
            "put it before the step that shrinks the map to one cell",
        )
        return x

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight`` (gamma) and ``bias`` (beta), both optional."""
        if self.affine:
            yield Parameter("weight", (x.channels,), Constant(1.0))
            yield Parameter("bias", (x.channels,), Constant(0.0))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Seven operations per element, five without a scale and a shift."""
        return Cost(pointwise=(7 if self.affine else 5) * out.size)


class RmsNorm(Operator, name="rms_norm", role="norm"):
    """Divide each cell by the root mean square of its channels, then scale each channel.

    The shape is unchanged: ``x / sqrt(mean(x ** 2) + epsilon) * weight``. A vector is one cell.
    Source: arXiv:1910.07467.

    Attributes:
        epsilon: The number added to the mean square.
    """

    title = "RMS norm"
    symbolic = ("epsilon",)

    epsilon: AboveZero = 1e-6

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type."""
        return x

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight``, one factor per channel."""
        yield Parameter("weight", (x.channels,), Constant(1.0))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Four operations per element: square, sum, division, scale."""
        return Cost(pointwise=4 * out.size)


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
