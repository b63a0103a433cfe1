"""What tools count beside multiply-accumulates, inputs and outputs."""

from __future__ import annotations

from math import prod
from typing import Any

from archspec.analysis.conventions import for_each
from archspec.graph import Node
from archspec.window import Side
from archspec_torch.windows import rest


@for_each("cell")
def cells(node: Node) -> int:
    """Count the cells of the result's grid; a vector is one."""
    return prod(node.output.grid)


@for_each("weight and output cell")
def spread(node: Node) -> int:
    """Count a transposed convolution as if it were a convolution, which it is about stride^2 of."""
    op: Any = node.op
    weights: int = prod(op.kernel) * (node.inputs[0].channels // op.groups)
    return node.output.size * weights


@for_each("bias added before cropping")
def early_biases(node: Node) -> int:
    """Count the biases of a transposed convolution that is cropped afterwards."""
    op: Any = node.op
    return uncropped(node) if op.bias else 0


def uncropped(node: Node) -> int:
    """Count the numbers of a transposed convolution before what PyTorch cannot crop is cropped."""
    op: Any = node.op
    height, width = node.output.grid
    top, bottom, left, right = rest(*op.crops(node.inputs[0]))
    return (height + top + bottom) * (width + left + right) * node.output.channels


@for_each("operation of archspec's FLOPs")
def pointwise(node: Node) -> int:
    """Count the single operations: of a pool, the cells of its windows."""
    return node.op.cost(node.output, *node.inputs).pointwise


@for_each("cell of a window")
def window_cells(node: Node) -> int:
    """Count the cells of a pool's windows in one channel."""
    return node.op.cost(node.output, *node.inputs).pointwise // node.output.channels


@for_each("cell of a window inside the padded map")
def clipped(node: Node) -> int:
    """Count the cells of an average pool's windows that count."""
    op: Any = node.op
    x = node.inputs[0]
    pads = op.pads(x)
    sides = zip(op.window(x), pads[::2], node.output.grid, strict=True)
    rows, columns = (_inside(side, low, count, op.count_padding) for side, low, count in sides)
    return rows * columns * x.channels


def _inside(side: Side, low: int, count: int, counts_padding: bool) -> int:
    margin = low if counts_padding else 0
    starts = (step * side.stride - low for step in range(count))
    return sum(
        min(start + side.kernel, side.size + margin) - max(start, -margin) for start in starts
    )


@for_each("input of the padded map")
def padded(node: Node) -> int:
    """Count the numbers of the map that a pool is given with its padding around it."""
    return padded_grid(node) * node.inputs[0].channels


@for_each("cell of the padded map")
def padded_cells(node: Node) -> int:
    """Count its cells."""
    return padded_grid(node)


def padded_grid(node: Node) -> int:
    """Count the cells of a map with the padding that a pool needs."""
    op: Any = node.op
    height, width = node.inputs[0].grid
    top, bottom, left, right = op.reach(node.inputs[0])
    rows: int = height + top + bottom
    columns: int = width + left + right
    return rows * columns


@for_each("cell and channel, beside those that lie around")
def cubes(node: Node) -> int:
    """Count what local response normalisation averages: the map with zero channels around it."""
    op: Any = node.op
    x = node.inputs[0]
    channels: int = x.channels + op.size - 1
    return prod(x.grid) * channels
