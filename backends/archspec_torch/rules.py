"""How each operator is written in PyTorch. Nothing here imports torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archspec.attributes import Pads
from archspec.backend import Backend, Runtime
from archspec.emit import formula as formulas
from archspec.emit.formula import Formula
from archspec.emit.lowering import Lowering, Quantity, Use, constant, pair
from archspec.operators.activation import (
    Elu,
    Gelu,
    HardSigmoid,
    HardSwish,
    LeakyRelu,
    Relu,
    Relu6,
    Sigmoid,
    Silu,
    Softmax,
    Tanh,
)
from archspec.operators.channels import ChannelShuffle, Slice
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.dropout import Dropout
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.grid import Flatten, Pad, Upsample
from archspec.operators.identity import Identity
from archspec.operators.merge import Add, Concat, Multiply, Subtract
from archspec.operators.norm import BatchNorm, L2Normalize, LayerNorm
from archspec.operators.pool import AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool
from archspec.operators.scale import LayerScale, Scale
from archspec.window import Window
from archspec_torch.source import write


def start() -> Runtime:
    """Import torch."""
    from archspec_torch import runtime

    return runtime.TorchRuntime()


backend = Backend("torch", "PyTorch", "torch", write, start)

WINDOW = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": True, "output_padding": 0}


@backend.lowers(Conv2d)
def conv2d(use: Use[Conv2d]) -> Lowering:
    """Pad as PyTorch does where that gives the same windows, else beforehand."""
    op, pads = use.op, use.op.pads(use.x)
    positional = {"in_channels": use.channels[0], "filters": use["filters"], "kernel": use["kernel"]}
    shared = {name: use[name] for name in ("stride", "dilation", "groups", "bias")}
    wider = Lowering(
        "PaddedConv2d", positional, {**shared, "pads": constant(turned(pads))}, WINDOW
    )
    top, _, left, _ = pads
    rows, columns = op.window(use.x)
    if (rows.outputs(top, top), columns.outputs(left, left)) != use.output.grid:
        return wider
    named = {"stride": use["stride"], "padding": padding(use, pair((top, left))), **shared}
    return Lowering("nn.Conv2d", positional, named, WINDOW, ordered=True, wider=wider)


def turned(pads: Pads) -> tuple[int, int, int, int]:
    """Put pads into PyTorch's order: left, right, top, bottom."""
    top, bottom, left, right = pads
    return left, right, top, bottom


def padding(use: Use[Any], value: int | tuple[int, int]) -> Quantity:
    """Write symmetric padding in terms of the kernel, where the author named that."""
    kernel = use["kernel"].formula
    centred = use.op.padding == "symmetric" or (use.op.padding == "same" and use.op.stride == (1, 1))
    dilated = getattr(use.op, "dilation", (1, 1)) != (1, 1)
    if kernel is None or kernel.constant is not None or not centred or dilated:
        return constant(value)
    less = kernel.minus(formulas.number(1))
    return Quantity(value, formulas.apply("//", (less, formulas.number(2))))


@backend.lowers(ConvTranspose2d)
def conv_transpose2d(use: Use[ConvTranspose2d]) -> Lowering:
    """Crop as PyTorch does where it can, else what is left afterwards."""
    op = use.op
    top, bottom, left, right = op.crops(use.x)
    positional = {"in_channels": use.channels[0], "filters": use["filters"], "kernel": use["kernel"]}
    shared = {name: use[name] for name in ("stride", "dilation", "groups", "bias")}
    rows = _cropped(top, bottom, max(op.stride[0], op.dilation[0]))
    columns = _cropped(left, right, max(op.stride[1], op.dilation[1]))
    wider = Lowering(
        "CroppedConvTranspose2d",
        positional,
        {
            "stride": use["stride"],
            "padding": constant(pair((min(top, max(bottom, 0)), min(left, max(right, 0))))),
            "output_padding": constant(pair((max(-bottom, 0), max(-right, 0)))),
            **shared,
            "crops": constant(turned(_rest(top, bottom, left, right))),
        },
        WINDOW,
    )
    if rows is None or columns is None:
        return wider
    named = {
        "stride": use["stride"],
        "padding": constant(pair((rows[0], columns[0]))),
        "output_padding": constant(pair((rows[1], columns[1]))),
        **shared,
    }
    return Lowering("nn.ConvTranspose2d", positional, named, WINDOW, wider=wider)


def _cropped(before: int, after: int, limit: int) -> tuple[int, int] | None:
    """Find PyTorch's padding and output padding for a crop; None where it has none."""
    return (before, before - after) if 0 <= before - after < limit or before == after else None


def _rest(top: int, bottom: int, left: int, right: int) -> Pads:
    """Find what is still to be cropped when the padding has taken the same from both ends."""
    rows, columns = min(top, max(bottom, 0)), min(left, max(right, 0))
    return top - rows, max(bottom, 0) - rows, left - columns, max(right, 0) - columns


@backend.lowers(FullyConnected)
def fully_connected(use: Use[FullyConnected]) -> Lowering:
    """A matrix and a bias."""
    positional = {"in_channels": use.channels[0], "units": use["units"]}
    return Lowering("nn.Linear", positional, {"bias": use["bias"]}, {"bias": True})


@backend.lowers(MaxPool)
def max_pool(use: Use[MaxPool]) -> Lowering:
    """Let the last window hang over the end where PyTorch can, else pad with minus infinity."""
    wider = Lowering(
        "PaddedMaxPool2d",
        {"kernel": use["kernel"]},
        {"stride": use["stride"], "pads": constant(turned(_reached(use)))},
    )
    ceil = native_ceil(use)
    if ceil is None:
        return wider
    named = {"stride": use["stride"], "padding": _low(use), "ceil_mode": constant(ceil)}
    defaults = {"padding": 0, "ceil_mode": False}
    return Lowering("nn.MaxPool2d", {"kernel": use["kernel"]}, named, defaults, wider=wider)


@backend.lowers(AvgPool)
def avg_pool(use: Use[AvgPool]) -> Lowering:
    """Count padded cells as PyTorch does where it can, else divide by a count of our own."""
    pads, reached = use.op.pads(use.x), _reached(use)
    counted = pads if use.op.count_padding else (0, 0, 0, 0)
    wider = Lowering(
        "PaddedAvgPool2d",
        {"kernel": use["kernel"]},
        {
            "stride": use["stride"],
            "pads": constant(turned(reached)),
            "counted": constant(turned(_least(reached, counted))),
        },
        {"counted": (0, 0, 0, 0)},
    )
    ceil = native_ceil(use)
    even = pads[0] == pads[1] and pads[2] == pads[3] and ceil == use.op.ceil
    if ceil is None or (use.op.count_padding and not even):
        return wider
    padded = any(pads)
    positional = {"kernel": use["kernel"], "stride": use["stride"]}
    low = {"padding": _low(use)}
    named = {
        "ceil_mode": constant(ceil),
        "count_include_pad": constant(use.op.count_padding or not padded),
    }
    defaults = {"padding": 0, "ceil_mode": False, "count_include_pad": True}
    positional, named = (positional | low, named) if padded else (positional, low | named)
    return Lowering("nn.AvgPool2d", positional, named, defaults, wider=wider)


def native_ceil(use: Use[MaxPool] | Use[AvgPool]) -> bool | None:
    """Find the ``ceil_mode`` with which low pads give the windows wanted; None where neither does.

    What hangs over the end is never read, so that only the number of windows matters.
    """
    top, _, left, _ = use.op.pads(use.x)
    height, width = use.op.kernel
    if top > height // 2 or left > width // 2:
        return None
    window = Window.over(use.x.grid, use.op.kernel, use.op.stride)
    for ceil in (False, True):
        rows = window.rows.outputs(top, top, ceil=ceil)
        columns = window.columns.outputs(left, left, ceil=ceil)
        if (rows, columns) == use.output.grid:
            return ceil
    return None


def _low(use: Use[MaxPool] | Use[AvgPool]) -> Quantity:
    top, _, left, _ = use.op.pads(use.x)
    return padding(use, pair((top, left)))


def _reached(use: Use[MaxPool] | Use[AvgPool]) -> Pads:
    """Pad just as far as the windows reach."""
    top, _, left, _ = use.op.pads(use.x)
    window = Window.over(use.x.grid, use.op.kernel, use.op.stride)
    below, beside = (
        max((count - 1) * side.stride + side.extent - side.size - before, 0)
        for side, count, before in zip(window, use.output.grid, (top, left), strict=True)
    )
    return top, below, left, beside


def _least(one: Pads, other: Pads) -> Pads:
    top, bottom, left, right = map(min, one, other)
    return top, bottom, left, right


@backend.lowers(GlobalAvgPool)
def global_avg_pool(use: Use[GlobalAvgPool]) -> Lowering:
    """Average over the grid."""
    return Lowering("GlobalAvgPool")


@backend.lowers(GlobalMaxPool)
def global_max_pool(use: Use[GlobalMaxPool]) -> Lowering:
    """Take the largest over the grid."""
    return Lowering("GlobalMaxPool")


@backend.lowers(BatchNorm)
def batch_norm(use: Use[BatchNorm]) -> Lowering:
    """PyTorch's momentum is the share that is given up, not the share that is kept."""
    rank = "2d" if use.x.grid else "1d"
    construct = f"nn.BatchNorm{rank}" if use.op.gamma else f"UnscaledBatchNorm{rank}"
    momentum = use["momentum"].map(lambda kept: round(1 - kept, 12), _given_up)
    named = {"eps": use["epsilon"], "momentum": momentum}
    return Lowering(construct, {"channels": use.channels[0]}, named, {"eps": 1e-5, "momentum": 0.1})


def _given_up(kept: Formula) -> Formula:
    if kept.constant is not None:
        return formulas.number(round(1 - kept.constant, 12))
    return formulas.number(1).minus(kept)


@backend.lowers(LayerNorm)
def layer_norm(use: Use[LayerNorm]) -> Lowering:
    """PyTorch normalises the last dimension, which for a map is its width."""
    construct = "ChannelNorm" if use.x.grid else "nn.LayerNorm"
    return Lowering(construct, {"channels": use.channels[0]}, {"eps": use["epsilon"]}, {"eps": 1e-5})


@backend.lowers(L2Normalize)
def l2_normalize(use: Use[L2Normalize]) -> Lowering:
    """Divide by the length."""
    return Lowering("L2Normalize", {}, {"eps": use["epsilon"]}, {"eps": 1e-12})


@backend.lowers(Scale)
def scale(use: Use[Scale]) -> Lowering:
    """Multiply by a constant."""
    return Lowering("Scale", {"factor": use["factor"]})


@backend.lowers(LayerScale)
def layer_scale(use: Use[LayerScale]) -> Lowering:
    """Multiply each channel by a learned factor."""
    return Lowering("LayerScale", {"channels": use.channels[0], "initial": use["initial"]})


@backend.lowers(Dropout)
def dropout(use: Use[Dropout]) -> Lowering:
    """Drop elements while training."""
    return Lowering("nn.Dropout", {"rate": use["rate"]})


@backend.lowers(Identity)
def identity(use: Use[Identity]) -> Lowering:
    """Nothing."""
    return Lowering("nn.Identity")


@backend.lowers(Flatten)
def flatten(use: Use[Flatten]) -> Lowering:
    """Channels, height, width: the order of PyTorch's own layout."""
    return Lowering("nn.Flatten")


@backend.lowers(Pad)
def pad(use: Use[Pad]) -> Lowering:
    """Surround with zeros."""
    cells = use.op.pads(use.x)
    if len(set(cells)) == 1:
        one = use["cells"].formula
        return Lowering("nn.ZeroPad2d", {"cells": Quantity(cells[0], one or formulas.number(cells[0]))})
    return Lowering("nn.ZeroPad2d", {"cells": constant(turned(cells))})


@backend.lowers(Upsample)
def upsample(use: Use[Upsample]) -> Lowering:
    """Half-pixel centres are PyTorch's ``align_corners=False``."""
    named = {"scale_factor": use["factor"], "mode": use["mode"]}
    if use.op.mode == "bilinear":
        named["align_corners"] = constant(value=False)
    return Lowering("nn.Upsample", {}, named, {"mode": "nearest"})


@backend.lowers(Slice)
def slice_channels(use: Use[Slice]) -> Lowering:
    """A range of channels."""
    return Lowering("Slice", {"start": use["start"], "stop": use["stop"]})


@backend.lowers(ChannelShuffle)
def channel_shuffle(use: Use[ChannelShuffle]) -> Lowering:
    """Deal the channels out anew."""
    return Lowering("nn.ChannelShuffle", {"groups": use["groups"]})


@backend.lowers(Concat)
def concat(use: Use[Concat]) -> Lowering:
    """Join along channels."""
    return Lowering("Concat", join=lambda values: f"torch.cat([{', '.join(values)}], dim=1)")


@backend.lowers(Add)
def add(use: Use[Add]) -> Lowering:
    """Sum."""
    return Lowering("Add", join=" + ".join)


@backend.lowers(Subtract)
def subtract(use: Use[Subtract]) -> Lowering:
    """The second from the first."""
    return Lowering("Subtract", join=" - ".join)


@backend.lowers(Multiply)
def multiply(use: Use[Multiply]) -> Lowering:
    """Spread a vector over the grid of the others."""
    spread = ["" if x.grid or not use.output.grid else "[:, :, None, None]" for x in use.inputs]

    def join(values: Sequence[str]) -> str:
        return " * ".join(value + each for value, each in zip(values, spread, strict=True))

    return Lowering("Multiply", join=join)


@backend.lowers(Relu)
def relu(use: Use[Relu]) -> Lowering:
    """In place where nobody else reads the input."""
    return Lowering("nn.ReLU", in_place=use.may_overwrite)


@backend.lowers(Relu6)
def relu6(use: Use[Relu6]) -> Lowering:
    """In place where nobody else reads the input."""
    return Lowering("nn.ReLU6", in_place=use.may_overwrite)


@backend.lowers(LeakyRelu)
def leaky_relu(use: Use[LeakyRelu]) -> Lowering:
    """A slope below zero."""
    return Lowering("nn.LeakyReLU", {}, {"negative_slope": use["slope"]}, {"negative_slope": 0.01})


@backend.lowers(Elu)
def elu(use: Use[Elu]) -> Lowering:
    """An exponential below zero."""
    return Lowering("nn.ELU", {}, {"alpha": use["alpha"]}, {"alpha": 1.0})


@backend.lowers(Gelu)
def gelu(use: Use[Gelu]) -> Lowering:
    """Exact, or by the hyperbolic tangent."""
    kind = constant("tanh" if use.op.approximate else "none")
    return Lowering("nn.GELU", {}, {"approximate": kind}, {"approximate": "none"})


@backend.lowers(Silu)
def silu(use: Use[Silu]) -> Lowering:
    """Swish."""
    return Lowering("nn.SiLU")


@backend.lowers(Sigmoid)
def sigmoid(use: Use[Sigmoid]) -> Lowering:
    """Logistic."""
    return Lowering("nn.Sigmoid")


@backend.lowers(Tanh)
def tanh(use: Use[Tanh]) -> Lowering:
    """Hyperbolic tangent."""
    return Lowering("nn.Tanh")


@backend.lowers(HardSigmoid)
def hard_sigmoid(use: Use[HardSigmoid]) -> Lowering:
    """PyTorch's clips the same line."""
    return Lowering("nn.Hardsigmoid")


@backend.lowers(HardSwish)
def hard_swish(use: Use[HardSwish]) -> Lowering:
    """The hard sigmoid times its input."""
    return Lowering("nn.Hardswish")


@backend.lowers(Softmax)
def softmax(use: Use[Softmax]) -> Lowering:
    """Over the channels."""
    return Lowering("nn.Softmax", {}, {"dim": constant(1)})
