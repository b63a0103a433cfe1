"""Names and layouts of a layer's variables in frameworks, and conversion between layouts.

Our layout is PyTorch's: (filters, channels, height, width) and (units, channels).
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
    """The names and the layout that a framework uses for the tensors of a node.

    ``kernels`` and ``norms`` map our names to the framework's. ``moved`` is true if kernels have
    their channels last, as in TensorFlow; ``flattened`` if flattened maps have, too.
    """

    separator: str = "."
    kernels: Mapping[str, str] = field(default_factory=dict)
    norms: Mapping[str, str] = field(default_factory=dict)
    moved: bool = False
    flattened: bool = False

    def variable(self, node: Node, parameter: Parameter) -> str:
        """Return the framework's name of a parameter."""
        names = self.norms if node.op.role == "norm" else self.kernels
        return names.get(parameter.name, parameter.name)


_STATISTICS = {"running_mean": "moving_mean", "running_var": "moving_variance", "bias": "beta"}
_NORMS = {"weight": "gamma", **_STATISTICS}

TORCH = Layout()
KERAS = Layout("/", {"weight": "kernel"}, _NORMS, moved=True, flattened=True)
SLIM = Layout("/", {"weight": "weights", "bias": "biases"}, _NORMS, moved=True, flattened=True)
EMITTED = replace(KERAS, flattened=False)
"""The layout that Keras saves for emitted models, which flatten channels first."""

LAYOUTS: Mapping[str, Layout] = {"torch": TORCH, "keras": KERAS, "slim": SLIM}

_TO_OURS = {2: (1, 0), 4: (3, 2, 0, 1)}
_TO_THEIRS = {2: (1, 0), 4: (2, 3, 1, 0)}
"""Permutations of kernels by rank: HWIO to OIHW, (in, out) to (out, in), and back."""


def ours(array: Any, wanted: Expected, layout: Layout, graph: Graph) -> Any:
    """Convert a framework's tensor to our layout; one that does not fit keeps a wrong shape."""
    if layout.moved and wanted.node.op.role != "norm":
        return _moved(array, wanted, layout, graph)
    return array


def _moved(array: Any, wanted: Expected, layout: Layout, graph: Graph) -> Any:
    """Convert a kernel from TensorFlow's layout."""
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
    """Convert a tensor from our layout to a framework's."""
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
    """Return the shape of a tensor in a framework's layout."""
    from numpy import broadcast_to, float32

    hollow = broadcast_to(float32(0), wanted.shape)
    if layout.moved and wanted.node.op.role != "norm":
        hollow = _returned(hollow, wanted, replace(layout, flattened=False), graph)
    return tuple(hollow.shape)


def regridded(array: Any, wanted: Expected, graph: Graph) -> Any:
    """Convert between 1x1 convolutions and dense layers, which have the same weights.

    So does a convolution whose kernel covers the whole map that a dense layer gets flattened.
    """
    if _without_ones(array.shape) == _without_ones(wanted.shape):
        return array.reshape(wanted.shape)
    source = flattened(wanted.node, graph) if len(wanted.shape) == 2 and array.ndim == 4 else None
    if source is not None and array.shape[1:] == (source.channels, *source.grid):
        return array.reshape(len(array), -1)
    return array


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Strip trailing dimensions of 1, but never the first dimension."""
    kept = list(shape)
    while len(kept) > 1 and kept[-1] == 1:
        kept.pop()
    return tuple(kept)


def _is_scale(wanted: Expected) -> bool:
    return isinstance(wanted.node.op, LayerScale)


def is_depthwise(node: Node) -> bool:
    """Whether a node is a depthwise convolution, for which Keras has a layer of its own."""
    return isinstance(node.op, Conv2d) and 1 < node.op.groups == node.inputs[0].channels


def flattened(node: Node, graph: Graph) -> TensorType | None:
    """Return the type of the map that a dense layer gets flattened; None if there is none."""
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
    """Yield the predecessors of a node as long as each has a single source."""
    while len(node.sources) == 1 and node.sources[0] in graph.nodes:
        node = graph.nodes[node.sources[0]]
        yield node
