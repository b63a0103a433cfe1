"""Rules of operators on elements, cells and vectors: activations, norms, scales, dense layers.

Sources: the formulas in the operators' docstrings and the papers cited there.
"""

from __future__ import annotations

import math

import numpy as np

from archspec.interpreter.arrays import Array
from archspec.interpreter.rule import computes
from archspec.operators.activation import (
    Elu,
    Gelu,
    HardSigmoid,
    HardSwish,
    HardTanh,
    LeakyRelu,
    Mish,
    Relu,
    Relu6,
    Sigmoid,
    Silu,
    Softmax,
    Softplus,
    Softsign,
    Tanh,
)
from archspec.operators.dropout import Dropout, DropPath
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.identity import Identity
from archspec.operators.norm import (
    BatchNorm,
    GroupNorm,
    InstanceNorm,
    L2Normalize,
    LayerNorm,
    RmsNorm,
)
from archspec.operators.prelu import Prelu
from archspec.operators.scale import Affine, LayerScale, Scale
from archspec.operators.standardize import Standardize


@computes(Identity)
def identity(op: Identity, x: Array) -> Array:
    return x


@computes(Dropout)
def dropout(op: Dropout, x: Array) -> Array:
    return x


@computes(DropPath)
def drop_path(op: DropPath, x: Array) -> Array:
    return x


@computes(Scale)
def scale(op: Scale, x: Array) -> Array:
    return x * op.factor


@computes(LayerScale)
def layer_scale(op: LayerScale, x: Array, weight: Array) -> Array:
    return x * weight


@computes(Affine)
def affine(op: Affine, x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    return x * weight + bias


@computes(Standardize)
def standardize(op: Standardize, x: Array) -> Array:
    return (x - np.asarray(op.mean, x.dtype)) / np.asarray(op.deviation, x.dtype)


@computes(FullyConnected)
def fully_connected(
    op: FullyConnected, x: Array, weight: Array, bias: Array | float = 0.0
) -> Array:
    return x @ weight.T + bias


@computes(BatchNorm)
def batch_norm(
    op: BatchNorm,
    x: Array,
    *,
    bias: Array,
    running_mean: Array,
    running_var: Array,
    weight: Array | float = 1.0,
) -> Array:
    """Normalise by running statistics; arXiv:1502.03167, Algorithm 2."""
    return (x - running_mean) / np.sqrt(running_var + op.epsilon) * weight + bias


@computes(BatchNorm, training=True)
def batch_norm_in_training(
    op: BatchNorm, x: Array, *, bias: Array, weight: Array | float = 1.0, **_running: Array
) -> Array:
    """Normalise by the mean and biased variance of the batch; arXiv:1502.03167, Algorithm 1."""
    axes = tuple(range(x.ndim - 1))
    return (x - x.mean(axes)) / np.sqrt(x.var(axes) + op.epsilon) * weight + bias


@computes(LayerNorm)
def layer_norm(op: LayerNorm, x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    """Normalise each cell by its mean and biased variance; arXiv:1607.06450, Equation 3."""
    return _normal(x, (-1,), op.epsilon) * weight + bias


@computes(GroupNorm)
def group_norm(op: GroupNorm, x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    """Normalise groups of channels over the grid; arXiv:1803.08494, Equations 1 and 7."""
    groups = x.reshape(len(x), -1, op.groups, x.shape[-1] // op.groups)
    return _normal(groups, (1, 3), op.epsilon).reshape(x.shape) * weight + bias


@computes(InstanceNorm)
def instance_norm(
    op: InstanceNorm, x: Array, weight: Array | float = 1.0, bias: Array | float = 0.0
) -> Array:
    """Normalise each channel over the grid; arXiv:1607.08022, Equation 3."""
    return _normal(x, (1, 2), op.epsilon) * weight + bias


def _normal(x: Array, axes: tuple[int, ...], epsilon: float) -> Array:
    """Take the mean off and divide by the biased deviation."""
    centred = x - x.mean(axis=axes, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=axes, keepdims=True) + epsilon)


@computes(RmsNorm)
def rms_norm(op: RmsNorm, x: Array, weight: Array) -> Array:
    """Divide each cell by its root mean square; arXiv:1910.07467, Equation 4."""
    return x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + op.epsilon) * weight


@computes(L2Normalize)
def l2_normalize(op: L2Normalize, x: Array) -> Array:
    length = np.sqrt((x**2).sum(axis=-1, keepdims=True))
    return x / np.maximum(length, op.epsilon)


@computes(Relu)
def relu(op: Relu, x: Array) -> Array:
    return np.maximum(x, 0)


@computes(Relu6)
def relu6(op: Relu6, x: Array) -> Array:
    return np.clip(x, 0, 6)


@computes(LeakyRelu)
def leaky_relu(op: LeakyRelu, x: Array) -> Array:
    return np.maximum(x, 0) + op.slope * np.minimum(x, 0)


@computes(Prelu)
def prelu(op: Prelu, x: Array, weight: Array) -> Array:
    return np.maximum(x, 0) + weight * np.minimum(x, 0)


@computes(Elu)
def elu(op: Elu, x: Array) -> Array:
    return np.maximum(x, 0) + op.alpha * np.expm1(np.minimum(x, 0))


@computes(Gelu)
def gelu(op: Gelu, x: Array) -> Array:
    """Multiply by the normal distribution function; arXiv:1606.08415, Section 2."""
    if op.approximate:
        return x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return x / 2 * (1 + erf(x / math.sqrt(2)))


def erf(x: Array) -> Array:
    """Apply ``math.erf`` to each element; numpy has no error function."""
    return np.fromiter(map(math.erf, x.flat), x.dtype, x.size).reshape(x.shape)


@computes(Sigmoid)
def sigmoid(op: Sigmoid, x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


@computes(Silu)
def silu(op: Silu, x: Array) -> Array:
    return x / (1 + np.exp(-x))


@computes(Tanh)
def tanh(op: Tanh, x: Array) -> Array:
    return np.tanh(x)


@computes(HardTanh)
def hard_tanh(op: HardTanh, x: Array) -> Array:
    return np.clip(x, op.low, op.high)


@computes(Softplus)
def softplus(op: Softplus, x: Array) -> Array:
    return np.logaddexp(x, 0)


@computes(Softsign)
def softsign(op: Softsign, x: Array) -> Array:
    return x / (1 + np.abs(x))


@computes(Mish)
def mish(op: Mish, x: Array) -> Array:
    return x * np.tanh(np.logaddexp(x, 0))


@computes(HardSigmoid)
def hard_sigmoid(op: HardSigmoid, x: Array) -> Array:
    return np.clip(x + 3, 0, 6) / 6


@computes(HardSwish)
def hard_swish(op: HardSwish, x: Array) -> Array:
    return x * np.clip(x + 3, 0, 6) / 6


@computes(Softmax)
def softmax(op: Softmax, x: Array) -> Array:
    """Divide exponentials by their sum, after subtracting the maximum against overflow."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
