"""Every operator computed slowly and plainly with numpy, to compare backends with.

Values are one example: maps height x width x channels, or vectors. Parameters are by name, in
PyTorch's layout. Sources: the formulas of the operators' pages.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from archspec.operator import Operator
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
from archspec.operators.pool import AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool, Pool
from archspec.operators.scale import LayerScale, Scale
from archspec.tensor import TensorType

Array = NDArray[np.float64]
Parameters = Mapping[str, Array]
Cell = tuple[int, int]


def compute(op: Operator, inputs: list[Array], parameters: Parameters) -> Array:
    """Apply an operator in inference."""
    kind = TensorType(inputs[0].shape)
    return RULES[type(op)](op, kind, inputs, parameters)


def conv2d(op: Conv2d, kind: TensorType, inputs: list[Array], parameters: Parameters) -> Array:
    (x,), weight = inputs, parameters["weight"]
    out = op.infer(kind)
    result = np.zeros(out.shape)
    for cell, read in windows(op, kind, out):
        for tap, (row, column) in read:
            result[cell] += dot(op, weight[:, :, tap[0], tap[1]], x[row, column])
    return result + parameters.get("bias", np.zeros(op.filters))


def dot(op: Conv2d, weight: Array, values: Array) -> Array:
    """Multiply the channels of one cell with one tap of all filters, group by group."""
    groups = zip(np.split(weight, op.groups), np.split(values, op.groups), strict=True)
    return np.concatenate([own @ part for own, part in groups])


def windows(
    op: Conv2d | Pool, kind: TensorType, out: TensorType
) -> Iterator[tuple[Cell, list[tuple[Cell, Cell]]]]:
    """List for each output cell which tap reads which cell of the map, padding left out."""
    top, _, left, _ = op.pads(kind)
    height, width = kind.grid
    dilation = getattr(op, "dilation", (1, 1))
    for i, j in np.ndindex(*out.grid):
        places = (
            ((a, b), (i * op.stride[0] + a * dilation[0], j * op.stride[1] + b * dilation[1]))
            for a, b in np.ndindex(*op.kernel)
        )
        moved = ((tap, (row - top, column - left)) for tap, (row, column) in places)
        yield (
            (i, j),
            [each for each in moved if 0 <= each[1][0] < height and 0 <= each[1][1] < width],
        )


def conv_transpose2d(
    op: ConvTranspose2d, kind: TensorType, inputs: list[Array], parameters: Parameters
) -> Array:
    (x,), weight = inputs, parameters["weight"]
    out = op.infer(kind)
    top, _, left, _ = op.crops(kind)
    result = np.zeros(out.shape)
    per_group, channels = op.filters // op.groups, x.shape[2] // op.groups
    for row, column in np.ndindex(*kind.grid):
        for a, b in np.ndindex(*op.kernel):
            i = row * op.stride[0] + a * op.dilation[0] - top
            j = column * op.stride[1] + b * op.dilation[1] - left
            if not (0 <= i < out.grid[0] and 0 <= j < out.grid[1]):
                continue
            for group in range(op.groups):
                own = slice(group * channels, (group + 1) * channels)
                stamped = x[row, column, own] @ weight[own, :, a, b]
                result[i, j, group * per_group : (group + 1) * per_group] += stamped
    return result + parameters.get("bias", np.zeros(op.filters))


def max_pool(op: MaxPool, kind: TensorType, inputs: list[Array], _: Parameters) -> Array:
    (x,), out = inputs, op.infer(kind)
    result = np.zeros(out.shape)
    for cell, read in windows(op, kind, out):
        result[cell] = np.max([x[place] for _, place in read], axis=0)
    return result


def avg_pool(op: AvgPool, kind: TensorType, inputs: list[Array], _: Parameters) -> Array:
    (x,), out = inputs, op.infer(kind)
    result = np.zeros(out.shape)
    for cell, read in windows(op, kind, out):
        count = padded_cells(op, kind, cell) if op.count_padding else len(read)
        result[cell] = np.sum([x[place] for _, place in read], axis=0) / count
    return result


def padded_cells(op: AvgPool, kind: TensorType, cell: Cell) -> int:
    """Count the cells of a window that lie in the map or its padding; the overhang does not."""
    top, bottom, left, right = op.pads(kind)
    rows = min(cell[0] * op.stride[0] + op.kernel[0], kind.grid[0] + top + bottom)
    columns = min(cell[1] * op.stride[1] + op.kernel[1], kind.grid[1] + left + right)
    return (rows - cell[0] * op.stride[0]) * (columns - cell[1] * op.stride[1])


def fully_connected(
    op: FullyConnected, kind: TensorType, inputs: list[Array], parameters: Parameters
) -> Array:
    product: Array = parameters["weight"] @ inputs[0]
    return product + parameters.get("bias", np.zeros(op.units))


def batch_norm(
    op: BatchNorm, kind: TensorType, inputs: list[Array], parameters: Parameters
) -> Array:
    scaled = inputs[0] - parameters["running_mean"]
    scaled = scaled / np.sqrt(parameters["running_var"] + op.epsilon)
    return scaled * parameters.get("weight", np.ones(kind.channels)) + parameters["bias"]


def layer_norm(
    op: LayerNorm, kind: TensorType, inputs: list[Array], parameters: Parameters
) -> Array:
    (x,) = inputs
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred**2).mean(axis=-1, keepdims=True)
    normal: Array = centred / np.sqrt(variance + op.epsilon)
    return normal * parameters["weight"] + parameters["bias"]


def l2_normalize(op: L2Normalize, kind: TensorType, inputs: list[Array], _: Parameters) -> Array:
    length = np.sqrt((inputs[0] ** 2).sum(axis=-1, keepdims=True))
    result: Array = inputs[0] / np.maximum(length, op.epsilon)
    return result


def pad(op: Pad, kind: TensorType, inputs: list[Array], _: Parameters) -> Array:
    top, bottom, left, right = op.cells
    return np.pad(inputs[0], ((top, bottom), (left, right), (0, 0)))


def upsample(op: Upsample, kind: TensorType, inputs: list[Array], _: Parameters) -> Array:
    (x,), out = inputs, op.infer(kind)
    result = np.zeros(out.shape)
    for i, j in np.ndindex(*out.grid):
        if op.mode == "nearest":
            result[i, j] = x[i // op.factor[0], j // op.factor[1]]
            continue
        rows = between(i, op.factor[0], kind.grid[0])
        columns = between(j, op.factor[1], kind.grid[1])
        for row, share in rows:
            for column, portion in columns:
                result[i, j] += share * portion * x[row, column]
    return result


def between(place: int, factor: int, size: int) -> list[tuple[int, float]]:
    """Find the two cells around the centre of an enlarged cell, and their shares."""
    centre = min(max((place + 0.5) / factor - 0.5, 0), size - 1)
    low = math.floor(centre)
    return [(low, 1 - (centre - low)), (min(low + 1, size - 1), centre - low)]


def channel_shuffle(
    op: ChannelShuffle, kind: TensorType, inputs: list[Array], _: Parameters
) -> Array:
    each = kind.channels // op.groups
    order = [group * each + place for place in range(each) for group in range(op.groups)]
    return inputs[0][..., order]


def multiply(op: Multiply, kind: TensorType, inputs: list[Array], _: Parameters) -> Array:
    rank = max(each.ndim for each in inputs)
    spread = [each if each.ndim == rank else each[None, None, :] for each in inputs]
    result = spread[0]
    for each in spread[1:]:
        result = result * each
    return result


def softmax(x: Array) -> Array:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    result: Array = powers / powers.sum(axis=-1, keepdims=True)
    return result


def gelu(op: Gelu, x: Array) -> Array:
    if op.approximate:
        share: Array = 1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))
    else:
        share = 1 + np.vectorize(math.erf)(x / math.sqrt(2))
    return x / 2 * share


def sigmoid(x: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-x))
    return result


def elementwise(function: Callable[..., Array]) -> Callable[..., Array]:
    """Turn a function of an operator and a value into a rule."""
    return lambda op, _kind, inputs, _parameters: function(op, inputs[0])


def merged(function: Callable[..., Array]) -> Callable[..., Array]:
    """Turn a function of a list of values into a rule."""
    return lambda _op, _kind, inputs, _parameters: function(inputs)


RULES: Mapping[type[Operator], Callable[..., Array]] = {
    Conv2d: conv2d,
    ConvTranspose2d: conv_transpose2d,
    FullyConnected: fully_connected,
    MaxPool: max_pool,
    AvgPool: avg_pool,
    GlobalAvgPool: elementwise(lambda _op, x: x.mean(axis=(0, 1))),
    GlobalMaxPool: elementwise(lambda _op, x: x.max(axis=(0, 1))),
    BatchNorm: batch_norm,
    LayerNorm: layer_norm,
    L2Normalize: l2_normalize,
    Scale: elementwise(lambda op, x: x * op.factor),
    LayerScale: lambda _op, _kind, inputs, parameters: inputs[0] * parameters["weight"],
    Dropout: elementwise(lambda _op, x: x),
    Identity: elementwise(lambda _op, x: x),
    Flatten: elementwise(lambda _op, x: x.transpose(2, 0, 1).ravel() if x.ndim == 3 else x),
    Pad: pad,
    Upsample: upsample,
    Slice: elementwise(lambda op, x: x[..., op.start : op.stop]),
    ChannelShuffle: channel_shuffle,
    Concat: merged(lambda xs: np.concatenate(xs, axis=-1)),
    Add: merged(lambda xs: np.sum(xs, axis=0)),
    Subtract: merged(lambda xs: xs[0] - xs[1]),
    Multiply: multiply,
    Relu: elementwise(lambda _op, x: np.maximum(x, 0)),
    Relu6: elementwise(lambda _op, x: np.clip(x, 0, 6)),
    LeakyRelu: elementwise(lambda op, x: np.maximum(x, 0) + op.slope * np.minimum(x, 0)),
    Elu: elementwise(lambda op, x: np.where(x > 0, x, op.alpha * np.expm1(np.minimum(x, 0)))),
    Gelu: elementwise(gelu),
    Silu: elementwise(lambda _op, x: x * sigmoid(x)),
    Sigmoid: elementwise(lambda _op, x: sigmoid(x)),
    Tanh: elementwise(lambda _op, x: np.tanh(x)),
    HardSigmoid: elementwise(lambda _op, x: np.clip(x + 3, 0, 6) / 6),
    HardSwish: elementwise(lambda _op, x: x * np.clip(x + 3, 0, 6) / 6),
    Softmax: elementwise(lambda _op, x: softmax(x)),
}
