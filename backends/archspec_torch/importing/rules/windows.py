"""Convolutions, pools and what else moves over a grid."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isclose, prod
from typing import Any

from archspec.attributes import Pads, Pair
from archspec.importing.combining import enlarged, merged, stretched
from archspec.importing.imported import CellNeeded, Wordless
from archspec.importing.layout import CHANNELS, whole
from archspec.importing.padding import (
    BEGINS_BEHIND,
    PADS_OTHERS,
    begins_behind,
    is_counted,
    padding_of,
    surrounded,
)
from archspec.importing.reducing import one_cell, reduced, total
from archspec.importing.selecting import more_channels
from archspec.importing.values import Form, Value
from archspec.operator import Operator
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.merge import Maximum
from archspec.operators.pool import (
    AdaptiveAvgPool,
    AdaptiveMaxPool,
    AvgPool,
    ChannelAvgPool,
    ChannelMaxPool,
    GlobalAvgPool,
    GlobalMaxPool,
    GlobalPool,
    MaxPool,
)
from archspec.operators.selection import ChannelConv
from archspec.window import Window
from archspec_torch.importing.call import Call, pair
from archspec_torch.importing.rules.blurs import blur_of, blurred
from archspec_torch.importing.rules.composed import in_a_row, scaling
from archspec_torch.importing.rules.table import translates, writes_out


@translates("conv2d")
def _conv2d(call: Call) -> Value:
    weights = call.weights(weight="weight", bias="bias")
    filters, _, *kernel = weights["weight"].shape
    if _is_dense(call, kernel):
        given = call.value("input")
        flat = {**weights, "weight": weights["weight"][:, :, 0, 0]}
        dense = FullyConnected(units=filters, bias="bias" in weights)
        return given.over(call.add(dense, given.wire, tensors=flat))
    value = call.around(_map(call.given["input"]), 0.0)
    if size := blur_of(call):
        return blurred(call, call.padded(value), size)
    stride, dilation = pair(call.given["stride"]), pair(call.given["dilation"])
    window = Window.over(value.wire.type.grid, pair(kernel), stride, dilation)
    op = Conv2d(
        filters=filters,
        kernel=pair(kernel),
        stride=stride,
        dilation=dilation,
        padding=padding_of(window, _pads(call, window, value.pads)),
        groups=call.given["groups"],
        bias="bias" in weights,
    )
    return Value(call.add(op, value.wire, tensors=weights), Form.MAP)


def _is_dense(call: Call, kernel: list[int]) -> bool:
    """Whether a convolution multiplies a vector that is held as a map of one cell."""
    given = call.given["input"]
    is_cell = isinstance(given, Value) and given.form is Form.COLUMN
    is_plain = call.given["groups"] == 1 and not _is_padded(call)
    return is_cell and kernel == [1, 1] and is_plain


def _is_padded(call: Call) -> bool:
    said = call.given["padding"]
    return not isinstance(said, str) and any(pair(said))


@translates("conv1d")
def _conv1d(call: Call) -> Value:
    """Convolve a vector that is held as one channel along its channels."""
    value, weights = call.value("input"), call.weights(weight="weight", bias="bias")
    filters, channels, kernel = weights["weight"].shape
    if value.layout != ((), whole(CHANNELS, value.wire.type.channels)):
        raise Wordless("its input is no vector")
    padding = call.given["padding"]
    keeps_length = (
        padding in ("same", [kernel // 2])
        and kernel % 2
        and call.given["dilation"] == [1]
        and call.shape[-1] == value.wire.type.channels
    )
    if (filters, channels) != (1, 1) or "bias" in weights or not keeps_length:
        raise Wordless("it does more than to weigh neighbours, or changes their number")
    tensors = {"weight": weights["weight"][..., None]}
    return value.over(call.add(ChannelConv(kernel=kernel), value.wire, tensors=tensors))


def _map(given: Any) -> Value:
    if isinstance(given, Value) and given.form is Form.COLUMN:
        raise CellNeeded(given.wire)
    if not isinstance(given, Value) or given.form is not Form.MAP:
        raise Wordless("its input is no map of height, width and channels")
    return given


def _pads(call: Call, window: Window, around: Pads) -> Pads:
    """Return the cells around a window: its own padding and the cells of a pad before it."""
    said = call.given["padding"]
    if isinstance(said, str):
        own = window.pads("valid" if said == "valid" else "same")
    else:
        rows, columns = pair(said)
        own = (rows, rows, columns, columns)
    return tuple(a + b for a, b in zip(own, around, strict=True))  # type: ignore[return-value]


_SPREAD = ("input", "weight", "bias", "stride", "padding", "output_padding", "groups", "dilation")


@translates("conv_transpose2d")
def _conv_transpose2d(call: Call) -> Value:
    return _spread(call, (0, 0, 0, 0))


@writes_out(("pad", ("conv_transpose2d", *_SPREAD), "pad", "mode", "value"))
def _padded_conv_transpose2d(call: Call) -> Value:
    """Crop as a part of the layer what is cut off, and pad what is added."""
    cells = call.given["pad"]
    left, right, top, bottom = (min(each, 0) for each in [*cells, 0, 0][:4])
    layer = _spread(call, (top, bottom, left, right))
    added = [*(max(each, 0) for each in cells[:4]), *cells[4:]]
    padded: Value = _pad(replace(call, given={**call.given, "self": layer, "pad": added}))
    return padded


def _spread(call: Call, cut: Pads) -> Value:
    value = call.value("input", Form.MAP)
    weights = call.weights(weight="weight", bias="bias")
    groups = call.given["groups"]
    rows, columns = pair(call.given["padding"])
    top, bottom, left, right = cut
    op = ConvTranspose2d(
        filters=weights["weight"].shape[1] * groups,
        kernel=pair(weights["weight"].shape[2:]),
        stride=pair(call.given["stride"]),
        dilation=pair(call.given["dilation"]),
        padding=(rows - top, rows - bottom, columns - left, columns - right),
        output_padding=pair(call.given["output_padding"]),
        groups=groups,
        bias="bias" in weights,
    )
    return Value(call.add(op, value.wire, tensors=weights), Form.MAP)


@translates("max_pool2d", "max_pool2d_with_indices")
def _max_pool2d(call: Call) -> Value:
    if pair(call.given["dilation"]) != (1, 1):
        raise Wordless("its window has gaps")
    value = call.around(_map(call.given["self"]), -inf)
    if _begins_behind(call, value):
        raise Wordless(BEGINS_BEHIND)
    op = MaxPool(**_windowed(call, value, value.pads), ceil=call.given["ceil_mode"])
    return Value(call.add(op, value.wire), Form.MAP)


@translates("avg_pool2d")
def _avg_pool2d(call: Call) -> Value:
    is_padded = any(pair(call.given["padding"]))
    counts_zeros = not is_padded and is_counted(call.given["self"], pair(call.given["kernel_size"]))
    counts_zeros = counts_zeros and not _begins_behind(call, call.given["self"])
    value = call.given["self"] if counts_zeros else call.value("self", Form.MAP)
    windowed = _windowed(call, value, value.pads)
    divisor, ceil = call.given["divisor_override"], call.given["ceil_mode"]
    if divisor and ceil:
        raise Wordless("it divides by a number of its own where a window leaves the map, too")
    counts = (call.given["count_include_pad"] or divisor) and windowed["padding"] != "valid"
    op = AvgPool(**windowed, ceil=ceil, count_padding=counts_zeros or bool(counts and is_padded))
    return in_a_row(call, value, op, scaling(prod(op.kernel) / divisor) if divisor else None)


def _begins_behind(call: Call, value: Value) -> bool:
    """Whether rounding up adds a window that begins in cells behind a map."""
    if not call.given["ceil_mode"]:
        return False
    kernel, (rows, columns) = pair(call.given["kernel_size"]), pair(call.given["padding"])
    stride = pair(call.given["stride"] or kernel)
    return begins_behind(value, kernel, stride, (rows, rows, columns, columns))


def _windowed(call: Call, value: Value, around: Pads) -> dict[str, Any]:
    kernel = pair(call.given["kernel_size"])
    stride = pair(call.given["stride"] or kernel)
    window = Window.over(value.wire.type.grid, kernel, stride)
    padding = padding_of(window, _pads(call, window, around))
    return {"kernel": kernel, "stride": stride, "padding": padding}


@translates("adaptive_avg_pool2d")
def _adaptive_avg_pool2d(call: Call) -> Value:
    return _adaptive(call, AdaptiveAvgPool, GlobalAvgPool)


@translates("adaptive_max_pool2d")
def _adaptive_max_pool2d(call: Call) -> tuple[Value | None, ...]:
    """Pool; where the largest values are is no value that anything may read."""
    return _adaptive(call, AdaptiveMaxPool, GlobalMaxPool), None


def _adaptive(call: Call, pool: Any, whole: Any) -> Value:
    value = call.value("self", Form.MAP, Form.COLUMN)
    asked = pair(call.given["output_size"])
    if value.form is Form.COLUMN and asked == (1, 1):
        return value
    if asked == (1, 1):
        return one_cell(call, value, whole())
    return Value(call.add(pool(grid=asked), value.wire), Form.MAP)


@translates("mean")
def _mean(call: Call) -> Value:
    return _reduced(call, GlobalAvgPool(), ChannelAvgPool())


@translates("amax")
def _amax(call: Call) -> Value:
    return _reduced(call, GlobalMaxPool(), ChannelMaxPool())


@translates("max")
def _max(call: Call) -> Value | tuple[Value | None, ...]:
    """Take the largest along a dimension; where they are is no value that anything may read."""
    if "other" in call.given:
        return merged(call, Maximum(), [call.value("self"), call.value("other")])
    if "dim" not in call.given:
        raise Wordless("it is over all dimensions, the batch among them")
    along = replace(call, given={**call.given, "dim": [call.given["dim"]]})
    return _reduced(along, GlobalMaxPool(), ChannelMaxPool()), None


@translates("sum")
def _sum(call: Call) -> Value:
    value, axes = call.value("self"), call.given.get("dim") or ()
    return total(call, value, axes, keeps=_keeps(call, value))


def _reduced(call: Call, op: GlobalPool, over_channels: Operator) -> Value:
    value = call.value("self")
    axes = call.given.get("dim") or ()
    return reduced(call, value, axes, op, over_channels, keeps=_keeps(call, value))


def _keeps(call: Call, value: Value) -> bool:
    return len(call.shape) == value.rank


@translates("pad", "constant_pad_nd", "reflection_pad2d", "replication_pad2d")
def _pad(call: Call) -> Value:
    value = call.value("self", Form.MAP)
    said = call.given.get("mode", call.operator)
    mode, fill = _FILLINGS.get(said, said), float(call.given.get("value") or 0.0)
    cells = [*call.given.get("pad", call.given.get("padding", [])), 0, 0]
    (left, right, top, bottom), others = cells[:4], cells[4:]
    if any(others) and not any(cells[:4]) and (mode, fill) == ("zeros", 0.0):
        if any(others[2:]):
            raise Wordless("it adds examples")
        return more_channels(call, value, others[0], others[1])
    if any(others):
        raise Wordless(PADS_OTHERS)
    return surrounded(call, value, (top, bottom, left, right), mode, fill)


_FILLINGS = {
    **dict.fromkeys(("constant", "constant_pad_nd"), "zeros"),
    **dict.fromkeys(("reflect", "reflection_pad2d"), "reflect"),
    **dict.fromkeys(("replicate", "replication_pad2d"), "replicate"),
}
"""What padding holds, by PyTorch's words for it."""


@translates("upsample_nearest2d", "upsample_bilinear2d")
def _upsample(call: Call) -> Value:
    """Enlarge by a whole factor, or resize to a size or to the grid of what it was read from."""
    value = call.value("input", Form.MAP, Form.COLUMN)
    mode = "bilinear" if "align_corners" in call.given else "nearest"
    before, after = pair(value.wire.type.grid or 1), pair(call.shape[2:])
    if call.given.get("align_corners") and before != (1, 1):
        return stretched(call, value, after)
    _require_cells(call, before, after)
    is_by_size = call.given.get("output_size") is not None
    return enlarged(call, value, after, mode, is_by_size=is_by_size)


def _require_cells(call: Call, before: Pair, after: Pair) -> None:
    """Refuse factors that give a part of a cell, which is cut off, but moves the others."""
    factors = call.given.get("scale_factors") or [call.given.get(f"scales_{n}") for n in "hw"]
    sides = zip(before, factors, after, strict=True)
    if any(by is not None and not isclose(n * by, wanted, rel_tol=1e-6) for n, by, wanted in sides):
        raise Wordless("it enlarges by a factor that gives a part of a cell: give it the size")
