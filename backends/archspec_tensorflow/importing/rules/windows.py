"""Convolutions, pools and what else moves over a grid."""

from __future__ import annotations

from typing import Any

from archspec.attributes import Pads
from archspec.importing.imported import Wordless
from archspec.importing.padding import Padding, padding_of
from archspec.operator import Operator
from archspec.operators.activation import Relu, Relu6, Sigmoid
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.grid import Crop, Upsample
from archspec.operators.pool import AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool
from archspec.window import Window
from archspec_tensorflow.importing.call import Call
from archspec_tensorflow.importing.rules.functions import activated
from archspec_tensorflow.importing.rules.table import translates
from archspec_tensorflow.importing.values import Form, Value


@translates("Conv2D")
def _conv2d(call: Call) -> Value:
    kernel, *biases = call.variables
    filters, groups = int(call.config["filters"]), int(call.config.get("groups", 1))
    tensors = {"weight": kernel.transpose(3, 2, 0, 1), **_bias(biases)}
    given = call.operands[0] if call.operands else None
    if (
        isinstance(given, Value)
        and given.form is Form.CELL
        and kernel.shape[:2] == (1, 1) == (1, groups)
    ):
        tensors["weight"] = kernel[0, 0].T
        dense = FullyConnected(units=filters, bias=bool(biases))
        value = given.over(call.add(dense, given.wire, tensors=tensors))
    else:
        value = _convolved(call, call.map(), filters, groups, tensors)
    return activated(call, value, call.config["activation"])


@translates("DepthwiseConv2D")
def _depthwise_conv2d(call: Call) -> Value:
    kernel, *biases = call.variables
    tensors = {"weight": _depthwise(kernel), **_bias(biases)}
    channels = kernel.shape[2]
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
    given = Value(call.add(op, inner.wire, tensors=tensors), Form.MAP)
    return activated(call, given, call.config["activation"])


def _depthwise(kernel: Any) -> Any:
    """Arrange a kernel whose last dimension counts the filters of each channel."""
    height, width, channels, multiplier = kernel.shape
    return kernel.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)


def _bias(biases: list[Any]) -> dict[str, Any]:
    return {"bias": biases[0]} if biases else {}


def _convolved(
    call: Call, value: Value, filters: int, groups: int, tensors: dict[str, Any]
) -> Value:
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
    return Value(call.add(op, value.wire, tensors=tensors), Form.MAP)


def _padding(
    call: Call,
    value: Value,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int] = (1, 1),
) -> Padding:
    """Return the layer's own padding, or what that and the zeros around its input come to."""
    said = str(call.config["padding"])
    if not any(value.pads):
        return "same" if kernel == (1, 1) else said
    (rows, columns), (top, bottom, left, right) = value.wire.type.grid, value.pads
    surrounded = (rows + top + bottom, columns + left + right)
    own = Window.over(surrounded, kernel, stride, dilation).pads(said)
    pads: Pads = tuple(a + b for a, b in zip(own, value.pads, strict=True))  # type: ignore[assignment]
    return padding_of(Window.over(value.wire.type.grid, kernel, stride, dilation), pads)


@translates("Conv2DTranspose")
def _conv2d_transpose(call: Call) -> Value:
    value = call.padded(call.map())
    if call.config.get("output_padding") is not None:
        raise Wordless("it keeps cells that its padding would take away")
    kernel, *biases = call.variables
    size, stride = call.pair("kernel_size"), call.pair("strides")
    padding = str(call.config["padding"])
    gaps = [max(step - side, 0) for step, side in zip(stride, size, strict=True)]
    op = ConvTranspose2d(
        filters=int(call.config["filters"]),
        kernel=size,
        stride=stride,
        dilation=call.pair("dilation_rate"),
        padding=padding,
        output_padding=(gaps[0], gaps[1]) if padding == "valid" else (0, 0),
        bias=bool(biases),
    )
    tensors = {"weight": kernel.transpose(3, 2, 0, 1), **_bias(biases)}
    given = Value(call.add(op, value.wire, tensors=tensors), Form.MAP)
    return activated(call, given, call.config["activation"])


@translates("MaxPooling2D")
def _max_pool(call: Call) -> Value:
    value = call.map()
    is_positive = isinstance(call.builder.producer(value.wire)[0], _NEVER_NEGATIVE)
    value = value if is_positive else call.padded(value)
    return Value(call.add(MaxPool(**_windowed(call, value)), value.wire), Form.MAP)


_NEVER_NEGATIVE = (Relu, Relu6, Sigmoid)
"""After these a zero around a map is never the largest, so that it is no other than no cell."""


@translates("AveragePooling2D")
def _avg_pool(call: Call) -> Value:
    value = call.map()
    value = value if call.config["padding"] == "valid" else call.padded(value)
    op = AvgPool(**_windowed(call, value), count_padding=any(value.pads))
    return Value(call.add(op, value.wire), Form.MAP)


def _windowed(call: Call, value: Value) -> dict[str, Any]:
    kernel = call.pair("pool_size")
    stride = call.pair("strides") if call.config.get("strides") else kernel
    return {"kernel": kernel, "stride": stride, "padding": _padding(call, value, kernel, stride)}


@translates("GlobalAveragePooling2D")
def _global_avg_pool(call: Call) -> Value:
    return _pooled(call, GlobalAvgPool())


@translates("GlobalMaxPooling2D")
def _global_max_pool(call: Call) -> Value:
    return _pooled(call, GlobalMaxPool())


def _pooled(call: Call, op: Operator) -> Value:
    value = call.padded(call.map())
    form = Form.CELL if call.config.get("keepdims") else Form.VECTOR
    return Value(call.add(op, value.wire), form)


@translates("ZeroPadding2D")
def _zero_padding(call: Call) -> Value:
    value = call.padded(call.map())
    return value.surrounded(_cells(call.config["padding"]))


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
    return Value(call.add(op, value.wire), Form.MAP)
