"""What onnx-tool counts of an exported file, by ``onnx_tool/node.py``.

An exponential is 32 of its MACs, a logarithm 43, a root 24 and a division 4. The exporter folds the
norms behind convolutions, and drops what changes nothing in inference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import prod
from typing import Any

from archspec.analysis.conventions import (
    Convention,
    Counting,
    Rule,
    Rules,
    biases,
    for_each,
    inputs,
    macs,
    nothing,
    outputs,
)
from archspec.graph import Graph, Node
from archspec.operator import Operator
from archspec.operators import activation, pool
from archspec.operators.channels import ChannelShuffle, Slice
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.grid import Flatten, ResizeTo, Upsample
from archspec.operators.merge import Add, Average, Maximum, Minimum, Multiply, Subtract
from archspec.operators.norm import (
    BatchNorm,
    GroupNorm,
    InstanceNorm,
    L2Normalize,
    LayerNorm,
    RmsNorm,
)
from archspec.operators.prelu import Prelu
from archspec.operators.response import LocalResponseNorm
from archspec.operators.scale import Affine, LayerScale, Scale
from archspec.operators.selection import ChannelConv, RadixSoftmax
from archspec.operators.standardize import Standardize
from archspec_torch.counters.measures import cells, early_biases, pointwise, uncropped

EXPONENTIAL, ROOT, DIVISION, LOGARITHM = 32, 24, 4, 43


@for_each("channel")
def channels(node: Node) -> int:
    """Count the channels of the result."""
    return node.output.channels


@for_each("output and weight of its filter")
def filtered(node: Node) -> int:
    """Count a transposed convolution by the filters of one input channel."""
    op: Any = node.op
    weights: int = prod(op.kernel) * (op.filters // op.groups)
    return uncropped(node) * weights


@for_each("example")
def examples(node: Node) -> int:
    """Count one."""
    return 1


@for_each("number of an axis or size")
def _stored(node: Node) -> int:
    """Count one."""
    return 1


Constant = tuple[str | float, ...]
"""What a constant is for, and its numbers."""

_OPERATIONS: Mapping[type[Operator], Rule | Callable[[Any], Rule]] = {
    **dict.fromkeys((Conv2d, FullyConnected), macs + biases),
    ChannelConv: macs,
    ConvTranspose2d: filtered + early_biases,
    BatchNorm: (3 + ROOT + DIVISION) * outputs,
    LayerNorm: 7 * outputs + (1 + ROOT + DIVISION) * cells,
    RmsNorm: (EXPONENTIAL + 3) * outputs + (1 + ROOT + DIVISION) * cells,
    InstanceNorm: 7 * outputs,
    GroupNorm: 9 * outputs,
    LocalResponseNorm: lambda op: (3 + op.size + EXPONENTIAL + DIVISION) * outputs,
    **dict.fromkeys((pool.MaxPool, pool.AvgPool), pointwise),
    **dict.fromkeys((pool.GlobalAvgPool, pool.GlobalMaxPool), inputs),
    **dict.fromkeys((pool.ChannelAvgPool, pool.ChannelMaxPool), inputs),
    activation.Relu: outputs,
    **dict.fromkeys((activation.Relu6, activation.HardTanh, activation.LeakyRelu), 2 * outputs),
    activation.Elu: (EXPONENTIAL + 3) * outputs,
    activation.Gelu: (EXPONENTIAL + 2) * outputs,
    activation.Silu: (EXPONENTIAL + 1) * outputs,
    activation.Sigmoid: EXPONENTIAL * outputs,
    activation.Tanh: (2 * EXPONENTIAL + 2 + 2 * DIVISION + 2) * outputs,
    activation.HardSigmoid: 4 * outputs,
    activation.HardSwish: 5 * outputs,
    activation.Softplus: (EXPONENTIAL + 1 + LOGARITHM + 1) * outputs,
    activation.Softsign: (2 + DIVISION) * outputs,
    **dict.fromkeys((activation.Softmax, RadixSoftmax), (EXPONENTIAL + DIVISION) * outputs),
    Prelu: 2 * outputs,
    **dict.fromkeys((Scale, LayerScale), outputs),
    Affine: lambda op: (2 if op.bias else 1) * outputs,
    Standardize: (1 + DIVISION) * outputs,
    **dict.fromkeys((Add, Subtract, Multiply, Maximum, Minimum), pointwise),
    Average: pointwise + (DIVISION - 1) * outputs,
    **dict.fromkeys((Upsample, ResizeTo), lambda op: (0 if op.mode == "nearest" else 4) * outputs),
}

_FOLDED = Rule(why="since it is folded")
_SHARED = Rule(why="since an equal one is there already")


def _rules(graph: Graph) -> Rules:
    found = dict(_counted(graph))
    return lambda node: found[node.path]


def _counted(graph: Graph) -> Iterator[tuple[str, Counting]]:
    """Count each node: what repeats another is left out, and constants that are equal are one.

    Not told are the zeros around what several convolutions pad unevenly.
    """
    values = _values(graph)
    stored: set[Constant] = set()
    for path, node in graph.nodes.items():
        if values[path] != path:
            yield path, Counting(_SHARED, _SHARED)
            continue
        new = _constants(node) - stored
        stored |= new
        operations, kept = _counting(graph, node)
        numbers = sum(len(each) - 1 for each in new)
        yield path, Counting(operations, kept + numbers * _stored if numbers else kept)


def _values(graph: Graph) -> dict[str, str]:
    """Map each node to the first that computes the same value."""
    firsts: dict[object, str] = {}
    found: dict[str, str] = {}
    for path, node in graph.nodes.items():
        sources = tuple(found.get(source, source) for source in node.sources)
        learns = any(node.op.parameters(*node.inputs))
        found[path] = path if learns else firsts.setdefault((node.op, sources), path)
    return found


def _counting(graph: Graph, node: Node) -> Counting:
    if isinstance(node.op, BatchNorm):
        return _norm(graph, node)
    if isinstance(node.op, L2Normalize):
        size = sum(given.type.size for given in graph.inputs.values())
        return Counting((1 + ROOT) * inputs + 2 * examples + DIVISION * size * outputs)
    found = _OPERATIONS.get(type(node.op), nothing)
    return Counting(found if isinstance(found, Rule) else found(node.op))


def _norm(graph: Graph, node: Node) -> Counting:
    """Fold a norm into the convolution before it, which takes over its shift as a bias."""
    before = graph.producer(node.sources[0])
    if before is None or graph.uses(before.path) > 1 or not isinstance(before.op, _FOLDING):
        return Counting((3 + ROOT + DIVISION) * outputs, 4 * channels)
    return Counting(_FOLDED, _FOLDED) if before.op.bias else Counting(outputs, channels)


def _constants(node: Node) -> set[Constant]:
    """List the constants that a node of the file reads, axes and sizes, by value."""
    op: Any = node.op
    if isinstance(op, pool.GlobalPool):
        return {("axes", 2, 3)}
    if isinstance(op, L2Normalize):
        return {("number", op.epsilon), ("number", op.word)}
    if isinstance(op, Slice):
        return {("number", op.start), ("number", op.stop), ("number", 1)}
    if isinstance(op, ChannelShuffle):
        cells = (op.groups, node.output.channels // op.groups, *node.output.grid)
        return {("shape", -1, *cells), ("shape", -1, node.output.channels, *node.output.grid)}
    if isinstance(op, Upsample):
        return {("scales", 1, 1, *op.factor)}
    if isinstance(op, Flatten):
        return {("shape", -1, node.output.channels)}
    return set()


_FOLDING = (Conv2d, ConvTranspose2d, FullyConnected)

ONNX_TOOL = Convention(
    "MACs",
    "onnx-tool 1.0.1 counts the nodes of an exported file, in which norms are folded into "
    "convolutions: biases, comparisons, sums and cells of pools are one MAC each, a division 4, "
    "a root 24 and an exponential 32; what it counts of adaptive pools, Mish and global "
    "response norms is not known",
    _rules,
)
