"""What PyTorch's autograd keeps of each operator for the backward pass, as models are emitted.

Source: ``tools/autograd/derivatives.yaml`` of PyTorch; what a composition of several functions
keeps is what each of them keeps. Operators that are not listed keep their inputs.
"""

from __future__ import annotations

from collections.abc import Mapping

from archspec.cost import Saved, Saving
from archspec.operator import Operator
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
from archspec.operators.blocks import DepthToSpace, SpaceToDepth
from archspec.operators.channels import ChannelShuffle, Slice
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.dropout import Dropout, DropPath
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.grid import Crop, Flatten, Pad, ResizeTo, Upsample
from archspec.operators.identity import Identity
from archspec.operators.merge import Add, Average, Concat, Multiply, Subtract
from archspec.operators.norm import (
    BatchNorm,
    GroupNorm,
    InstanceNorm,
    L2Normalize,
    LayerNorm,
    RmsNorm,
)
from archspec.operators.pool import (
    AdaptiveMaxPool,
    AvgPool,
    ChannelAvgPool,
    ChannelMaxPool,
    GlobalAvgPool,
    GlobalMaxPool,
    MaxPool,
)
from archspec.operators.prelu import Prelu
from archspec.operators.response import GlobalResponseNorm, LocalResponseNorm
from archspec.operators.scale import LayerScale, Scale
from archspec.operators.standardize import Standardize
from archspec.tensor import TensorType

NOTHING, INPUTS, OUTPUT = Saved(), Saved(inputs=True), Saved(output=True)


def _convolved(op: Conv2d, x: TensorType) -> Saved:
    """Keep the input, or a copy with zeros around it where the zeros are uneven."""
    top, bottom, left, right = op.pads(x)
    if top == bottom and left == right:
        return INPUTS
    height, width = x.grid
    return Saved(copied=(height + top + bottom) * (width + left + right) * x.channels)


def _normalized(_op: RmsNorm, x: TensorType) -> Saved:
    """Keep the input, a root for each cell, and what is multiplied by the weights."""
    return Saved(inputs=True, cells=1, copied=x.size)


def _divided_by_neighbours(op: LocalResponseNorm, x: TensorType) -> Saved:
    """Keep the input, its squares with zeros around the channels, and the divisor with its root."""
    height, width = x.grid
    squares = (x.channels + op.size - 1) * height * width
    return Saved(inputs=True, copied=squares + 2 * x.size)


def _weighed_by_length(_op: GlobalResponseNorm, x: TensorType) -> Saved:
    """Keep the input, lengths and their shares of a mean, and the input times these."""
    return Saved(inputs=True, copied=x.size + 2 * x.channels + 1)


SAVED: Mapping[type[Operator], Saved | Saving] = {
    Conv2d: _convolved,
    **dict.fromkeys((Add, Concat, Subtract, Crop, Flatten, Pad, ResizeTo, Upsample), NOTHING),
    **dict.fromkeys((ChannelShuffle, GlobalAvgPool, Identity, Scale, Slice), NOTHING),
    **dict.fromkeys((Average, ChannelAvgPool, DepthToSpace, SpaceToDepth, Standardize), NOTHING),
    DropPath: NOTHING,
    **dict.fromkeys((ConvTranspose2d, FullyConnected, AvgPool), INPUTS),
    **dict.fromkeys((Elu, Gelu, HardSigmoid, HardSwish, HardTanh, LeakyRelu, Mish), INPUTS),
    **dict.fromkeys((LayerScale, Multiply, Prelu, Relu6, Silu, Softplus), INPUTS),
    **dict.fromkeys((Relu, Sigmoid, Softmax, Tanh), OUTPUT),
    AdaptiveMaxPool: Saved(inputs=True, bytes=8),
    BatchNorm: Saved(inputs=True, channels=2),
    ChannelMaxPool: Saved(inputs=True, output=True),
    Dropout: Saved(bytes=4),
    GlobalMaxPool: Saved(inputs=True, output=True),
    GlobalResponseNorm: _weighed_by_length,
    GroupNorm: Saved(inputs=True),
    InstanceNorm: Saved(inputs=True),
    L2Normalize: Saved(inputs=True),
    LayerNorm: Saved(inputs=True, cells=2),
    LocalResponseNorm: _divided_by_neighbours,
    MaxPool: Saved(inputs=True, bytes=8),
    RmsNorm: _normalized,
    Softsign: Saved(inputs=True),
}

IN_PLACE: frozenset[type[Operator]] = frozenset({Add, Relu, Relu6})
"""What the emitted models let overwrite its input, or the body of a residual."""

VIEWS: frozenset[type[Operator]] = frozenset({Slice})
"""What the emitted models index."""
