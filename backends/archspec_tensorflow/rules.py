"""Lowering operators without a window to Keras. Nothing here imports Keras."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from archspec.emission.formula import Formula
from archspec.emission.lowering import Lowering, Use, constant, constructing
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
from archspec.operators.dropout import Dropout, DropPath
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.grid import Crop, Flatten, Pad, ResizeTo, Upsample
from archspec.operators.identity import Identity
from archspec.operators.merge import (
    Add,
    Average,
    Concat,
    GlobalAttentionPool,
    Maximum,
    Minimum,
    Multiply,
    Resize,
    ResizeNearest,
    Subtract,
)
from archspec.operators.norm import (
    BatchNorm,
    GroupNorm,
    InstanceNorm,
    L2Normalize,
    LayerNorm,
    RmsNorm,
)
from archspec.operators.pool import (
    AdaptiveAvgPool,
    AdaptiveMaxPool,
    ChannelAvgPool,
    ChannelMaxPool,
    GlobalAvgPool,
    GlobalMaxPool,
)
from archspec.operators.prelu import Prelu
from archspec.operators.response import GlobalResponseNorm, LocalResponseNorm
from archspec.operators.scale import Affine, LayerScale, Scale
from archspec.operators.selection import ChannelConv, RadixSoftmax
from archspec.operators.standardize import Standardize
from archspec_tensorflow.table import backend

KERAS_EPSILON = 1e-12
"""The epsilon of ``UnitNormalization``, which cannot be changed."""


def _unchanged(formula: Formula) -> Formula:
    return formula


def listed(values: Sequence[str]) -> str:
    """Write the argument of a merging layer."""
    return f"[{', '.join(values)}]"


def activation(word: str) -> Callable[[Use[Any]], Lowering]:
    """Make the rule that lowers an activation to one of Keras's functions, by name."""
    return lambda _use: Lowering("layers.Activation", {"activation": constant(word)})


backend.lowers(ChannelConv)(constructing("channel_conv", "kernel"))
backend.lowers(ChannelAvgPool)(constructing("channel_avg_pool"))
backend.lowers(ChannelMaxPool)(constructing("channel_max_pool"))
backend.lowers(ChannelShuffle)(constructing("channel_shuffle", "groups"))
backend.lowers(Dropout)(constructing("layers.Dropout", "rate"))
backend.lowers(DepthToSpace)(constructing("depth_to_space", "block", "outer"))
backend.lowers(HardSigmoid)(activation("hard_sigmoid"))
backend.lowers(HardSwish)(activation("hard_swish"))
backend.lowers(Identity)(constructing("layers.Identity"))
backend.lowers(LayerScale)(constructing("layer_scale", "initial"))
backend.lowers(Relu)(constructing("layers.ReLU"))
backend.lowers(Mish)(activation("mish"))
backend.lowers(RadixSoftmax)(constructing("radix_softmax", "radix"))
backend.lowers(Scale)(constructing("layers.Rescaling", "factor"))
backend.lowers(Sigmoid)(activation("sigmoid"))
backend.lowers(Silu)(activation("silu"))
backend.lowers(Slice)(constructing("slice_channels", "start", "stop"))
backend.lowers(Softmax)(activation("softmax"))
backend.lowers(Softplus)(activation("softplus"))
backend.lowers(Softsign)(activation("softsign"))
backend.lowers(SpaceToDepth)(constructing("space_to_depth", "block", "outer"))
backend.lowers(Tanh)(activation("tanh"))


@backend.lowers(DropPath)
def drop_path(use: Use[DropPath]) -> Lowering:
    """Drop all of an example or nothing."""
    shape = (None, *(1 for _ in use.x.shape))
    return Lowering("layers.Dropout", {"rate": use["rate"]}, {"noise_shape": constant(shape)})


@backend.lowers(FullyConnected)
def fully_connected(use: Use[FullyConnected]) -> Lowering:
    """Multiply by a matrix, add a bias."""
    named = {"use_bias": use["bias"]}
    return Lowering("layers.Dense", {"units": use["units"]}, named, {"use_bias": True})


@backend.lowers(GlobalAvgPool)
def global_avg_pool(use: Use[GlobalAvgPool]) -> Lowering:
    """Average over the grid."""
    return _global("layers.GlobalAveragePooling2D", use)


@backend.lowers(GlobalMaxPool)
def global_max_pool(use: Use[GlobalMaxPool]) -> Lowering:
    """Take the largest value of the grid."""
    return _global("layers.GlobalMaxPooling2D", use)


def _global(construct: str, use: Use[Any]) -> Lowering:
    return Lowering(construct, {}, {"keepdims": use["keepdims"]}, {"keepdims": False})


@backend.lowers(AdaptiveAvgPool)
def adaptive_avg_pool(use: Use[AdaptiveAvgPool]) -> Lowering:
    """Average shares of the grid."""
    return _adaptive("adaptive_avg_pool", "layers.GlobalAveragePooling2D", use)


@backend.lowers(AdaptiveMaxPool)
def adaptive_max_pool(use: Use[AdaptiveMaxPool]) -> Lowering:
    """Take the largest value of shares of the grid."""
    return _adaptive("adaptive_max_pool", "layers.GlobalMaxPooling2D", use)


def _adaptive(construct: str, whole: str, use: Use[Any]) -> Lowering:
    """Use Keras's layer for one share, since no layer of all its versions makes several."""
    wider = Lowering(construct, {"grid": use["grid"]})
    if use.op.grid != (1, 1):
        return wider
    return Lowering(whole, {}, {"keepdims": constant(value=True)}, wider=wider)


@backend.lowers(BatchNorm)
def batch_norm(use: Use[BatchNorm]) -> Lowering:
    """Pass the momentum as it is: Keras's is the weight of the old statistics, as the spec's."""
    named = {"epsilon": use["epsilon"], "momentum": use["momentum"], "scale": use["gamma"]}
    defaults = {"epsilon": 1e-3, "momentum": 0.99, "scale": True}
    return Lowering("layers.BatchNormalization", {}, named, defaults)


@backend.lowers(LayerNorm)
def layer_norm(use: Use[LayerNorm]) -> Lowering:
    """Normalise over the last axis, which holds the channels."""
    named = {"epsilon": use["epsilon"], "center": use["bias"]}
    defaults = {"epsilon": 1e-3, "center": True}
    return Lowering("layers.LayerNormalization", {}, named, defaults)


@backend.lowers(Affine)
def affine(use: Use[Affine]) -> Lowering:
    """Learn a factor and a number for each channel, or one for all."""
    named = {name: use[name] for name in ("initial", "shared", "bias")}
    return Lowering("affine", {}, named, {"initial": 1.0, "shared": False, "bias": True})


@backend.lowers(Standardize)
def standardize(use: Use[Standardize]) -> Lowering:
    """Use Keras's layer for data, which is told the variance, and as many numbers of both."""
    mean, deviation = use.op.mean, use.op.deviation
    if isinstance(mean, tuple) or isinstance(deviation, tuple):
        count = use.x.channels
        mean, deviation = (
            each if isinstance(each, tuple) else (each,) * count for each in (mean, deviation)
        )
    squares = tuple(each**2 for each in deviation) if isinstance(deviation, tuple) else deviation**2
    named = {"mean": constant(mean), "variance": constant(squares)}
    return Lowering("layers.Normalization", {}, named)


@backend.lowers(GroupNorm)
def group_norm(use: Use[GroupNorm]) -> Lowering:
    """Normalise groups of the last axis."""
    named = {"groups": use["groups"], "epsilon": use["epsilon"], "center": use["bias"]}
    defaults = {"groups": 32, "epsilon": 1e-3, "center": True}
    return Lowering("layers.GroupNormalization", {}, named, defaults)


@backend.lowers(InstanceNorm)
def instance_norm(use: Use[InstanceNorm]) -> Lowering:
    """Normalise as many groups as there are channels, Keras's -1."""
    learned = {"center": use["affine"], "scale": use["affine"]}
    named = {"groups": constant(-1), "epsilon": use["epsilon"], **learned}
    defaults = {"epsilon": 1e-3, "center": True, "scale": True}
    return Lowering("layers.GroupNormalization", {}, named, defaults)


@backend.lowers(RmsNorm)
def rms_norm(use: Use[RmsNorm]) -> Lowering:
    """Normalise over the last axis, which holds the channels."""
    named = {"epsilon": use["epsilon"]}
    return Lowering("layers.RMSNormalization", {}, named, {"epsilon": 1e-6})


@backend.lowers(LocalResponseNorm)
def local_response_norm(use: Use[LocalResponseNorm]) -> Lowering:
    """Use a function: Keras has no such layer, and TensorFlow's alpha is of another meaning."""
    named = {name: use[name] for name in ("size", "alpha", "beta", "k")}
    return Lowering("local_response_norm", {}, named)


@backend.lowers(GlobalResponseNorm)
def global_response_norm(use: Use[GlobalResponseNorm]) -> Lowering:
    """Use a function: Keras has no such layer."""
    return Lowering("global_response_norm", {}, {"epsilon": use["epsilon"]}, {"epsilon": 1e-6})


@backend.lowers(L2Normalize)
def l2_normalize(use: Use[L2Normalize]) -> Lowering:
    """Use Keras's layer only for its own epsilon."""
    wider = Lowering("l2_normalize", {}, {"epsilon": use["epsilon"]})
    if use.op.epsilon != KERAS_EPSILON:
        return wider
    return Lowering("layers.UnitNormalization", wider=wider)


@backend.lowers(Flatten)
def flatten(use: Use[Flatten]) -> Lowering:
    """Transpose a map to channels, height, width, the order of the weights file.

    A map of one cell is transposed, too: at another size of input it has several.
    """
    wider = Lowering("flatten")
    if use.x.grid:
        return wider
    return Lowering("layers.Flatten", wider=wider)


@backend.lowers(Pad)
def pad(use: Use[Pad]) -> Lowering:
    """Surround with zeros, or with what is in the map."""
    top, bottom, left, right = use.op.cells
    if use.op.mode != "zeros":
        around = constant(((top, bottom), (left, right)))
        return Lowering("padded_from_map", {"pads": around, "mode": use["mode"]})
    if len({top, bottom, left, right}) == 1:
        return Lowering(
            "layers.ZeroPadding2D", {"cells": use["cells"].map(lambda _: top, _unchanged)}
        )
    cells = constant(((top, bottom), (left, right)))
    return Lowering("layers.ZeroPadding2D", {"cells": cells})


@backend.lowers(Crop)
def crop(use: Use[Crop]) -> Lowering:
    """Cut cells off."""
    top, bottom, left, right = use.op.cells
    return Lowering("layers.Cropping2D", {"cells": constant(((top, bottom), (left, right)))})


@backend.lowers(Upsample)
def upsample(use: Use[Upsample]) -> Lowering:
    """Pass the mode: Keras has half-pixel centres, too, and no others."""
    if use.op.mode == "aligned":
        return Lowering("upsample_aligned", {"factor": use["factor"]})
    named = {"interpolation": use["mode"]}
    factor = {"factor": use["factor"]}
    return Lowering("layers.UpSampling2D", factor, named, {"interpolation": "nearest"})


@backend.lowers(ResizeTo)
def resize_to(use: Use[ResizeTo]) -> Lowering:
    """Write for a fixed size what resizes to that of another value."""
    return Lowering(_RESIZED[use.op.mode], {"grid": use["grid"]})


_RESIZED = {"nearest": "copied_to", "bilinear": "interpolated_to", "aligned": "aligned_to"}


@backend.lowers(Concat)
def concat(use: Use[Concat]) -> Lowering:
    """Concatenate along channels."""
    return Lowering("layers.Concatenate", join=listed)


@backend.lowers(Add)
def add(use: Use[Add]) -> Lowering:
    """Add the values up."""
    return Lowering("layers.Add", join=listed)


@backend.lowers(Average)
def average(use: Use[Average]) -> Lowering:
    """Average the values."""
    return Lowering("layers.Average", join=listed)


@backend.lowers(Maximum)
def maximum(use: Use[Maximum]) -> Lowering:
    """Take the larger values."""
    return Lowering("layers.Maximum", join=listed)


@backend.lowers(Minimum)
def minimum(use: Use[Minimum]) -> Lowering:
    """Take the smaller values."""
    return Lowering("layers.Minimum", join=listed)


@backend.lowers(Resize)
def resize(use: Use[Resize]) -> Lowering:
    """Interpolate with centres of cells at halves."""
    return Lowering("resize", join=listed)


@backend.lowers(ResizeNearest)
def resize_nearest(use: Use[ResizeNearest]) -> Lowering:
    """Copy the cells above and to the left, as no layer of Keras does."""
    return Lowering("resize_nearest", join=listed)


@backend.lowers(GlobalAttentionPool)
def global_attention_pool(use: Use[GlobalAttentionPool]) -> Lowering:
    """Weigh cells by the softmax of their scores."""
    return Lowering("global_attention_pool", join=listed)


@backend.lowers(Subtract)
def subtract(use: Use[Subtract]) -> Lowering:
    """Take the second from the first."""
    return Lowering("layers.Subtract", join=listed)


@backend.lowers(Multiply)
def multiply(use: Use[Multiply]) -> Lowering:
    """Broadcast a vector over the grid of the others."""
    wider = Lowering("multiply", join=listed)
    if use.output.grid and not all(x.grid for x in use.inputs):
        return wider
    return Lowering("layers.Multiply", join=listed, wider=wider)


@backend.lowers(Relu6)
def relu6(use: Use[Relu6]) -> Lowering:
    """Clip at zero and at six."""
    return Lowering("layers.ReLU", {"max_value": constant(6)})


@backend.lowers(LeakyRelu)
def leaky_relu(use: Use[LeakyRelu]) -> Lowering:
    """Use a function for a negative slope, which Keras's layer refuses."""
    wider = Lowering("sloped_relu", {"slope": use["slope"]})
    if use.op.slope < 0:
        return wider
    return Lowering("layers.LeakyReLU", {"slope": use["slope"]}, wider=wider)


@backend.lowers(HardTanh)
def hard_tanh(use: Use[HardTanh]) -> Lowering:
    """Use Keras's function only for its own range."""
    wider = Lowering("clipped", {"low": use["low"], "high": use["high"]})
    if (use.op.low, use.op.high) != (-1, 1):
        return wider
    return Lowering("layers.Activation", {"activation": constant("hard_tanh")}, wider=wider)


@backend.lowers(Prelu)
def prelu(use: Use[Prelu]) -> Lowering:
    """Learn a slope for each channel, or one for all."""
    return Lowering(
        "prelu", {"initial": use["initial"]}, {"shared": use["shared"]}, {"shared": False}
    )


@backend.lowers(Elu)
def elu(use: Use[Elu]) -> Lowering:
    """Pass the scale of the exponential for negative values."""
    return Lowering("layers.ELU", {}, {"alpha": use["alpha"]}, {"alpha": 1.0})


@backend.lowers(Gelu)
def gelu(use: Use[Gelu]) -> Lowering:
    """Choose between the exact function and the approximation by tanh."""
    return Lowering("approximate_gelu") if use.op.approximate else activation("gelu")(use)
