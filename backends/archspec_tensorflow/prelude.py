"""Functions that an emitted model takes along when it uses them, by their text.

Their lines have at most 88 columns, as those of the models. What no layer does is a model of its
own inside, since an operation of ``keras.ops`` has no name but the one that Keras counts, which may
be the name of a layer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import KerasTensor, layers, ops


def activate(x: KerasTensor, name: str, activation: str | None) -> KerasTensor:
    """Apply an activation by its word, if there is one."""
    if activation is None:
        return x
    return layers.Activation(activation, name=f"{name}.{activation}")(x)


def activate_by(
    x: KerasTensor,
    name: str,
    activation: str | Callable[[KerasTensor, str], KerasTensor] | None,
) -> KerasTensor:
    """Apply an activation by its word or its function, if there is one."""
    if callable(activation):
        return activation(x, name)
    return activate(x, name, activation)


def padded_conv2d(
    x: KerasTensor,
    name: str,
    filters: int,
    kernel: int | tuple[int, int],
    strides: int | tuple[int, int] = 1,
    padding: str | int | tuple[int, int, int, int] = "symmetric",
    **options: Any,
) -> KerasTensor:
    """Convolution of a map with zeros around it."""
    rates = options.get("dilation_rate", 1)
    x, padding = surrounded(x, name, kernel, strides, padding, rates)
    return layers.Conv2D(filters, kernel, strides, padding, name=name, **options)(x)


def padded_depthwise_conv2d(
    x: KerasTensor,
    name: str,
    kernel: int | tuple[int, int],
    strides: int | tuple[int, int] = 1,
    padding: str | int | tuple[int, int, int, int] = "symmetric",
    **options: Any,
) -> KerasTensor:
    """Convolution of each channel by itself, with zeros around the map."""
    rates = options.get("dilation_rate", 1)
    x, padding = surrounded(x, name, kernel, strides, padding, rates)
    return layers.DepthwiseConv2D(kernel, strides, padding, name=name, **options)(x)


def surrounded(
    x: KerasTensor,
    name: str,
    kernel: int | tuple[int, int],
    strides: int | tuple[int, int],
    padding: str | int | tuple[int, int, int, int],
    rates: int | tuple[int, int],
) -> tuple[KerasTensor, str]:
    """Surround a map with zeros where Keras has no such padding; tell Keras's padding.

    Symmetric padding is half as wide as what a window spans, the same on both sides;
    numbers are cells at the top, bottom, left and right.
    """
    if padding in ("same", "valid"):
        return x, padding
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    down, across = (rates, rates) if isinstance(rates, int) else rates
    rows, columns = (height - 1) * down, (width - 1) * across
    if padding == "symmetric":
        padding = (rows // 2, rows // 2, columns // 2, columns // 2)
    pads = (padding,) * 4 if isinstance(padding, int) else padding
    same = (rows // 2, rows - rows // 2, columns // 2, columns - columns // 2)
    if pads == same and strides in (1, (1, 1)):
        return x, "same"
    if any(pads):
        x = layers.ZeroPadding2D((pads[:2], pads[2:]), name=f"{name}.pad")(x)
    return x, "valid"


def cropped_conv_transpose2d(
    x: KerasTensor,
    name: str,
    filters: int,
    kernel: int | tuple[int, int],
    *,
    crops: tuple[tuple[int, int], tuple[int, int]],
    **options: Any,
) -> KerasTensor:
    """Transposed convolution, cropped at the top, bottom, left and right."""
    x = layers.Conv2DTranspose(filters, kernel, name=name, **options)(x)
    return layers.Cropping2D(crops, name=f"{name}.crop")(x)


def padded_max_pool(
    x: KerasTensor,
    name: str,
    kernel: int | tuple[int, int],
    strides: int | tuple[int, int],
    *,
    pads: tuple[tuple[int, int], tuple[int, int]],
) -> KerasTensor:
    """Largest value in a window over a map with cells of minus infinity around it."""
    inside = keras.Input(x.shape[1:], dtype=x.dtype)
    padded = ops.pad(inside, ((0, 0), *pads, (0, 0)), constant_values=float("-inf"))
    x = keras.Model(inside, padded, name=f"{name}.pad")(x)
    return layers.MaxPooling2D(kernel, strides, name=name)(x)


def counted_avg_pool(
    x: KerasTensor,
    name: str,
    kernel: int | tuple[int, int],
    strides: int | tuple[int, int],
    *,
    pads: tuple[tuple[int, int], tuple[int, int]],
) -> KerasTensor:
    """Average in a window over a map with zeros around it, which count."""
    x = layers.ZeroPadding2D(pads, name=f"{name}.pad")(x)
    return layers.AveragePooling2D(kernel, strides, name=name)(x)


def padded_avg_pool(
    x: KerasTensor,
    name: str,
    kernel: int | tuple[int, int],
    strides: int | tuple[int, int],
    *,
    pads: tuple[tuple[int, int], tuple[int, int]],
    counted: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0)),
) -> KerasTensor:
    """Average in a window over a padded map; of its pads, ``counted`` ones count."""
    inside = keras.Input(x.shape[1:], dtype=x.dtype)
    cells = ops.ones_like(inside[..., :1])
    cells = ops.pad(cells, ((0, 0), *counted, (0, 0)), constant_values=1)
    rest = [(a - c, b - d) for (a, b), (c, d) in zip(pads, counted, strict=True)]
    cells = ops.pad(cells, ((0, 0), *rest, (0, 0)))
    share = layers.AveragePooling2D(kernel, strides, name=f"{name}.share")(cells)
    factor = keras.Model(inside, ops.reciprocal(share), name=f"{name}.factor")(x)
    x = layers.ZeroPadding2D(pads, name=f"{name}.pad")(x)
    x = layers.AveragePooling2D(kernel, strides, name=f"{name}.sum")(x)
    return layers.Multiply(name=name)([x, factor])


def flatten(x: KerasTensor, name: str) -> KerasTensor:
    """Lay a map out as a vector: channels, height, width; a vector stays."""
    if len(x.shape) > 2:
        x = layers.Permute((3, 1, 2), name=f"{name}.channels_first")(x)
    return layers.Flatten(name=name)(x)


def channel_shuffle(x: KerasTensor, name: str, groups: int) -> KerasTensor:
    """Deal the channels out anew, so that each group meets the others."""
    height, width, channels = x.shape[1:]
    dealt = (height, width, groups, channels // groups)
    x = layers.Reshape(dealt, name=f"{name}.groups")(x)
    x = layers.Permute((1, 2, 4, 3), name=f"{name}.deal")(x)
    return layers.Reshape((height, width, channels), name=name)(x)


def slice_channels(x: KerasTensor, name: str, start: int, stop: int) -> KerasTensor:
    """Keep some of the channels."""
    inside = keras.Input(x.shape[1:], dtype=x.dtype)
    x = keras.Model(inside, inside[..., start:stop], name=f"{name}.kept")(x)
    return layers.Identity(name=name)(x)


def layer_scale(x: KerasTensor, name: str, initial: float) -> KerasTensor:
    """Multiply each channel by a learned factor."""
    start = keras.initializers.Constant(initial)
    if len(x.shape) > 2:
        kind = layers.DepthwiseConv2D
        return kind(1, use_bias=False, depthwise_initializer=start, name=name)(x)
    kind, shape = layers.EinsumDense, x.shape[-1]
    return kind("nc,c->nc", shape, kernel_initializer=start, name=name)(x)


def affine(
    x: KerasTensor, name: str, initial: float = 1.0, *, shared: bool = False, bias: bool = True
) -> KerasTensor:
    """Multiply by a learned factor of each channel or of all, and add a learned number."""
    size, axes = x.shape[1:], "hwc"[-len(x.shape[1:]) :]
    if shared:
        x, axes = layers.Reshape((*size, 1), name=f"{name}.one")(x), f"{axes}e"
    start, last = keras.initializers.Constant(initial), axes[-1]
    by_axis = {"bias_axes": last if bias else None, "kernel_initializer": start}
    kind, equation = layers.EinsumDense, f"n{axes},{last}->n{axes}"
    x = kind(equation, x.shape[1:], name=name, **by_axis)(x)
    return layers.Reshape(size, name=f"{name}.all")(x) if shared else x


def radix_softmax(x: KerasTensor, name: str, radix: int) -> KerasTensor:
    """Make distributions of the channels that have one place in equal parts."""
    *grid, channels = x.shape[1:]
    x = layers.Reshape((*grid, radix, channels // radix), name=f"{name}.parts")(x)
    x = layers.Softmax(axis=-2, name=f"{name}.shares")(x)
    return layers.Reshape((*grid, channels), name=name)(x)


def channel_conv(x: KerasTensor, name: str, kernel: int) -> KerasTensor:
    """Convolve a vector along its channels."""
    channels = x.shape[-1]
    x = layers.Reshape((channels, 1, 1), name=f"{name}.column")(x)
    x = layers.Conv2D(1, (kernel, 1), padding="same", use_bias=False, name=name)(x)
    return layers.Reshape((channels,), name=f"{name}.all")(x)


def l2_normalize(x: KerasTensor, name: str, epsilon: float) -> KerasTensor:
    """Divide by the length of the channels, or by ``epsilon`` where that is more."""
    inside = keras.Input(x.shape[1:], dtype=x.dtype)
    normalized = ops.normalize(inside, epsilon=epsilon)
    x = keras.Model(inside, normalized, name=f"{name}.normalized")(x)
    return layers.Identity(name=name)(x)


def local_response_norm(
    x: KerasTensor, name: str, size: int, alpha: float, beta: float, k: float
) -> KerasTensor:
    """Divide by a power of the mean square of the channels around."""
    inside = keras.Input(x.shape[1:], dtype=x.dtype)
    around = (size // 2, (size - 1) // 2)
    squares = ops.pad(ops.square(inside), ((0, 0), (0, 0), (0, 0), around))
    near = [squares[..., at : at + x.shape[-1]] for at in range(size)]
    normalized = inside / (k + alpha / size * sum(near)) ** beta
    x = keras.Model(inside, normalized, name=f"{name}.normalized")(x)
    return layers.Identity(name=name)(x)


def global_response_norm(x: KerasTensor, name: str, epsilon: float = 1e-6) -> KerasTensor:
    """Weigh each channel by its length over the grid against those of the others."""
    inside = keras.Input(x.shape[1:], dtype=x.dtype)
    length = ops.norm(inside, axis=(1, 2), keepdims=True)
    response = length / (ops.mean(length, axis=-1, keepdims=True) + epsilon)
    weighed = keras.Model(inside, inside * response, name=f"{name}.weighed")(x)
    zeros = keras.initializers.Constant(0.0)
    scaled = layers.DepthwiseConv2D(1, depthwise_initializer=zeros, name=name)(weighed)
    return layers.Add(name=f"{name}.response")([x, scaled])


def prelu(x: KerasTensor, name: str, initial: float, *, shared: bool = False) -> KerasTensor:
    """Multiply what is below zero by a learned slope of its channel, or of all."""
    spread = range(1, len(x.shape) if shared else len(x.shape) - 1)
    start = keras.initializers.Constant(initial)
    return layers.PReLU(start, shared_axes=[*spread] or None, name=name)(x)


def clipped(x: KerasTensor, name: str, low: float, high: float) -> KerasTensor:
    """Clip to a range."""
    inside = keras.Input(x.shape[1:], dtype=x.dtype)
    x = keras.Model(inside, ops.clip(inside, low, high), name=f"{name}.within")(x)
    return layers.Identity(name=name)(x)


def multiply(values: list[KerasTensor], name: str) -> KerasTensor:
    """Multiply; a vector holds for the whole grid."""
    names = [f"{name}.spread_{place}" for place in range(len(values))]
    spread = [
        value
        if len(value.shape) > 2
        else layers.Reshape((1, 1, value.shape[-1]), name=spread_name)(value)
        for value, spread_name in zip(values, names, strict=True)
    ]
    return layers.Multiply(name=name)(spread)


def sloped_relu(x: KerasTensor, name: str, slope: float) -> KerasTensor:
    """Multiply what is below zero by a slope, which may be negative."""
    inside = keras.Input(x.shape[1:], dtype=x.dtype)
    bent = ops.where(inside > 0, inside, slope * inside)
    x = keras.Model(inside, bent, name=f"{name}.bent")(x)
    return layers.Identity(name=name)(x)


def approximate_gelu(x: KerasTensor, name: str) -> KerasTensor:
    """Weigh each element by the normal distribution, by hyperbolic tangent."""
    inside = keras.Input(x.shape[1:], dtype=x.dtype)
    weighed = ops.gelu(inside, approximate=True)
    x = keras.Model(inside, weighed, name=f"{name}.weighed")(x)
    return layers.Identity(name=name)(x)


def whole(value: float) -> int:
    """Return a whole number as one; refuse what is none."""
    if value != int(value):
        message = f"{value} should be a whole number"
        raise ValueError(message)
    return int(value)


def round_to(value: float, divisor: int) -> int:
    """Round to the nearest multiple, one more if over a tenth would be lost."""
    nearest = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return nearest + divisor if nearest < 0.9 * value else nearest
