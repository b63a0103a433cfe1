"""Convolutions, pools and what else moves over a grid."""

from __future__ import annotations

from math import inf
from typing import Any

from archspec.attributes import Pads, Pair
from archspec.importing.imported import CellNeeded, Wordless
from archspec.importing.layout import CHANNELS, whole
from archspec.importing.onnx.call import Call, pads_of
from archspec.importing.onnx.rules.table import translates
from archspec.importing.padding import (
    BEGINS_BEHIND,
    PADS_OTHERS,
    begins_behind,
    is_counted,
    padding_of,
    surrounded,
    surrounded_grid,
)
from archspec.importing.reducing import one_cell, reduced, total
from archspec.importing.selecting import more_channels
from archspec.importing.values import Form, Value
from archspec.operator import Operator
from archspec.operators.conv2d import Conv2d
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.pool import (
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

_ONE = (1, 1)
_LOWER = "SAME_LOWER"


@translates("Conv")
def _conv(call: Call) -> Value:
    weights = weights_of(call)
    filters, taken, *kernel = weights["weight"].shape
    given, groups = call.given[0], call.attributes.get("group", 1)
    if not isinstance(given, Value) or len(kernel) != 2:
        raise Wordless("it is no convolution of two dimensions over a value")
    channels = given.wire.type.channels
    if given.form in (Form.MAP, Form.COLUMN) and taken * groups != channels:
        raise Wordless(f"its filters are for {taken * groups} channels, and {channels} arrive")
    is_dense = tuple(kernel) == _ONE and groups == 1 and not any(call.numbers("pads", ()))
    if given.form is Form.COLUMN and is_dense:
        dense = FullyConnected(units=filters, bias="bias" in weights)
        tensors = {**weights, "weight": weights["weight"][:, :, 0, 0]}
        return given.over(call.add(dense, given.wire, tensors=tensors))
    is_row = given.layout == ((), whole(CHANNELS, channels), ()) and not given.wire.type.is_map
    if is_row and channels > 1:
        return _along_channels(call, given, weights)
    if given.form is Form.COLUMN:
        raise CellNeeded(given.wire)
    if given.form is not Form.MAP:
        raise Wordless("its input is no map of height, width and channels")
    given = call.around(given, 0.0)
    _, said = _window(call, given, (kernel[0], kernel[1]))
    op = Conv2d(filters=filters, groups=groups, bias="bias" in weights, **said)
    return Value(call.add(op, given.wire, tensors=weights), Form.MAP)


def _along_channels(call: Call, value: Value, weights: dict[str, Any]) -> Value:
    """Convolve a vector that is held as one channel along its channels."""
    *others, kernel, width = weights["weight"].shape
    said = {name: [*call.numbers(name, usual)] for name, usual in _WINDOWS.items()}
    same = {**_WINDOWS, "pads": [kernel // 2, 0, kernel // 2, 0]}
    if (*others, width) != (1, 1, 1) or "bias" in weights or said != same or not kernel % 2:
        raise Wordless("it does more than to weigh neighbours, or changes their number")
    return value.over(call.add(ChannelConv(kernel=kernel), value.wire, tensors=weights))


_WINDOWS = {"pads": [0, 0, 0, 0], "strides": [1, 1], "dilations": [1, 1]}


def weights_of(call: Call) -> dict[str, Any]:
    """Return the weight of a layer, and its bias if it has one."""
    found = {"weight": call.array(1), "bias": call.array(2)}
    return {name: each for name, each in found.items() if each is not None}


def _window(call: Call, value: Value, kernel: tuple[int, int]) -> tuple[Window, dict[str, Any]]:
    rows, columns = call.numbers("strides", _ONE)
    down, across = call.numbers("dilations", _ONE)
    window = Window.over(value.wire.type.grid, kernel, (rows, columns), (down, across))
    own = _pads(call, value, kernel)
    (top, bottom, left, right) = (a + b for a, b in zip(own, value.pads, strict=True))
    padding = padding_of(window, (top, bottom, left, right))
    said = {"kernel": kernel, "stride": (rows, columns), "padding": padding}
    return window, said if (down, across) == _ONE else {**said, "dilation": (down, across)}


def _pads(call: Call, value: Value, kernel: Pair) -> Pads:
    """Return the padding of a window over a map and the cells around it."""
    auto = call.attributes.get("auto_pad", "NOTSET")
    if auto == _LOWER:
        raise Wordless("it puts the odd cell of padding first")
    if auto not in ("SAME_UPPER", "VALID"):
        return pads_of(call.numbers("pads", (0, 0, 0, 0)))
    stride, dilation = pair(call.numbers("strides", _ONE)), pair(call.numbers("dilations", _ONE))
    window = Window.over(surrounded_grid(value), kernel, stride, dilation)
    return window.pads("same" if auto == "SAME_UPPER" else "valid")


def pair(numbers: tuple[int, ...]) -> tuple[int, int]:
    """Return height and width, of which windows of other dimensions have more or fewer."""
    return (int(numbers[0]), int(numbers[1]))


@translates("MaxPool")
def _max_pool(call: Call) -> Value:
    given = call.given[0]
    is_map = isinstance(given, Value) and given.form is Form.MAP
    value = call.around(given, -inf) if is_map else call.value(0, Form.MAP)
    if _begins_behind(call, value):
        raise Wordless(BEGINS_BEHIND)
    _, said = _window(call, value, pair(call.numbers("kernel_shape", ())))
    if "dilation" in said:
        raise Wordless("its window has gaps")
    op = MaxPool(ceil=bool(call.attributes.get("ceil_mode", 0)), **said)
    return Value(call.add(op, value.wire), Form.MAP)


def _begins_behind(call: Call, value: Value) -> bool:
    """Whether rounding up adds a window that begins in cells behind a map."""
    kernel, stride = pair(call.numbers("kernel_shape", ())), pair(call.numbers("strides", _ONE))
    rounds_up = bool(call.attributes.get("ceil_mode", 0))
    return rounds_up and begins_behind(value, kernel, stride, _pads(call, value, kernel))


@translates("AveragePool")
def _average_pool(call: Call) -> Value:
    kernel, auto = pair(call.numbers("kernel_shape", ())), call.attributes.get("auto_pad", "")
    is_padded = any(call.numbers("pads", ())) or auto.startswith("SAME")
    counts_zeros = not is_padded and is_counted(call.given[0], kernel)
    counts_zeros = counts_zeros and not _begins_behind(call, call.given[0])
    value = call.given[0] if counts_zeros else call.value(0, Form.MAP)
    window, said = _window(call, value, kernel)
    if "dilation" in said:
        raise Wordless("its window has gaps")
    counts = (counts_zeros or call.attributes.get("count_include_pad")) and any(
        window.pads(said["padding"])
    )
    op = AvgPool(ceil=bool(call.attributes.get("ceil_mode", 0)), count_padding=bool(counts), **said)
    return Value(call.add(op, value.wire), Form.MAP)


@translates("GlobalAveragePool")
def _global_average_pool(call: Call) -> Value:
    return _whole(call, GlobalAvgPool())


@translates("GlobalMaxPool")
def _global_max_pool(call: Call) -> Value:
    return _whole(call, GlobalMaxPool())


def _whole(call: Call, op: GlobalPool) -> Value:
    value = call.value(0, Form.MAP, Form.COLUMN)
    return value if value.form is Form.COLUMN else one_cell(call, value, op)


@translates("ReduceMean")
def _reduce_mean(call: Call) -> Value:
    return _reduced(call, GlobalAvgPool(), ChannelAvgPool())


@translates("ReduceMax")
def _reduce_max(call: Call) -> Value:
    return _reduced(call, GlobalMaxPool(), ChannelMaxPool())


@translates("ReduceSum")
def _reduce_sum(call: Call) -> Value:
    return total(call, call.value(), call.told_numbers("axes"), keeps=_keeps(call))


def _reduced(call: Call, op: GlobalPool, over_channels: Operator) -> Value:
    axes = call.told_numbers("axes")
    return reduced(call, call.value(), axes, op, over_channels, keeps=_keeps(call))


def _keeps(call: Call) -> bool:
    return bool(call.attributes.get("keepdims", 1))


@translates("Pad")
def pad(call: Call) -> Value:
    """Surround a map with cells that are added by whatever reads them."""
    value, cells, filled = call.value(0, Form.MAP), _cells(call), call.array(2)
    fill = 0.0 if filled is None else float(filled.reshape(()))
    said = call.attributes.get("mode", "constant")
    mode = _FILLINGS.get(said, said)
    _, _, top, left, _, _, bottom, right = cells
    channels, is_around = (cells[1], cells[5]), any((top, left, bottom, right))
    if any(channels) and (mode, fill, is_around, cells[0], cells[4]) == ("zeros", 0, False, 0, 0):
        return more_channels(call, value, *channels)
    if any(cells[:2]) or any(cells[4:6]):
        raise Wordless(PADS_OTHERS)
    return surrounded(call, value, (top, bottom, left, right), mode, fill)


def _cells(call: Call) -> list[int]:
    """Return the cells before and behind all dimensions, where a pad may name some of them."""
    cells, axes = call.told_numbers("pads"), call.array(3)
    if axes is None:
        return [*cells]
    found = [0] * 2 * _RANK
    for at, axis in enumerate(axes.reshape(-1)):
        found[int(axis) % _RANK] = cells[at]
        found[int(axis) % _RANK + _RANK] = cells[at + axes.size]
    return found


_RANK = 4
_FILLINGS = {"constant": "zeros", "reflect": "reflect", "edge": "replicate"}
"""What padding holds, by ONNX's word for it."""
