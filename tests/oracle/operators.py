"""What the operators compute, in double precision on batches: N x height x width x channels."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tests.oracle import grids
from tests.oracle.grids import pair
from tests.oracle.selection import SELECTION
from tests.oracle.windows import Array, Side, added, count, cut, surrounded, windows

Attributes = Mapping[str, Any]
Weights = Callable[[str], Array]
"""The tensor of an operator by its short name, such as ``weight``."""

_CONV = {"stride": 1, "dilation": 1, "padding": "same", "groups": 1, "bias": True}
DEFAULTS: Mapping[str, Attributes] = {
    "conv2d": _CONV,
    "conv_transpose2d": {**_CONV, "output_padding": 0},
    "depthwise_conv": {"multiplier": 1},
    "fully_connected": {"bias": True},
    "max_pool": {"stride": 1, "padding": "same", "ceil": False},
    "avg_pool": {"stride": 1, "padding": "same", "ceil": False, "count_padding": False},
    "global_avg_pool": {"keepdims": False},
    "global_max_pool": {"keepdims": False},
    "pad": {"mode": "zeros"},
    "depth_to_space": {"outer": "channels"},
    "space_to_depth": {"outer": "channels"},
    "leaky_relu": {"slope": 0.01},
    "elu": {"alpha": 1.0},
    "gelu": {"approximate": False},
    "slice": {"start": 0},
    "upsample": {"mode": "nearest"},
    "resize_to": {"mode": "nearest"},
    "batch_norm": {"epsilon": 1e-3, "momentum": 0.99, "gamma": True},
    "layer_norm": {"epsilon": 1e-5, "bias": True},
    "group_norm": {"groups": 32, "epsilon": 1e-5, "bias": True},
    "instance_norm": {"epsilon": 1e-5, "affine": True},
    "rms_norm": {"epsilon": 1e-6},
    "local_response_norm": {"size": 5, "alpha": 1e-4, "beta": 0.75, "k": 1},
    "global_response_norm": {"epsilon": 1e-6},
    "l2_normalize": {"epsilon": 1e-12},
    "prelu": {"initial": 0.25, "shared": False},
    "affine": {"initial": 1.0, "shared": False, "bias": True},
    "standardize": {"mean": 0, "deviation": 1},
    "hard_tanh": {"low": -1, "high": 1},
    "layer_scale": {"initial": 1e-6},
    "residual": {"scale": 1, "activation": "none"},
}
MAIN: Mapping[str, str] = {
    **dict.fromkeys(("conv", "conv2d", "conv_transpose", "conv_transpose2d"), "filters"),
    **dict.fromkeys(("dense", "fully_connected"), "units"),
    **dict.fromkeys(("max_pool", "avg_pool", "channel_conv"), "kernel"),
    **dict.fromkeys(("adaptive_avg_pool", "adaptive_max_pool", "resize_to"), "grid"),
    **dict.fromkeys(("upsample", "scale"), "factor"),
    **dict.fromkeys(("pad", "crop"), "cells"),
    **dict.fromkeys(("channel_shuffle", "group_norm"), "groups"),
    **dict.fromkeys(("layer_scale", "prelu", "affine"), "initial"),
    "depthwise_conv": "multiplier",
    "leaky_relu": "slope",
    "elu": "alpha",
    **dict.fromkeys(("dropout", "drop_path"), "rate"),
    **dict.fromkeys(("depth_to_space", "space_to_depth"), "block"),
    "local_response_norm": "size",
    "radix_softmax": "radix",
}


def sides(attributes: Attributes) -> tuple[Side, Side]:
    """Return the window of a kernel along height and along width."""
    settings = zip(
        pair(attributes["kernel"]),
        pair(attributes["stride"]),
        pair(attributes.get("dilation", 1)),
        strict=True,
    )
    height, width = (Side(*each) for each in settings)
    return height, width


def _pads(x: Array, window: tuple[Side, Side], padding: Any) -> list[tuple[int, int]]:
    return [added(side, padding, x.shape[1 + n], index=n) for n, side in enumerate(window)]


def conv2d(x: Array, attributes: Attributes, weights: Weights) -> Array:
    """Slide filters over a map."""
    window, groups = sides(attributes), int(attributes["groups"])
    pads = _pads(x, window, attributes["padding"])
    counts = _counts(x, window, pads, ceil=False)
    weight = weights("weight")
    parts = np.split(surrounded(x, pads, 0.0), groups, axis=-1)
    filters = np.split(weight, groups, axis=0)
    found = [
        sum(seen @ kernel[:, :, i, j].T for i, j, seen in windows(part, window, counts))
        for part, kernel in zip(parts, filters, strict=True)
    ]
    return _biased(np.concatenate(found, axis=-1), attributes, weights)


def _counts(
    x: Array, window: tuple[Side, Side], pads: list[tuple[int, int]], *, ceil: bool
) -> tuple[int, int]:
    height, width = (
        count(side, x.shape[1 + n], pads[n], ceil=ceil) for n, side in enumerate(window)
    )
    return height, width


def _biased(x: Array, attributes: Attributes, weights: Weights) -> Array:
    return x + weights("bias") if attributes["bias"] else x


def conv_transpose2d(x: Array, attributes: Attributes, weights: Weights) -> Array:
    """Let every cell stamp its filter, then cut the padding off."""
    window, groups = sides(attributes), int(attributes["groups"])
    cells = [(x.shape[1 + n] - 1) * side.stride + side.span for n, side in enumerate(window)]
    kernels = np.split(weights("weight"), groups, axis=0)
    parts = np.split(x, groups, axis=-1)
    stamped = np.concatenate(
        [
            _stamped(part, kernel, window, cells)
            for part, kernel in zip(parts, kernels, strict=True)
        ],
        axis=-1,
    )
    extra = pair(attributes["output_padding"])
    for n, side in enumerate(window):
        before, after = _cuts(side, attributes["padding"], x.shape[1 + n], n)
        stamped = cut(stamped, 1 + n, before, after - extra[n])
    return _biased(stamped, attributes, weights)


def _stamped(x: Array, kernel: Array, window: tuple[Side, Side], cells: list[int]) -> Array:
    canvas = np.zeros((len(x), *cells, kernel.shape[1]))
    for i, j, seen in windows(canvas, window, (x.shape[1], x.shape[2])):
        rows = i * window[0].dilation + np.arange(x.shape[1]) * window[0].stride
        columns = j * window[1].dilation + np.arange(x.shape[2]) * window[1].stride
        canvas[:, rows[:, None], columns] = seen + x @ kernel[:, :, i, j]
    return canvas


def _cuts(side: Side, padding: Any, cells: int, index: int) -> tuple[int, int]:
    """Find what is cut off: for ``same``, all but the stride times the cells."""
    if padding != "same":
        return added(side, padding, cells, index=index)
    total = side.span - side.stride
    return (total // 2, total - total // 2) if total > 0 else (0, total)


def fully_connected(x: Array, attributes: Attributes, weights: Weights) -> Array:
    """Connect every number with every unit."""
    return _biased(x @ weights("weight").T, attributes, weights)


def max_pool(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    """Take the largest of each window."""
    window = sides(attributes)
    pads = _pads(x, window, attributes["padding"])
    counts = _counts(x, window, pads, ceil=attributes["ceil"])
    over = [(before, after + side.span) for (before, after), side in zip(pads, window, strict=True)]
    return np.maximum.reduce(
        [seen for _, _, seen in windows(surrounded(x, over, -np.inf), window, counts)]
    )


def avg_pool(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    """Average the cells of each window that count."""
    window = sides(attributes)
    pads = _pads(x, window, attributes["padding"])
    counts = _counts(x, window, pads, ceil=attributes["ceil"])
    inside = surrounded(np.ones_like(x), pads, float(attributes["count_padding"]))
    hanging = [(0, side.span) for side in window]
    cells, ones = (surrounded(each, hanging, 0.0) for each in (surrounded(x, pads, 0.0), inside))
    total = sum(seen for _, _, seen in windows(cells, window, counts))
    return total / sum(seen for _, _, seen in windows(ones, window, counts))


def batch_norm(x: Array, attributes: Attributes, weights: Weights) -> Array:
    """Normalise by the running statistics."""
    normal = (x - weights("running_mean")) / np.sqrt(weights("running_var") + attributes["epsilon"])
    return (normal * weights("weight") if attributes["gamma"] else normal) + weights("bias")


def batch_norm_in_training(
    x: Array, attributes: Attributes, weights: Weights, *, biased: bool
) -> tuple[Array, dict[str, Array]]:
    """Normalise by the mean and variance of all cells of the batch; move the running ones."""
    cells = x.reshape(-1, x.shape[-1])
    mean = cells.sum(0) / len(cells)
    squares = ((cells - mean) ** 2).sum(0)
    centred = (x - mean) / np.sqrt(squares / len(cells) + attributes["epsilon"])
    variance = squares / (len(cells) if biased else len(cells) - 1)
    kept = attributes["momentum"]
    moved = {
        "running_mean": kept * weights("running_mean") + (1 - kept) * mean,
        "running_var": kept * weights("running_var") + (1 - kept) * variance,
    }
    scaled = centred * weights("weight") if attributes["gamma"] else centred
    return scaled + weights("bias"), moved


def layer_norm(x: Array, attributes: Attributes, weights: Weights) -> Array:
    """Normalise each cell over its channels."""
    centred = x - x.mean(-1, keepdims=True)
    variance = (centred**2).mean(-1, keepdims=True)
    scaled = centred / np.sqrt(variance + attributes["epsilon"]) * weights("weight")
    return scaled + weights("bias") if attributes["bias"] else scaled


def group_norm(x: Array, attributes: Attributes, weights: Weights) -> Array:
    """Standardise each group of channels of each example, all its cells together."""
    found = np.empty_like(x)
    size = x.shape[-1] // int(attributes["groups"])
    for start in range(0, x.shape[-1], size):
        for example, into in zip(x, found, strict=True):
            part = example[..., start : start + size]
            deviation = np.sqrt(part.var() + attributes["epsilon"])
            into[..., start : start + size] = (part - part.mean()) / deviation
    scaled = found * weights("weight")
    return scaled + weights("bias") if attributes["bias"] else scaled


def instance_norm(x: Array, attributes: Attributes, weights: Weights) -> Array:
    """Standardise each channel of each example."""
    deviation = np.sqrt(x.var((1, 2)) + attributes["epsilon"])[:, None, None]
    found = (x - x.mean((1, 2))[:, None, None]) / deviation
    return found * weights("weight") + weights("bias") if attributes["affine"] else found


def rms_norm(x: Array, attributes: Attributes, weights: Weights) -> Array:
    """Divide each cell by the length of its channels over the root of their number."""
    power = np.einsum("...c,...c->...", x, x)[..., None] / x.shape[-1]
    return x * weights("weight") * (power + attributes["epsilon"]) ** -0.5


def local_response_norm(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    """Divide each channel by what it and those beside it respond."""
    size, channels = int(attributes["size"]), x.shape[-1]
    near = np.zeros((channels, channels))
    for at in range(channels):
        for other in range(at - size // 2, at - size // 2 + size):
            if 0 <= other < channels:
                near[other, at] = attributes["alpha"] / size
    return x * (attributes["k"] + x**2 @ near) ** -attributes["beta"]


def global_response_norm(x: Array, attributes: Attributes, weights: Weights) -> Array:
    """Add each channel once more, weighed by its length against the mean length."""
    length = np.sqrt((x**2).sum((1, 2)))
    share = length / (length.mean(-1, keepdims=True) + attributes["epsilon"])
    return x + x * (share * weights("weight"))[:, None, None] + weights("bias")


def l2_normalize(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    """Divide each cell by its length."""
    return x / np.maximum(np.sqrt((x**2).sum(-1, keepdims=True)), attributes["epsilon"])


def channel_shuffle(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    """Move channel ``j * n + i`` to ``i * g + j``."""
    groups = int(attributes["groups"])
    size = x.shape[-1] // groups
    found = np.empty_like(x)
    for j in range(groups):
        for i in range(size):
            found[..., i * groups + j] = x[..., j * size + i]
    return found


def _gelu(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    if attributes["approximate"]:
        return x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return x * (1 + np.vectorize(math.erf, otypes=[float])(x / np.sqrt(2))) / 2


def _softmax(x: Array, _attributes: Attributes, _weights: Weights) -> Array:
    raised = np.exp(x - x.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def _sigmoid(x: Array) -> Array:
    return (1 + np.tanh(x / 2)) / 2


def _hard_sigmoid(x: Array) -> Array:
    return np.clip(x + 3, 0, 6) / 6


def _softplus(x: Array) -> Array:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _elu(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    return np.maximum(x, 0) + attributes["alpha"] * np.expm1(np.minimum(x, 0))


OPERATORS: Mapping[str, Callable[[Array, Attributes, Weights], Array]] = {
    "conv2d": conv2d,
    "conv_transpose2d": conv_transpose2d,
    "fully_connected": fully_connected,
    "max_pool": max_pool,
    "avg_pool": avg_pool,
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "group_norm": group_norm,
    "instance_norm": instance_norm,
    "rms_norm": rms_norm,
    "local_response_norm": local_response_norm,
    "global_response_norm": global_response_norm,
    "l2_normalize": l2_normalize,
    "upsample": grids.upsample,
    "resize_to": grids.resize_to,
    "channel_shuffle": channel_shuffle,
    "depth_to_space": grids.depth_to_space,
    "space_to_depth": grids.space_to_depth,
    "drop_path": lambda x, _a, _w: x,
    "pad": grids.pad,
    "crop": grids.crop,
    "gelu": _gelu,
    "softmax": _softmax,
    "elu": _elu,
    "relu": lambda x, _a, _w: np.maximum(x, 0),
    "relu6": lambda x, _a, _w: np.clip(x, 0, 6),
    "leaky_relu": lambda x, a, _w: np.maximum(x, 0) + a["slope"] * np.minimum(x, 0),
    **SELECTION,
    "prelu": lambda x, _a, w: np.maximum(x, 0) + w("weight") * np.minimum(x, 0),
    "hard_tanh": lambda x, a, _w: np.minimum(np.maximum(x, a["low"]), a["high"]),
    "softplus": lambda x, _a, _w: _softplus(x),
    "softsign": lambda x, _a, _w: x / (1 + np.abs(x)),
    "mish": lambda x, _a, _w: x * np.tanh(_softplus(x)),
    "silu": lambda x, _a, _w: x * _sigmoid(x),
    "sigmoid": lambda x, _a, _w: _sigmoid(x),
    "tanh": lambda x, _a, _w: np.tanh(x),
    "hard_sigmoid": lambda x, _a, _w: _hard_sigmoid(x),
    "hard_swish": lambda x, _a, _w: x * _hard_sigmoid(x),
    "slice": lambda x, a, _w: x[..., int(a["start"]) : int(a["stop"])],
    "flatten": lambda x, _a, _w: np.moveaxis(x, -1, 1).reshape(len(x), -1),
    "global_avg_pool": lambda x, a, _w: x.mean((1, 2), keepdims=a["keepdims"]),
    "global_max_pool": lambda x, a, _w: x.max((1, 2), keepdims=a["keepdims"]),
    "adaptive_avg_pool": lambda x, a, _w: grids.shared_out(x, pair(a["grid"]), np.mean),
    "adaptive_max_pool": lambda x, a, _w: grids.shared_out(x, pair(a["grid"]), np.max),
    "channel_avg_pool": lambda x, _a, _w: x.sum(-1, keepdims=True) / x.shape[-1],
    "channel_max_pool": lambda x, _a, _w: np.maximum.reduce(x, axis=-1, keepdims=True),
    "scale": lambda x, a, _w: x * a["factor"],
    "layer_scale": lambda x, _a, weights: x * weights("weight"),
    "dropout": lambda x, _a, _w: x,
    "identity": lambda x, _a, _w: x,
}


_ELEMENTWISE: Mapping[str, Callable[[Array], Array]] = {
    "add": lambda values: values.sum(0),
    "average": lambda values: values.mean(0),
    "maximum": lambda values: values.max(0),
    "minimum": lambda values: values.min(0),
}


def merge(word: str, values: list[Array]) -> Array:
    """Make one value of several."""
    if word == "concat":
        return np.concatenate(values, axis=-1)
    if word == "subtract":
        first, second = values
        return first - second
    if word == "global_attention_pool":
        return grids.attended(*values)
    if word in grids.RESIZING:
        return grids.resized(word, _spread(values[0], 4), values[1])
    if word in _ELEMENTWISE:
        return _ELEMENTWISE[word](np.stack(values))
    rank = max(each.ndim for each in values)
    spread = [_spread(each, rank) for each in values]
    product = spread[0]
    for each in spread[1:]:
        product = product * each
    return product


def _spread(x: Array, rank: int) -> Array:
    """Give a vector the 1x1 grid that it has among maps."""
    return x.reshape(len(x), 1, 1, -1) if x.ndim < rank else x
