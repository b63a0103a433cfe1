"""The backend, and its rules: which function of the prelude does an operator, with what."""

from __future__ import annotations

from collections.abc import Sequence

from archspec.backend import Backend, Runtime
from archspec.emission.lowering import Lowering, Use, constant
from archspec.emission.python import call
from archspec.operator import Operator, operators
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.dropout import Dropout, DropPath
from archspec.operators.grid import Crop, Pad, ResizeTo, Upsample
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
from archspec.operators.pool import AvgPool, MaxPool
from archspec.operators.standardize import Standardize
from archspec_numpy.source import PRELUDE, write


def start() -> Runtime:
    """Import numpy."""
    from archspec_numpy import runtime

    return runtime.NumpyRuntime()


backend = Backend("numpy", "numpy", "archspec-numpy", write, start)

USUAL = {"stride": 1, "pads": (0, 0, 0, 0), "counted": (0, 0, 0, 0), "dilation": 1, "groups": 1}
"""What the functions of the prelude take where nothing is passed."""

TOLD_BY_WEIGHTS = frozenset(("filters", "units", "bias", "gamma", "affine", "shared"))


@backend.lowers(Conv2d)
def conv2d(use: Use[Conv2d]) -> Lowering:
    """Leave to the weights how many filters and groups there are, and how large they are."""
    named = {"stride": use["stride"], "pads": constant(use.op.pads(use.x))}
    return Lowering("_conv2d", {}, {**named, "dilation": use["dilation"]}, USUAL)


@backend.lowers(ConvTranspose2d)
def conv_transpose2d(use: Use[ConvTranspose2d]) -> Lowering:
    """Pad by what a filter reaches beyond a cell, less what is cropped."""
    (height, width), (rows, columns) = use.op.kernel, use.op.dilation
    reach = [(height - 1) * rows] * 2 + [(width - 1) * columns] * 2
    pads = tuple(far - crop for far, crop in zip(reach, use.op.crops(use.x), strict=True))
    named = {"groups": use["groups"], "steps": constant((*use.op.stride, *use.op.dilation))}
    return Lowering("_conv_transpose2d", {"pads": constant(pads)}, named, USUAL)


@backend.lowers(MaxPool)
def max_pool(use: Use[MaxPool]) -> Lowering:
    """Pad as far as any window reaches."""
    pads = constant(use.op.reach(use.x))
    return Lowering("_max_pool", {"kernel": use["kernel"], "stride": use["stride"], "pads": pads})


@backend.lowers(AvgPool)
def avg_pool(use: Use[AvgPool]) -> Lowering:
    """Say which of the padding counts."""
    counted = use.op.pads(use.x) if use.op.count_padding else (0, 0, 0, 0)
    pads = constant(use.op.reach(use.x))
    positional = {"kernel": use["kernel"], "stride": use["stride"], "pads": pads}
    return Lowering("_avg_pool", positional, {"counted": constant(counted)}, USUAL)


@backend.lowers(Pad)
def pad(use: Use[Pad]) -> Lowering:
    """Choose a function for what the cells hold."""
    pads = {"pads": constant(use.op.cells)}
    if use.op.mode == "zeros":
        return Lowering("_padded", pads)
    return Lowering("_filled", {**pads, "mode": constant(FILLED[use.op.mode])})


FILLED = {"reflect": "reflect", "replicate": "edge"}


@backend.lowers(Crop)
def crop(use: Use[Crop]) -> Lowering:
    """Surround with less than nothing."""
    return Lowering("_padded", {"pads": constant(tuple(-cells for cells in use.op.cells))})


@backend.lowers(Upsample)
def upsample(use: Use[Upsample]) -> Lowering:
    """Choose a function for each mode."""
    if use.op.mode == "aligned":
        return Lowering("_resized_aligned", {"grid": constant(use.output.grid)})
    return Lowering(f"_upsample_{use.op.mode}", {"factor": use["factor"]})


@backend.lowers(ResizeTo)
def resize_to(use: Use[ResizeTo]) -> Lowering:
    """Choose a function for each mode."""
    return Lowering(f"_resized_{use.op.mode}", {"grid": use["grid"]})


@backend.lowers(DropPath)
@backend.lowers(Dropout)
def dropout(use: Use[Dropout] | Use[DropPath]) -> Lowering:
    """Drop nothing: there is no training."""
    return Lowering("_identity")


@backend.lowers(Multiply)
def multiply(use: Use[Multiply]) -> Lowering:
    """Spread a vector over the grid of the others."""
    spread = ["" if x.grid or not use.output.grid else "[:, None, None]" for x in use.inputs]

    def join(values: Sequence[str]) -> str:
        return " * ".join(value + each for value, each in zip(values, spread, strict=True))

    return Lowering("multiply", join=join)


@backend.lowers(Standardize)
def standardize(use: Use[Standardize]) -> Lowering:
    """Write both out: arrays take one number from all channels, or each from its own."""
    mean, deviation = (f"numpy.array({each})" for each in (use.op.mean, use.op.deviation))
    return Lowering("standardize", join=lambda values: f"({values[0]} - {mean}) / {deviation}")


JOINS = {
    Add: " + ".join,
    Average: lambda values: call("_average", values),
    Concat: lambda values: call("_concat", values),
    Maximum: lambda values: call("_maximum", values),
    Minimum: lambda values: call("_minimum", values),
    GlobalAttentionPool: lambda values: call("_global_attention_pool", values),
    Resize: lambda values: call("_resize", values),
    ResizeNearest: lambda values: call("_resize_nearest", values),
    Subtract: " - ".join,
}

for merge, join in JOINS.items():
    backend.lowers(merge)(lambda _use, join=join: Lowering("join", join=join))


def plain(use: Use[Operator]) -> Lowering:
    """Call the function with the operator's name; what only training takes is left out."""
    left_out = TOLD_BY_WEIGHTS.union(use.op.training_only)
    named = {name: each for name, each in use.attributes.items() if name not in left_out}
    return Lowering(f"_{use.op.word}", {}, named)


for operator in operators().values():
    if operator not in backend.rules and f"_{operator.word}" in PRELUDE:
        backend.lowers(operator)(plain)
