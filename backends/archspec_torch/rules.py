"""Lowering operators without windows to PyTorch. Nothing here imports torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any

from archspec.emission import formula as formulas
from archspec.emission.formula import Formula
from archspec.emission.lowering import Lowering, Quantity, Use, constant, constructing
from archspec.emission.python import Code, call, listed
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
from archspec_torch.table import backend
from archspec_torch.windows import turned

backend.lowers(ChannelConv)(constructing("ChannelConv", "kernel"))
backend.lowers(AdaptiveAvgPool)(constructing("nn.AdaptiveAvgPool2d", "grid"))
backend.lowers(AdaptiveMaxPool)(constructing("nn.AdaptiveMaxPool2d", "grid"))
backend.lowers(ChannelAvgPool)(constructing("ChannelAvgPool"))
backend.lowers(ChannelMaxPool)(constructing("ChannelMaxPool"))
backend.lowers(ChannelShuffle)(constructing("nn.ChannelShuffle", "groups"))
backend.lowers(Dropout)(constructing("nn.Dropout", "rate"))
backend.lowers(DropPath)(constructing("DropPath", "rate"))
backend.lowers(Flatten)(constructing("nn.Flatten"))
backend.lowers(HardSigmoid)(constructing("nn.Hardsigmoid"))
backend.lowers(HardSwish)(constructing("nn.Hardswish"))
backend.lowers(Identity)(constructing("nn.Identity"))
backend.lowers(RadixSoftmax)(constructing("RadixSoftmax", "radix"))
backend.lowers(Scale)(constructing("Scale", "factor"))
backend.lowers(Standardize)(constructing("Standardize", "mean", "deviation"))
backend.lowers(Sigmoid)(constructing("nn.Sigmoid"))
backend.lowers(Silu)(constructing("nn.SiLU"))
backend.lowers(Slice)(constructing("Slice", "start", "stop"))
backend.lowers(Softplus)(constructing("nn.Softplus"))
backend.lowers(Softsign)(constructing("nn.Softsign"))
backend.lowers(Tanh)(constructing("nn.Tanh"))


@backend.lowers(FullyConnected, overwritable=True)
def fully_connected(use: Use[FullyConnected]) -> Lowering:
    """Multiply by a matrix and add a bias."""
    positional = {"in_channels": use.channels[0], "units": use["units"]}
    return Lowering("nn.Linear", positional, {"bias": use["bias"]}, {"bias": True})


@backend.lowers(GlobalAvgPool)
def global_avg_pool(use: Use[GlobalAvgPool]) -> Lowering:
    """Average over the grid, to a vector or to one cell."""
    return _one_cell("Avg") if use.op.keepdims else Lowering("GlobalAvgPool")


@backend.lowers(GlobalMaxPool)
def global_max_pool(use: Use[GlobalMaxPool]) -> Lowering:
    """Take the largest value of the grid, to a vector or to one cell."""
    return _one_cell("Max") if use.op.keepdims else Lowering("GlobalMaxPool")


def _one_cell(kind: str) -> Lowering:
    return Lowering(f"nn.Adaptive{kind}Pool2d", {"grid": constant(1)})


@backend.lowers(BatchNorm, overwritable=True)
def batch_norm(use: Use[BatchNorm]) -> Lowering:
    """Convert the momentum: the spec's is the weight of the old statistics, PyTorch's the new."""
    rank = "2d" if use.x.grid else "1d"
    construct = f"nn.BatchNorm{rank}" if use.op.gamma else f"UnscaledBatchNorm{rank}"
    momentum = use["momentum"].map(lambda kept: round(1 - kept, 12), _given_up)
    named = {"eps": use["epsilon"], "momentum": momentum}
    return Lowering(construct, {"channels": use.channels[0]}, named, {"eps": 1e-5, "momentum": 0.1})


def _given_up(kept: Formula) -> Formula:
    if kept.constant is not None:
        return formulas.number(round(1 - kept.constant, 12))
    return formulas.number(1) - kept


@backend.lowers(LayerNorm, overwritable=True)
def layer_norm(use: Use[LayerNorm]) -> Lowering:
    """Normalise over channels; PyTorch would take the last dimension, a map's width."""
    construct = "ChannelNorm" if use.x.grid else "nn.LayerNorm"
    named = {"eps": use["epsilon"], "bias": use["bias"]}
    defaults = {"eps": 1e-5, "bias": True}
    return Lowering(construct, {"channels": use.channels[0]}, named, defaults)


@backend.lowers(GroupNorm, overwritable=True)
def group_norm(use: Use[GroupNorm]) -> Lowering:
    """Normalise groups of channels over the grid."""
    construct = "nn.GroupNorm" if use.op.bias else "UnshiftedGroupNorm"
    positional = {"groups": use["groups"], "channels": use.channels[0]}
    return Lowering(construct, positional, {"eps": use["epsilon"]}, {"eps": 1e-5})


@backend.lowers(InstanceNorm, overwritable=True)
def instance_norm(use: Use[InstanceNorm]) -> Lowering:
    """Normalise each channel over the grid, without running statistics."""
    named = {"eps": use["epsilon"], "affine": use["affine"]}
    defaults = {"eps": 1e-5, "affine": False}
    return Lowering("nn.InstanceNorm2d", {"channels": use.channels[0]}, named, defaults)


@backend.lowers(RmsNorm)
def rms_norm(use: Use[RmsNorm]) -> Lowering:
    """Divide by the root mean square; PyTorch's own epsilon depends on the precision."""
    construct = "ChannelRMSNorm" if use.x.grid else "nn.RMSNorm"
    return Lowering(construct, {"channels": use.channels[0]}, {"eps": use["epsilon"]})


@backend.lowers(LocalResponseNorm)
def local_response_norm(use: Use[LocalResponseNorm]) -> Lowering:
    """Pass alpha as it is: PyTorch divides it by the size, too."""
    named = {name: use[name] for name in ("alpha", "beta", "k")}
    defaults = {"alpha": 1e-4, "beta": 0.75, "k": 1.0}
    return Lowering("nn.LocalResponseNorm", {"size": use["size"]}, named, defaults)


@backend.lowers(GlobalResponseNorm)
def global_response_norm(use: Use[GlobalResponseNorm]) -> Lowering:
    """Weigh channels by their length over the grid."""
    positional = {"channels": use.channels[0]}
    return Lowering("GlobalResponseNorm", positional, {"eps": use["epsilon"]}, {"eps": 1e-6})


@backend.lowers(L2Normalize)
def l2_normalize(use: Use[L2Normalize]) -> Lowering:
    """Divide by the length."""
    return Lowering("L2Normalize", {}, {"eps": use["epsilon"]}, {"eps": 1e-12})


@backend.lowers(Affine)
def affine(use: Use[Affine]) -> Lowering:
    """Learn a factor and a number for each channel, or one for all."""
    channels = constant(1) if use.op.shared else use.channels[0]
    named = {"initial": use["initial"], "bias": use["bias"]}
    return Lowering("Affine", {"channels": channels}, named, {"initial": 1.0, "bias": True})


@backend.lowers(LayerScale)
def layer_scale(use: Use[LayerScale]) -> Lowering:
    """Multiply each channel by a learned factor."""
    return Lowering("LayerScale", {"channels": use.channels[0], "initial": use["initial"]})


@backend.lowers(Pad)
def pad(use: Use[Pad]) -> Lowering:
    """Surround with zeros, or with what is in the map."""
    cells, construct = use.op.pads(use.x), _PADS[use.op.mode]
    if len(set(cells)) == 1:
        one = use["cells"].formula
        return Lowering(construct, {"cells": Quantity(cells[0], one or formulas.number(cells[0]))})
    return Lowering(construct, {"cells": constant(turned(cells))})


_PADS = {
    "zeros": "nn.ZeroPad2d",
    "reflect": "nn.ReflectionPad2d",
    "replicate": "nn.ReplicationPad2d",
}


@backend.lowers(DepthToSpace)
def depth_to_space(use: Use[DepthToSpace]) -> Lowering:
    """Use PyTorch's layer for its own order of channels."""
    construct = "nn.PixelShuffle" if use.op.outer == "channels" else "DepthToSpace"
    return Lowering(construct, {"block": use["block"]})


@backend.lowers(SpaceToDepth)
def space_to_depth(use: Use[SpaceToDepth]) -> Lowering:
    """Use PyTorch's layer for its own order of channels."""
    construct = "nn.PixelUnshuffle" if use.op.outer == "channels" else "SpaceToDepth"
    return Lowering(construct, {"block": use["block"]})


@backend.lowers(Crop)
def crop(use: Use[Crop]) -> Lowering:
    """Pad by negative amounts, with which PyTorch crops."""
    top, bottom, left, right = turned(use.op.cells)
    return Lowering("nn.ZeroPad2d", {"cells": constant((-top, -bottom, -left, -right))})


@backend.lowers(Upsample)
def upsample(use: Use[Upsample]) -> Lowering:
    """Keep half-pixel centres, PyTorch's ``align_corners=False``, unless corners are aligned."""
    return _between(use, scale_factor=use["factor"])


@backend.lowers(ResizeTo)
def resize_to(use: Use[ResizeTo]) -> Lowering:
    """Give the layer that enlarges a size instead of a factor."""
    return _between(use, size=use["grid"])


def _between(use: Use[Any], **size: Quantity) -> Lowering:
    named = {**size, "mode": use["mode"]}
    if use.op.mode == "aligned":
        named |= {"mode": constant("bilinear"), "align_corners": constant(value=True)}
    if use.op.mode == "bilinear":
        named["align_corners"] = constant(value=False)
    return Lowering("nn.Upsample", {}, named, {"mode": "nearest"})


@backend.lowers(Concat, overwritable=True)
def concat(use: Use[Concat]) -> Lowering:
    """Concatenate along channels."""
    return Lowering("Concat", join=lambda xs: call("torch.cat", [listed(xs)], {"dim": "1"}))


@backend.lowers(Add, overwritable=True)
def add(use: Use[Add]) -> Lowering:
    """Add the values up."""
    return Lowering("Add", join=" + ".join)


@backend.lowers(Average)
def average(use: Use[Average]) -> Lowering:
    """Divide the sum by the number of values."""
    return Lowering("Average", join=lambda xs: f"({' + '.join(xs)}) / {len(xs)}")


@backend.lowers(Maximum)
def maximum(use: Use[Maximum]) -> Lowering:
    """Compare two values at a time."""
    return Lowering("Maximum", join=partial(reduce, "torch.maximum({}, {})".format))


@backend.lowers(Minimum)
def minimum(use: Use[Minimum]) -> Lowering:
    """Compare two values at a time."""
    return Lowering("Minimum", join=partial(reduce, "torch.minimum({}, {})".format))


@backend.lowers(Resize)
def resize(use: Use[Resize]) -> Lowering:
    """Interpolate with centres of cells at halves."""
    return Lowering("Resize", join=_resizing(use, "bilinear"))


@backend.lowers(ResizeNearest)
def resize_nearest(use: Use[ResizeNearest]) -> Lowering:
    """Copy the cells above and to the left."""
    return Lowering("ResizeNearest", join=_resizing(use, "nearest"))


def _resizing(use: Use[Any], mode: str) -> Callable[[Sequence[str]], Code]:
    def join(values: Sequence[str]) -> Code:
        x, like = values
        given = x if use.x.grid else f"{x}[:, :, None, None]"
        named = {"size": f"{like}.shape[2:]", "mode": f'"{mode}"'}
        return call("functional.interpolate", [given], named)

    return join


@backend.lowers(GlobalAttentionPool)
def global_attention_pool(use: Use[GlobalAttentionPool]) -> Lowering:
    """Weigh cells by the softmax of their scores."""
    return Lowering("GlobalAttentionPool", join=partial(call, "attended"))


@backend.lowers(Subtract)
def subtract(use: Use[Subtract]) -> Lowering:
    """Take the second from the first."""
    return Lowering("Subtract", join=" - ".join)


@backend.lowers(Multiply)
def multiply(use: Use[Multiply]) -> Lowering:
    """Broadcast a vector over the grid of the others."""
    spread = ["" if x.grid or not use.output.grid else "[:, :, None, None]" for x in use.inputs]

    def join(values: Sequence[str]) -> str:
        return " * ".join(value + each for value, each in zip(values, spread, strict=True))

    return Lowering("Multiply", join=join)


@backend.lowers(Relu)
def relu(use: Use[Relu]) -> Lowering:
    """Work in place if the input is dead afterwards."""
    return Lowering("nn.ReLU", in_place=use.may_overwrite)


@backend.lowers(Relu, for_inference=True)
def inference_relu(use: Use[Relu]) -> Lowering:
    """Compare bits of bfloat16; work in place if the input is dead afterwards."""
    return Lowering("InferenceReLU", in_place=use.may_overwrite)


@backend.lowers(Relu6)
def relu6(use: Use[Relu6]) -> Lowering:
    """Work in place if the input is dead afterwards."""
    return Lowering("nn.ReLU6", in_place=use.may_overwrite)


@backend.lowers(LeakyRelu)
def leaky_relu(use: Use[LeakyRelu]) -> Lowering:
    """Pass the slope for negative values."""
    return Lowering("nn.LeakyReLU", {}, {"negative_slope": use["slope"]}, {"negative_slope": 0.01})


@backend.lowers(HardTanh)
def hard_tanh(use: Use[HardTanh]) -> Lowering:
    """Pass the range; work in place if the input is dead afterwards."""
    named = {"min_val": use["low"], "max_val": use["high"]}
    defaults = {"min_val": -1.0, "max_val": 1.0}
    return Lowering("nn.Hardtanh", {}, named, defaults, in_place=use.may_overwrite)


@backend.lowers(Mish)
def mish(use: Use[Mish]) -> Lowering:
    """Work in place if the input is dead afterwards."""
    return Lowering("nn.Mish", in_place=use.may_overwrite)


@backend.lowers(Prelu)
def prelu(use: Use[Prelu]) -> Lowering:
    """Learn a slope for each channel, or one for all."""
    slopes = constant(1) if use.op.shared else use.channels[0]
    return Lowering("nn.PReLU", {"slopes": slopes}, {"init": use["initial"]}, {"init": 0.25})


@backend.lowers(Elu)
def elu(use: Use[Elu]) -> Lowering:
    """Pass the scale of the exponential for negative values."""
    return Lowering("nn.ELU", {}, {"alpha": use["alpha"]}, {"alpha": 1.0})


@backend.lowers(Gelu)
def gelu(use: Use[Gelu]) -> Lowering:
    """Choose between the exact function and the approximation by tanh."""
    kind = constant("tanh" if use.op.approximate else "none")
    return Lowering("nn.GELU", {}, {"approximate": kind}, {"approximate": "none"})


@backend.lowers(Softmax)
def softmax(use: Use[Softmax]) -> Lowering:
    """Normalise over the channels."""
    return Lowering("nn.Softmax", {}, {"dim": constant(1)})
