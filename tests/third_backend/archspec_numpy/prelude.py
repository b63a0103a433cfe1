"""The functions that emitted models take along; none has a name that a spec could have.

Arrays are batches of maps, height x width x channels, or of vectors.
"""

# mypy: disable-error-code="type-arg, no-any-return"

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy
from numpy import ndarray
from numpy.lib.stride_tricks import sliding_window_view


def _conv2d(
    x: ndarray,
    weights: Mapping[str, ndarray],
    name: str,
    stride: int | tuple[int, int] = 1,
    pads: tuple[int, ...] = (0, 0, 0, 0),
    dilation: int | tuple[int, int] = 1,
) -> ndarray:
    """Slide filters over a map; the channels that they read say how many groups there are."""
    found = _correlated(_padded(x, pads), weights[f"{name}.weight"], stride, dilation)
    return found + weights.get(f"{name}.bias", 0)


def _conv_transpose2d(
    x: ndarray,
    weights: Mapping[str, ndarray],
    name: str,
    pads: tuple[int, ...],
    groups: int = 1,
    steps: tuple[int, ...] = (1, 1, 1, 1),
) -> ndarray:
    """Slide turned filters over a map whose cells are moved apart; steps are stride, dilation."""
    (down, across, *dilation), kernel = steps, weights[f"{name}.weight"]
    height, width = (x.shape[1] - 1) * down + 1, (x.shape[2] - 1) * across + 1
    apart = numpy.zeros((len(x), height, width, x.shape[3]), x.dtype)
    apart[:, ::down, ::across] = x
    split = kernel.reshape(groups, -1, *kernel.shape[1:]).swapaxes(1, 2)
    turned = split.reshape(-1, *split.shape[2:])[..., ::-1, ::-1]
    found = _correlated(_padded(apart, pads), turned, 1, tuple(dilation))
    return found + weights.get(f"{name}.bias", 0)


def _correlated(
    x: ndarray,
    kernel: ndarray,
    stride: int | tuple[int, ...],
    dilation: int | tuple[int, ...],
) -> ndarray:
    """Weigh windows by filters: filters, channels of a group, height, width."""
    filters, depth, *size = kernel.shape
    groups = x.shape[-1] // depth
    seen = _windows(x, tuple(size), stride, dilation)
    split = seen.reshape(math.prod(seen.shape[:3]), groups, -1).swapaxes(0, 1)
    found = split @ kernel.reshape(groups, filters // groups, -1).swapaxes(1, 2)
    return found.swapaxes(0, 1).reshape(*seen.shape[:3], filters)


def _windows(
    x: ndarray,
    kernel: int | tuple[int, ...],
    stride: int | tuple[int, ...],
    dilation: int | tuple[int, ...] = 1,
) -> ndarray:
    """View the windows that fit: batch, height, width, channels, height and width of one."""
    (height, width), (rows, columns) = _pair(kernel), _pair(dilation)
    reach = (height - 1) * rows + 1, (width - 1) * columns + 1
    down, across = _pair(stride)
    seen = sliding_window_view(x, reach, axis=(1, 2))
    return seen[:, ::down, ::across, :, ::rows, ::columns]


def _padded(x: ndarray, pads: tuple[int, ...], value: float = 0.0) -> ndarray:
    """Surround a map above, below, left and right; below zero, cut cells off."""
    around = [max(cells, 0) for cells in pads]
    wide = numpy.pad(x, ((0, 0), around[:2], around[2:], (0, 0)), constant_values=value)
    top, bottom, left, right = [max(-cells, 0) for cells in pads]
    return wide[:, top : wide.shape[1] - bottom, left : wide.shape[2] - right]


def _pair(value: int | tuple[int, ...]) -> tuple[int, ...]:
    """Return two numbers for one."""
    return (value, value) if isinstance(value, int) else value


def _max_pool(
    x: ndarray,
    kernel: int | tuple[int, int],
    stride: int | tuple[int, int],
    pads: tuple[int, ...],
) -> ndarray:
    """Take the largest value of each window; padding counts as minus infinity."""
    return _windows(_padded(x, pads, -math.inf), kernel, stride).max(axis=(4, 5))


def _avg_pool(
    x: ndarray,
    kernel: int | tuple[int, int],
    stride: int | tuple[int, int],
    pads: tuple[int, ...],
    counted: tuple[int, ...] = (0, 0, 0, 0),
) -> ndarray:
    """Average each window; of the padding, only ``counted`` counts."""
    rest = tuple(a - b for a, b in zip(pads, counted, strict=True))
    cells = _padded(_padded(numpy.ones_like(x[:1, :, :, :1]), counted, 1.0), rest)
    total = _windows(_padded(x, pads), kernel, stride).sum(axis=(4, 5))
    return total / _windows(cells, kernel, stride).sum(axis=(4, 5))


def _global_avg_pool(x: ndarray, keepdims: bool) -> ndarray:
    return x.mean(axis=(1, 2), keepdims=keepdims)


def _global_max_pool(x: ndarray, keepdims: bool) -> ndarray:
    return x.max(axis=(1, 2), keepdims=keepdims)


def _channel_avg_pool(x: ndarray) -> ndarray:
    return x.mean(axis=-1, keepdims=True)


def _channel_max_pool(x: ndarray) -> ndarray:
    return x.max(axis=-1, keepdims=True)


def _fully_connected(x: ndarray, weights: Mapping[str, ndarray], name: str) -> ndarray:
    """Multiply by a matrix, and add a bias."""
    return x @ weights[f"{name}.weight"].T + weights.get(f"{name}.bias", 0)


def _batch_norm(x: ndarray, weights: Mapping[str, ndarray], name: str, epsilon: float) -> ndarray:
    """Normalise by the running statistics."""
    deviation = numpy.sqrt(weights[f"{name}.running_var"] + epsilon)
    scale = weights.get(f"{name}.weight", 1) / deviation
    return (x - weights[f"{name}.running_mean"]) * scale + weights[f"{name}.bias"]


def _layer_norm(x: ndarray, weights: Mapping[str, ndarray], name: str, epsilon: float) -> ndarray:
    """Normalise each cell over its channels."""
    centred = x - x.mean(axis=-1, keepdims=True)
    deviation = numpy.sqrt((centred**2).mean(axis=-1, keepdims=True) + epsilon)
    return centred / deviation * weights[f"{name}.weight"] + weights.get(f"{name}.bias", 0)


def _group_norm(
    x: ndarray, weights: Mapping[str, ndarray], name: str, groups: int, epsilon: float
) -> ndarray:
    """Normalise groups of channels over all cells of an example."""
    parted = x.reshape(len(x), -1, groups, x.shape[-1] // groups)
    centred = parted - parted.mean(axis=(1, 3), keepdims=True)
    deviation = numpy.sqrt((centred**2).mean(axis=(1, 3), keepdims=True) + epsilon)
    scaled = (centred / deviation).reshape(x.shape) * weights.get(f"{name}.weight", 1)
    return scaled + weights.get(f"{name}.bias", 0)


def _instance_norm(
    x: ndarray, weights: Mapping[str, ndarray], name: str, epsilon: float
) -> ndarray:
    return _group_norm(x, weights, name, x.shape[-1], epsilon)


def _rms_norm(x: ndarray, weights: Mapping[str, ndarray], name: str, epsilon: float) -> ndarray:
    """Divide each cell by the root mean square of its channels."""
    mean = (x**2).mean(axis=-1, keepdims=True)
    return x / numpy.sqrt(mean + epsilon) * weights[f"{name}.weight"]


def _local_response_norm(x: ndarray, size: int, alpha: float, beta: float, k: float) -> ndarray:
    """Divide by the response of the channels around."""
    square, channels = numpy.zeros_like(x), x.shape[-1]
    for at in range(channels):
        near = x[..., max(0, at - size // 2) : at + (size - 1) // 2 + 1]
        square[..., at] = (near**2).sum(axis=-1)
    return x / (k + alpha / size * square) ** beta


def _global_response_norm(
    x: ndarray, weights: Mapping[str, ndarray], name: str, epsilon: float
) -> ndarray:
    """Weigh channels by their length over the grid."""
    length = numpy.sqrt((x**2).sum(axis=(1, 2), keepdims=True))
    share = length / (length.mean(axis=-1, keepdims=True) + epsilon)
    return x + weights[f"{name}.weight"] * x * share + weights[f"{name}.bias"]


def _l2_normalize(x: ndarray, epsilon: float) -> ndarray:
    """Divide each cell by the length of its channels."""
    return x / numpy.maximum(numpy.sqrt((x**2).sum(axis=-1, keepdims=True)), epsilon)


def _scale(x: ndarray, factor: float) -> ndarray:
    return x * factor


def _layer_scale(x: ndarray, weights: Mapping[str, ndarray], name: str) -> ndarray:
    return x * weights[f"{name}.weight"]


def _affine(x: ndarray, weights: Mapping[str, ndarray], name: str) -> ndarray:
    """Scale and shift; one number is spread over all channels as it is."""
    return x * weights[f"{name}.weight"] + weights.get(f"{name}.bias", 0)


def _radix_softmax(x: ndarray, radix: int) -> ndarray:
    """Compare the parts with each other."""
    parts = numpy.stack(numpy.split(x, radix, axis=-1))
    powers = numpy.exp(parts - parts.max(axis=0))
    return numpy.concatenate([*(powers / powers.sum(axis=0))], axis=-1)


def _channel_conv(x: ndarray, weights: Mapping[str, ndarray], name: str, kernel: int) -> ndarray:
    """Add up the neighbours, each times its weight."""
    padded = numpy.pad(x, ((0, 0), (kernel // 2, kernel // 2)))
    filters = enumerate(weights[f"{name}.weight"].ravel())
    return sum(weight * padded[:, at : at + x.shape[1]] for at, weight in filters)


def _flatten(x: ndarray) -> ndarray:
    """Lay a map out: channels, height, width."""
    return numpy.moveaxis(x, -1, 1).reshape(len(x), -1)


def _upsample_nearest(x: ndarray, factor: int | tuple[int, int]) -> ndarray:
    """Copy the nearest neighbour."""
    down, across = _pair(factor)
    return x.repeat(down, axis=1).repeat(across, axis=2)


def _upsample_bilinear(x: ndarray, factor: int | tuple[int, int]) -> ndarray:
    """Weigh the four neighbours of each cell, whose centre is at a half."""
    for axis, times in zip((1, 2), _pair(factor), strict=True):
        size = x.shape[axis]
        at = numpy.clip((numpy.arange(size * times) + 0.5) / times - 0.5, 0, size - 1)
        low = at.astype(int)
        share = (at - low).astype(x.dtype).reshape((-1, 1) if axis == 2 else (-1, 1, 1))
        high = numpy.minimum(low + 1, size - 1)
        x = x.take(low, axis) * (1 - share) + x.take(high, axis) * share
    return x


def _slice(x: ndarray, start: int, stop: int) -> ndarray:
    return x[..., start:stop]


def _channel_shuffle(x: ndarray, groups: int) -> ndarray:
    """Deal the channels out anew."""
    split = x.reshape(*x.shape[:-1], groups, -1)
    return split.swapaxes(-1, -2).reshape(x.shape)


def _average(*xs: ndarray) -> ndarray:
    return numpy.stack(xs).mean(axis=0)


def _maximum(*xs: ndarray) -> ndarray:
    return numpy.stack(xs).max(axis=0)


def _minimum(*xs: ndarray) -> ndarray:
    return numpy.stack(xs).min(axis=0)


def _concat(*xs: ndarray) -> ndarray:
    return numpy.concatenate(xs, axis=-1)


def _identity(x: ndarray) -> ndarray:
    return x


def _relu(x: ndarray) -> ndarray:
    return numpy.maximum(x, 0)


def _relu6(x: ndarray) -> ndarray:
    return numpy.clip(x, 0, 6)


def _leaky_relu(x: ndarray, slope: float) -> ndarray:
    return numpy.where(x > 0, x, x * slope)


def _prelu(x: ndarray, weights: Mapping[str, ndarray], name: str) -> ndarray:
    return numpy.where(x > 0, x, x * weights[f"{name}.weight"])


def _elu(x: ndarray, alpha: float) -> ndarray:
    return numpy.where(x > 0, x, alpha * numpy.expm1(numpy.minimum(x, 0)))


def _gelu(x: ndarray, approximate: bool) -> ndarray:
    if approximate:
        return x / 2 * (1 + numpy.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    erf = numpy.vectorize(math.erf, otypes=[x.dtype])(x / math.sqrt(2))
    return x * (1 + erf) / 2


def _silu(x: ndarray) -> ndarray:
    return x * _sigmoid(x)


def _sigmoid(x: ndarray) -> ndarray:
    return (1 + numpy.tanh(x / 2)) / 2


def _tanh(x: ndarray) -> ndarray:
    return numpy.tanh(x)


def _hard_tanh(x: ndarray, low: float, high: float) -> ndarray:
    return numpy.clip(x, low, high)


def _softplus(x: ndarray) -> ndarray:
    return numpy.maximum(x, 0) + numpy.log1p(numpy.exp(-abs(x)))


def _softsign(x: ndarray) -> ndarray:
    return x / (1 + abs(x))


def _mish(x: ndarray) -> ndarray:
    return x * numpy.tanh(_softplus(x))


def _hard_sigmoid(x: ndarray) -> ndarray:
    return numpy.clip(x + 3, 0, 6) / 6


def _hard_swish(x: ndarray) -> ndarray:
    return x * _hard_sigmoid(x)


def _softmax(x: ndarray) -> ndarray:
    found = numpy.exp(x - x.max(axis=-1, keepdims=True))
    return found / found.sum(axis=-1, keepdims=True)


def whole(value: float) -> int:
    """Return a whole number as one; refuse what is none."""
    if value != int(value):
        raise ValueError(f"{value} is no whole number")
    return int(value)


def round_to(value: float, divisor: int) -> int:
    """Round to the nearest multiple of a divisor that is at least nine tenths of the value."""
    found = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return found + divisor if found < 0.9 * value else found
