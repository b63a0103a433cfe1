"""Convolutions, pools and what else moves over a grid."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Any

from archspec.attributes import Pads
from archspec.importing.combining import resized
from archspec.importing.imported import Wordless
from archspec.importing.padding import (
    Padding,
    is_counted,
    padding_of,
    surrounded,
    surrounded_grid,
)
from archspec.importing.values import Form, Value
from archspec.operators.activation import Relu, Relu6, Sigmoid
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.grid import Crop, Upsample
from archspec.operators.pool import AvgPool, MaxPool
from archspec.operators.scale import Affine
from archspec.operators.selection import ChannelConv
from archspec.window import Window
from archspec_tensorflow.importing.call import Call, Layer
from archspec_tensorflow.importing.rules.functions import activated
from archspec_tensorflow.importing.rules.layers import constant
from archspec_tensorflow.importing.rules.table import translates, writes_out

NONE: Pads = (0, 0, 0, 0)


@translates("Conv2D")
def _conv2d(call: Call) -> Value:
    kernel, *biases = call.variables
    filters, groups = int(call.config["filters"]), int(call.config.get("groups", 1))
    tensors = {"weight": kernel.transpose(3, 2, 0, 1), **_bias(biases)}
    given = call.value()
    if given.form is Form.ROW and kernel.shape[:2] == (1, 1) == (1, groups):
        tensors["weight"] = kernel[0, 0].T
        dense = FullyConnected(units=filters, bias=bool(biases))
        value = given.over(call.add(dense, given.wire, tensors=tensors))
    elif given.form is Form.COLUMN:
        value = _along_channels(call, given, kernel)
    else:
        value = _convolved(call, call.map(), filters, groups, tensors)
    return activated(call, value, call.config["activation"])


def _along_channels(call: Call, value: Value, kernel: Any) -> Value:
    """Convolve a vector that is held as a column of cells along its channels."""
    height, *others = kernel.shape
    plain = (call.pair("strides"), call.pair("dilation_rate")) == ((1, 1), (1, 1))
    is_same = call.config["padding"] == "same" and not call.config["use_bias"]
    if others != [1, 1, 1] or not (plain and is_same and height % 2):
        raise Wordless("it does more than to weigh neighbours, or changes their number")
    tensors = {"weight": kernel.transpose(3, 2, 0, 1)}
    return value.over(call.add(ChannelConv(kernel=height), value.wire, tensors=tensors))


@translates("DepthwiseConv2D")
def _depthwise_conv2d(call: Call) -> Value:
    kernel, *biases = call.variables
    tensors = {"weight": _depthwise(kernel), **_bias(biases)}
    channels = kernel.shape[2]
    if _scales(call, kernel):
        value, start = call.value(Form.LAST), constant(call.config["depthwise_initializer"], 1.0)
        op = Affine(initial=start, bias=bool(biases))
        tensors["weight"] = kernel.reshape(channels)
        return activated(
            call, value.over(call.add(op, value.wire, tensors=tensors)), call.config["activation"]
        )
    given = _convolved(call, call.map(), channels * kernel.shape[3], channels, tensors)
    return activated(call, given, call.config["activation"])


@translates("SeparableConv2D")
def _separable_conv2d(call: Call) -> Value:
    depthwise, pointwise, *biases = call.variables
    channels, multiplier = depthwise.shape[2:]
    tensors = {"weight": _depthwise(depthwise)}
    inner = _convolved(call, call.map(), channels * multiplier, channels, tensors)
    filters = int(call.config["filters"])
    op = Conv2d(filters=filters, kernel=(1, 1), bias=bool(biases))
    tensors = {"weight": pointwise.transpose(3, 2, 0, 1), **_bias(biases)}
    given = Value(call.add(op, inner.wire, tensors=tensors), Form.LAST)
    return activated(call, given, call.config["activation"])


def _scales(call: Call, kernel: Any) -> bool:
    """Whether filters of one cell begin as one number: a factor for each channel."""
    is_plain = kernel.shape[:2] == (1, 1) and kernel.shape[3] == 1
    is_constant = constant(call.config["depthwise_initializer"], -inf) > -inf
    return is_plain and is_constant and call.pair("strides") == (1, 1)


def _depthwise(kernel: Any) -> Any:
    """Arrange a kernel whose last dimension counts the filters of each channel."""
    height, width, channels, multiplier = kernel.shape
    return kernel.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)


def _bias(biases: list[Any]) -> dict[str, Any]:
    return {"bias": biases[0]} if biases else {}


def _convolved(
    call: Call, value: Value, filters: int, groups: int, tensors: dict[str, Any]
) -> Value:
    value = call.around(value, 0.0)
    kernel, stride = call.pair("kernel_size"), call.pair("strides")
    dilation = call.pair("dilation_rate")
    op = Conv2d(
        filters=filters,
        kernel=kernel,
        stride=stride,
        dilation=dilation,
        padding=_padding(call, value, kernel, stride, dilation),
        groups=groups,
        bias="bias" in tensors,
    )
    return Value(call.add(op, value.wire, tensors=tensors), Form.LAST)


def _padding(
    call: Call,
    value: Value,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int] = (1, 1),
) -> Padding:
    """Return the layer's own padding, or what that and the cells around its input come to."""
    said = str(call.config["padding"])
    if not any(value.pads):
        return "same" if kernel == (1, 1) else said
    own = Window.over(surrounded_grid(value), kernel, stride, dilation).pads(said)
    pads: Pads = tuple(a + b for a, b in zip(own, value.pads, strict=True))  # type: ignore[assignment]
    return padding_of(Window.over(value.wire.type.grid, kernel, stride, dilation), pads)


@translates("Conv2DTranspose")
def _conv2d_transpose(call: Call) -> Value:
    return _spread(call, call.padded(call.map()), Layer(call.config, call.variables), NONE)


@writes_out(("crop=Cropping2D", ("layer=Conv2DTranspose", "x")))
def _cropped_conv2d_transpose(call: Call) -> Value:
    """Crop as a part of the layer what is cut off, unless Keras crops by itself."""
    value, layer = call.told_value("x", Form.LAST), call.told["layer"]
    cells = _cells(call.told["crop"].config["cropping"])
    if layer.config["padding"] == "valid":
        return _spread(call, value, layer, cells)
    whole = _spread(call, value, layer, NONE)
    return whole.over(call.add(Crop(cells=cells), whole.wire))


def _spread(call: Call, value: Value, layer: Layer, cut: Pads) -> Value:
    said = replace(call, config=layer.config)
    kernel, *biases = layer.variables
    size, stride = said.pair("kernel_size"), said.pair("strides")
    padding: Padding = str(layer.config["padding"])
    extra = (max(stride[0] - size[0], 0), max(stride[1] - size[1], 0))
    if layer.config.get("output_padding") is not None:
        extra = said.pair("output_padding")
    if padding == "same" and layer.config.get("output_padding") is not None:
        raise Wordless("it keeps cells that its padding would take away")
    op = ConvTranspose2d(
        filters=int(layer.config["filters"]),
        kernel=size,
        stride=stride,
        dilation=said.pair("dilation_rate"),
        padding=cut if any(cut) else padding,
        output_padding=extra if padding == "valid" else (0, 0),
        bias=bool(biases),
    )
    tensors = {"weight": kernel.transpose(3, 2, 0, 1), **_bias(biases)}
    given = Value(call.add(op, value.wire, tensors=tensors), Form.LAST)
    return activated(call, given, layer.config["activation"])


@translates("MaxPooling2D")
def _max_pool(call: Call) -> Value:
    value = call.map()
    is_positive = isinstance(call.builder.producer(value.wire)[0], _NEVER_NEGATIVE)
    value = value if is_positive else call.around(value, -inf)
    return Value(call.add(MaxPool(**_windowed(call, value)), value.wire), Form.LAST)


_NEVER_NEGATIVE = (Relu, Relu6, Sigmoid)
"""After these a zero around a map is never the largest, so that it is no other than no cell."""


@translates("AveragePooling2D")
def _avg_pool(call: Call) -> Value:
    value = call.map()
    counts = call.config["padding"] == "valid" and is_counted(value, call.pair("pool_size"))
    value = value if counts else call.padded(value)
    op = AvgPool(**_windowed(call, value), count_padding=counts)
    return Value(call.add(op, value.wire), Form.LAST)


def _windowed(call: Call, value: Value) -> dict[str, Any]:
    kernel = call.pair("pool_size")
    stride = call.pair("strides") if call.config.get("strides") else kernel
    return {"kernel": kernel, "stride": stride, "padding": _padding(call, value, kernel, stride)}


@translates("ZeroPadding2D")
def _zero_padding(call: Call) -> Value:
    value = call.padded(call.map())
    return value.surrounded(_cells(call.config["padding"]))


@translates("ops.Pad")
def _pad(call: Call) -> Value:
    value, mode = call.value(Form.LAST), call.config["mode"]
    batch, (top, bottom), (left, right), channels = call.config["pad_width"]
    fill = float(call.named.get("constant_values") or 0.0)
    if any((*batch, *channels)):
        raise Wordless("it adds examples or channels: pad height and width alone")
    return surrounded(call, value, (top, bottom, left, right), _FILLINGS.get(mode, mode), fill)


_FILLINGS = {"constant": "zeros", "reflect": "reflect"}
"""What padding holds, by Keras's words for it."""


@translates("Cropping2D")
def _cropping(call: Call) -> Value:
    value = call.padded(call.map())
    return value.over(call.add(Crop(cells=_cells(call.config["cropping"])), value.wire))


def _cells(said: Any) -> Pads:
    """Return the cells above, below, left and right."""
    (top, bottom), (left, right) = said
    return int(top), int(bottom), int(left), int(right)


@translates("UpSampling2D")
def _upsampling(call: Call) -> Value:
    value = call.padded(call.map())
    mode = call.config.get("interpolation", "nearest")
    if mode not in ("nearest", "bilinear"):
        raise Wordless(f"it enlarges by {mode}")
    op = Upsample(factor=call.pair("size"), mode=mode)
    return Value(call.add(op, value.wire), Form.LAST)


@translates("ops.Resize")
def _resize(call: Call) -> Value:
    return _interpolated(call, call.pair("size"))


@translates("Resizing")
def _resizing(call: Call) -> Value:
    return _interpolated(call, (int(call.config["height"]), int(call.config["width"])))


def _interpolated(call: Call, grid: tuple[int, int]) -> Value:
    value = call.value(Form.LAST, Form.ROW)
    told = {name: call.config.get(name) for name in _PLAINLY}
    if call.config["interpolation"] not in ("bilinear", "nearest") or any(told.values()):
        raise Wordless("it interpolates otherwise")
    sides = zip(grid, value.wire.type.grid or (1, 1), strict=True)
    if call.config["interpolation"] == "nearest" and any(wanted % size for wanted, size in sides):
        raise Wordless(
            "it copies the cells with the nearest centres, and enlarges by no whole factor"
        )
    return last_resized(call, value, grid, call.config["interpolation"])


_PLAINLY = ("antialias", "crop_to_aspect_ratio", "pad_to_aspect_ratio")


def last_resized(call: Call, value: Value, grid: tuple[int, int], mode: str) -> Value:
    """Resize a map, or a vector as a map of one cell, to that of the nearest value before it."""
    return resized(call, value, grid, mode).held(Form.LAST)
