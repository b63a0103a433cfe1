"""How frameworks call and lay out the variables of a layer, and tensors turned from one to another.

Ours is PyTorch's layout: kernels are filters, channels, height, width, and units, channels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from archspec.graph import Graph, Node
from archspec.operator import Parameter
from archspec.operators.conv2d import Conv2d
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.grid import Flatten
from archspec.operators.scale import LayerScale
from archspec.tensor import TensorType
from archspec.weights.expected import Expected


@dataclass(frozen=True)
class Layout:
    """How a framework names and lays out the tensors of one node.

    ``kernels`` and ``norms`` give its names for ours. ``moved`` says whether the channels of
    kernels stand last, as in TensorFlow, where ours have them first; ``flattened`` whether those
    of maps that were flattened do.
    """

    separator: str = "."
    kernels: Mapping[str, str] = field(default_factory=dict)
    norms: Mapping[str, str] = field(default_factory=dict)
    moved: bool = False
    flattened: bool = False

    def variable(self, node: Node, parameter: Parameter) -> str:
        """Name a parameter of a node as the framework does."""
        names = self.norms if node.op.role == "norm" else self.kernels
        return names.get(parameter.name, parameter.name)


_STATISTICS = {"running_mean": "moving_mean", "running_var": "moving_variance", "bias": "beta"}
_NORMS = {"weight": "gamma", **_STATISTICS}

TORCH = Layout()
KERAS = Layout("/", {"weight": "kernel"}, _NORMS, moved=True, flattened=True)
SLIM = Layout("/", {"weight": "weights", "bias": "biases"}, _NORMS, moved=True, flattened=True)
EMITTED = replace(KERAS, flattened=False)
"""What Keras saves of an emitted model, which flattens channels first."""

LAYOUTS: Mapping[str, Layout] = {"torch": TORCH, "keras": KERAS, "slim": SLIM}

_TO_OURS = {2: (1, 0), 4: (3, 2, 0, 1)}
_TO_THEIRS = {2: (1, 0), 4: (2, 3, 1, 0)}
"""Permutations of kernels by rank: HWIO to OIHW, in x out to out x in, and back."""


def ours(array: Any, wanted: Expected, layout: Layout, graph: Graph) -> Any:
    """Bring a framework's tensor into our layout; what does not fit keeps a shape that tells so."""
    if layout.moved and wanted.node.op.role != "norm":
        return _moved(array, wanted, layout, graph)
    return array


def _moved(array: Any, wanted: Expected, layout: Layout, graph: Graph) -> Any:
    """Turn a kernel of TensorFlow's around."""
    if _is_scale(wanted) and array.size == wanted.shape[0]:
        return array.reshape(wanted.shape)
    if array.ndim == 4 and array.shape[2] > 1 and is_depthwise(wanted.node):
        array = array.reshape(*array.shape[:2], 1, -1)
    if array.ndim not in _TO_OURS:
        return array
    turned = array.transpose(_TO_OURS[array.ndim])
    source = flattened(wanted.node, graph) if layout.flattened else None
    if source is None or turned.ndim != 2 or turned.shape[1] != source.size:
        return turned
    return turned.reshape(-1, *source.shape).transpose(0, 3, 1, 2).reshape(turned.shape)


def theirs(array: Any, wanted: Expected, layout: Layout, graph: Graph) -> Any:
    """Bring a tensor of ours into a framework's layout."""
    from numpy import ascontiguousarray

    if layout.moved and wanted.node.op.role != "norm":
        array = _returned(array, wanted, layout, graph)
    return ascontiguousarray(array)


def _returned(array: Any, wanted: Expected, layout: Layout, graph: Graph) -> Any:
    source = flattened(wanted.node, graph) if layout.flattened else None
    if source is not None and array.ndim == 2:
        height, width, channels = source.shape
        array = array.reshape(-1, channels, height, width).transpose(0, 2, 3, 1)
        array = array.reshape(len(array), -1)
    if array.ndim in _TO_THEIRS:
        array = array.transpose(_TO_THEIRS[array.ndim])
    if array.ndim == 4 and is_depthwise(wanted.node):
        channels = wanted.node.inputs[0].channels
        array = array.reshape(*array.shape[:2], channels, -1)
    return array


def shape_of_theirs(wanted: Expected, layout: Layout, graph: Graph) -> tuple[int, ...]:
    """Give the shape that a tensor has in a framework's layout."""
    from numpy import broadcast_to, float32

    hollow = broadcast_to(float32(0), wanted.shape)
    if layout.moved and wanted.node.op.role != "norm":
        hollow = _returned(hollow, wanted, replace(layout, flattened=False), graph)
    return tuple(hollow.shape)


def regridded(array: Any, wanted: Expected, graph: Graph) -> Any:
    """Take a 1x1 convolution for a dense layer, or the other way round: the numbers are the same.

    A convolution whose window covers the map that a dense layer gets flattened is that layer, too.
    """
    if _without_ones(array.shape) == _without_ones(wanted.shape):
        return array.reshape(wanted.shape)
    source = flattened(wanted.node, graph) if len(wanted.shape) == 2 and array.ndim == 4 else None
    if source is not None and array.shape[1:] == (source.channels, *source.grid):
        return array.reshape(len(array), -1)
    return array


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Leave out the extents of one at the end, but never the first two of a kernel."""
    kept = list(shape)
    while len(kept) > 1 and kept[-1] == 1:
        kept.pop()
    return tuple(kept)


def _is_scale(wanted: Expected) -> bool:
    return isinstance(wanted.node.op, LayerScale)


def is_depthwise(node: Node) -> bool:
    """Whether a node is a convolution of each channel by itself, which Keras has a layer for."""
    return isinstance(node.op, Conv2d) and 1 < node.op.groups == node.inputs[0].channels


def flattened(node: Node, graph: Graph) -> TensorType | None:
    """Find the map that a dense layer gets flattened; None where it gets another vector."""
    if not isinstance(node.op, FullyConnected):
        return None
    for before in _chain(node, graph):
        if isinstance(before.op, Flatten):
            return before.inputs[0] if _is_laid_out(before.inputs[0], node) else None
        if tuple(before.op.parameters(*before.inputs)) or len(before.sources) != 1:
            return None
    return None


def _is_laid_out(source: TensorType, node: Node) -> bool:
    return source.is_map and source.size == node.inputs[0].size


def _chain(node: Node, graph: Graph) -> Iterator[Node]:
    """Walk from a node towards the input, as long as each has one node before it."""
    while len(node.sources) == 1 and node.sources[0] in graph.nodes:
        node = graph.nodes[node.sources[0]]
        yield node
