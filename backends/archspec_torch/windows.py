"""Lowering convolutions and pools to PyTorch, by its own padding where the windows agree.

Nothing here imports torch.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archspec.attributes import Pads
from archspec.emission.lowering import Lowering, Quantity, Use, constant, pair
from archspec.operators.activation import Relu
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.pool import AvgPool, MaxPool, Pool
from archspec_torch.table import backend

WINDOW = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": True, "output_padding": 0}


@backend.lowers(Conv2d, overwritable=True)
def conv2d(use: Use[Conv2d]) -> Lowering:
    """Use PyTorch's padding where it gives the same windows, else pad beforehand."""
    pads = use.op.pads(use.x)
    positional = {
        "in_channels": use.channels[0],
        "filters": use["filters"],
        "kernel": use["kernel"],
    }
    shared = {name: use[name] for name in ("stride", "dilation", "groups", "bias")}
    wider = Lowering("PaddedConv2d", positional, {**shared, "pads": constant(turned(pads))}, WINDOW)
    top, _, left, _ = pads
    if not alike(use, (top, top, left, left)):
        return wider
    named = {"stride": use["stride"], "padding": padding(use, pair((top, left))), **shared}
    return Lowering("nn.Conv2d", positional, named, WINDOW, ordered=True, wider=wider)


@backend.lowers(Conv2d, for_inference=True)
def inference_conv2d(use: Use[Conv2d]) -> Lowering:
    """Keep the weight packed and compute a ReLU along, where PyTorch pads as is wanted."""
    lowering = conv2d(use)
    if lowering.construct != "nn.Conv2d":
        return lowering
    return replace(lowering, construct="InferenceConv2d", fuses=frozenset({Relu.word}))


def alike(use: Use[Conv2d] | Use[Pool], pads: Pads, *, ceil: bool = False) -> bool:
    """Whether pads give the number of windows that is wanted, at any size of input.

    For ``same``, whose pads depend on the size, at this size: the source says so in its docstring.
    """
    op, window = use.op, use.op.window(use.x)
    if op.padding == "same":
        return window.counts(pads, ceil=ceil) == use.output.grid
    wanted = window.offsets(op.pads(use.x), ceil=getattr(op, "ceil", False))
    return window.offsets(pads, ceil=ceil) == wanted


def turned(pads: Pads) -> tuple[int, int, int, int]:
    """Put pads into PyTorch's order: left, right, top, bottom."""
    top, bottom, left, right = pads
    return left, right, top, bottom


def padding(use: Use[Any], value: int | tuple[int, int]) -> Quantity:
    """Write symmetric padding in terms of the kernel, where the author named that."""
    kernel = use["kernel"].formula
    centred = use.op.padding == "symmetric" or (
        use.op.padding == "same" and use.op.stride == (1, 1)
    )
    dilated = getattr(use.op, "dilation", (1, 1)) != (1, 1)
    if kernel is None or kernel.constant is not None or not centred or dilated:
        return constant(value)
    return Quantity(value, (kernel - 1) // 2)


@backend.lowers(ConvTranspose2d, overwritable=True)
def conv_transpose2d(use: Use[ConvTranspose2d]) -> Lowering:
    """Use PyTorch's padding as a crop where it can, else crop the rest afterwards."""
    op = use.op
    top, bottom, left, right = op.crops(use.x)
    rows = _cropped(top, bottom, max(op.stride[0], op.dilation[0]))
    columns = _cropped(left, right, max(op.stride[1], op.dilation[1]))
    wider = _transposed(
        use,
        "CroppedConvTranspose2d",
        (min(top, max(bottom, 0)), max(-bottom, 0)),
        (min(left, max(right, 0)), max(-right, 0)),
        crops=constant(turned(rest(top, bottom, left, right))),
    )
    if rows is None or columns is None:
        return wider
    return replace(_transposed(use, "nn.ConvTranspose2d", rows, columns), wider=wider)


def _transposed(
    use: Use[ConvTranspose2d],
    name: str,
    rows: tuple[int, int],
    columns: tuple[int, int],
    **cropped: Quantity,
) -> Lowering:
    """Construct a layer by PyTorch's padding and output padding of rows and columns."""
    crop, output = (constant(pair(each)) for each in zip(rows, columns, strict=True))
    positional = {
        "in_channels": use.channels[0],
        "filters": use["filters"],
        "kernel": use["kernel"],
    }
    named = {
        "stride": use["stride"],
        "padding": crop,
        "output_padding": output,
        **{name: use[name] for name in ("dilation", "groups", "bias")},
        **cropped,
    }
    return Lowering(name, positional, named, WINDOW)


def _cropped(before: int, after: int, limit: int) -> tuple[int, int] | None:
    """Find PyTorch's padding and output padding for a crop; None where it has none."""
    return (before, before - after) if 0 <= before - after < limit or before == after else None


def rest(top: int, bottom: int, left: int, right: int) -> Pads:
    """Find the rest of a crop after symmetric padding has taken its share."""
    rows, columns = min(top, max(bottom, 0)), min(left, max(right, 0))
    return top - rows, max(bottom, 0) - rows, left - columns, max(right, 0) - columns


@backend.lowers(MaxPool)
def max_pool(use: Use[MaxPool]) -> Lowering:
    """Use ``ceil_mode`` for an overhanging last window if it fits, else pad with minus infinity."""
    wider = Lowering(
        "PaddedMaxPool2d",
        {"kernel": use["kernel"]},
        {"stride": use["stride"], "pads": constant(turned(use.op.reach(use.x)))},
    )
    ceil = native_ceil(use)
    if ceil is None:
        return wider
    named = {"stride": use["stride"], "padding": _low(use), "ceil_mode": constant(ceil)}
    defaults = {"padding": 0, "ceil_mode": False}
    return Lowering("nn.MaxPool2d", {"kernel": use["kernel"]}, named, defaults, wider=wider)


@backend.lowers(AvgPool, overwritable=True)
def avg_pool(use: Use[AvgPool]) -> Lowering:
    """Use PyTorch's divisor where it is right, else divide by a count of cells."""
    pads, wider = use.op.pads(use.x), _counting(use)
    ceil = native_ceil(use)
    even = pads[0] == pads[1] and pads[2] == pads[3] and ceil == use.op.ceil
    if ceil is None or (use.op.count_padding and not even):
        return wider
    padded = any(pads)
    kernel = {"kernel": use["kernel"]}
    moved = {"stride": use["stride"], "padding": _low(use)}
    named = {
        "ceil_mode": constant(ceil),
        "count_include_pad": constant(use.op.count_padding or not padded),
    }
    defaults = {"padding": 0, "ceil_mode": False, "count_include_pad": True}
    positional, named = (kernel | moved, named) if padded else (kernel, moved | named)
    return Lowering("nn.AvgPool2d", positional, named, defaults, wider=wider)


def _counting(use: Use[AvgPool]) -> Lowering:
    """Divide by a count of cells, that of the padding included where it is counted."""
    counted = use.op.pads(use.x) if use.op.count_padding else (0, 0, 0, 0)
    named = {
        "stride": use["stride"],
        "pads": constant(turned(use.op.reach(use.x))),
        "counted": constant(turned(counted)),
    }
    return Lowering("PaddedAvgPool2d", {"kernel": use["kernel"]}, named, {"counted": (0, 0, 0, 0)})


def native_ceil(use: Use[MaxPool] | Use[AvgPool]) -> bool | None:
    """Find the ``ceil_mode`` with which low pads give the right windows; None if neither does.

    Cells beyond the end are never read, so that only the number of windows matters.
    """
    top, _, left, _ = use.op.pads(use.x)
    height, width = use.op.kernel
    if top > height // 2 or left > width // 2:
        return None
    low = top, top, left, left
    modes = (use.op.ceil, not use.op.ceil)
    return next((ceil for ceil in modes if alike(use, low, ceil=ceil)), None)


def _low(use: Use[MaxPool] | Use[AvgPool]) -> Quantity:
    top, _, left, _ = use.op.pads(use.x)
    return padding(use, pair((top, left)))
