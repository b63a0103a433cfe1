"""Specs that leave as models of a framework or as files, and come back as specs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import archspec
from archspec import Graph
from archspec.backend import Export, backend
from archspec.diffs.deployed.hosting import needed
from archspec.diffs.deployed.inference import folded, of_inference
from archspec.diffs.impact.function import FunctionDigests
from archspec.graph import Node, Wire
from archspec.graph.rewriting import Apply, Change
from archspec.importing.imported import Untranslatable
from archspec.importing.importing import ImportedSpec, spec_of
from archspec.importing.onnx.file import OnnxFile
from archspec.importing.order import Order
from archspec.language.document.overrides import Overrides
from archspec.operator import Operator
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.grid import Crop, Pad, ResizeTo, Upsample
from archspec.operators.merge import Resize, Resizing
from archspec.operators.norm import GroupNorm, InstanceNorm
from archspec.operators.pool import (
    AdaptiveAvgPool,
    AdaptiveMaxPool,
    AvgPool,
    GlobalAvgPool,
    GlobalMaxPool,
    Pool,
)
from archspec.operators.scale import Affine, LayerScale
from archspec.tensor import TensorType
from archspec.weights.initial import draw
from archspec.window import Side
from tests.authoring.documents import random_graph
from tests.commands.running import ROOT

SIZES = {
    "bn_inception": 64,
    "efficientnet_b0": 64,
    "fpn_resnet_50": 64,
    "hrnet_w18": 64,
    "nasnet_a_mobile": 64,
    "u_net": 64,
    "yolo_v5": 64,
}
"""The input of a network for which that of the inception family is no choice, or too large."""
LEAST = 75
ZOO = sorted(each for each in (ROOT / "specs").rglob("*.yaml") if each.parent.name != "as_printed")
"""The specs of the zoo but those papers whose numbers do not fit, which are refused."""


def of_zoo(spec: Path) -> Graph:
    """Load a network of the zoo at a small size, without heads."""
    graph = archspec.load(spec)
    size = SIZES.get(spec.stem, LEAST)
    given = graph.inputs["input"].type
    if given.grid > (size, size):
        inputs = {"": TensorType((size, size, given.channels))}
        graph = archspec.load(spec, overrides=Overrides(inputs=inputs))
    return graph.without_heads()


def random_network(seed: int) -> Graph:
    """Make a random network without heads, from which each value comes out under one name."""
    graph = random_graph(seed).without_heads()
    keys = {path: [path] for path in (*graph.nodes, *graph.inputs)}
    digests = FunctionDigests(graph, keys).leaving()
    names = {digest: name for name, digest in reversed([*digests.items()])}.values()
    return replace(graph, outputs={n: at for n, at in graph.outputs.items() if n in names})


def model_of(graph: Graph, framework: str = "torch") -> Any:
    """Emit a network for a framework, and fill it with weights of which none is zero."""
    found = backend(framework)
    random = np.random.default_rng(0)
    weights = {
        key: array + random.random(array.shape, "float32") / 8 + np.float32(0.01)
        for key, array in draw(graph, 0).items()
    }
    runtime = found.runtime()
    return runtime.fill(runtime.model(found.emit(graph), graph.name), weights)


def through_torch(graph: Graph) -> ImportedSpec:
    """Trace the model of a network, translate and raise it."""
    from archspec_torch.importing.exported import network

    shapes = {name: given.type.shape for name, given in graph.inputs.items()}
    order = Order("trip", shapes, {}, graph.name)
    return spec_of(network(model_of(graph), shapes, graph.name), order)


def through_keras(graph: Graph) -> ImportedSpec:
    """Describe the model of a network in Keras, translate and raise it."""
    return from_keras(model_of(graph, "tensorflow"), graph)


def from_keras(model: Any, graph: Graph) -> ImportedSpec:
    """Describe a model of Keras that was made of a network, translate and raise it."""
    from archspec_tensorflow.importing.live import network

    return spec_of(network(model, {}, graph.name), Order("trip", {}, {}, graph.name))


def onnx_file(graph: Graph, file: Path) -> Path:
    """Export a network as ONNX, in which norms are folded."""
    backend("torch").runtime().export(model_of(graph), graph, Export("onnx"), file)
    return file


def through_onnx(graph: Graph, file: Path) -> ImportedSpec:
    """Export a network as ONNX, translate and raise it."""
    order = Order(str(onnx_file(graph, file)), {}, {}, graph.name)
    return spec_of(OnnxFile(file).network(order), order)


def comes_back(graph: Graph, through: Callable[[Graph], ImportedSpec], **how: bool) -> bool:
    """Whether a network comes back as what it was."""
    try:
        assert_same(graph, through(graph).graph, **how)
    except (AssertionError, Untranslatable, archspec.SpecError):
        return False
    return True


def assert_same(graph: Graph, found: Graph, *, is_folded: bool = False) -> None:
    """Assert that two graphs are isomorphic but for what does nothing in inference.

    Operators are compared with their attributes, padding by the cells that it comes to. What has
    two spellings counts as one: a window over zeros and one that pads, a resizing by its size and
    by whose that is, a layer of one cell and one of a vector, as many groups as channels, an output
    of one cell and a vector, a transposed convolution that is cropped and one of more padding, what
    is computed twice without weights and what is read twice.
    """
    mine, theirs = _plain(graph, is_folded=is_folded), _plain(found)
    assert _words(mine) == _words(theirs)
    assert _leaving(mine) == _leaving(theirs)


def _plain(graph: Graph, *, is_folded: bool = False) -> Graph:
    plain = needed(of_inference(graph)).rewrite(_come_to, "")
    plain = folded(plain) if is_folded else plain
    nodes = ((path, _cropping(node, plain)) for path, node in plain.nodes.items())
    return replace(plain, nodes={path: _spelled(node) for path, node in nodes})


def _cropping(node: Node, graph: Graph) -> Node:
    """Count what is cut off a transposed convolution, which nothing else reads, as its padding."""
    before = graph.nodes.get(node.sources[0])
    if not isinstance(node.op, Crop) or before is None or len(graph.users(before.path)) > 1:
        return node
    if not isinstance(before.op, ConvTranspose2d):
        return node
    down, across = before.op.output_padding
    added = zip(before.op.crops(*before.inputs), (0, down, 0, across), node.op.cells, strict=True)
    op = before.op.replace(padding=tuple(map(sum, added)))
    return replace(node, op=op, sources=before.sources, inputs=before.inputs)


def _spelled(node: Node) -> Node:
    """Spell one use of an operator as its twin, whatever its types would be."""
    if node.output.grid == (1, 1):
        node = replace(node, output=TensorType((node.output.channels,)))
    op, x, (rows, columns) = node.op, node.inputs[0], node.output.grid or (1, 1)
    is_cell = x.grid == (1, 1) == (rows, columns)
    if isinstance(op, Conv2d) and is_cell and (*op.kernel, op.groups) == (1, 1, 1):
        return replace(node, op=FullyConnected(units=op.filters, bias=op.bias))
    if isinstance(op, GroupNorm) and op.bias and op.groups == x.channels and x.is_map:
        return replace(node, op=InstanceNorm(epsilon=op.epsilon))
    if isinstance(op, Resizing | ResizeTo):
        size = Upsample(factor=(rows, columns), mode=_mode(op))
        return replace(node, op=size, sources=node.sources[:1], inputs=node.inputs[:1])
    return node


def _come_to(node: Node, sources: tuple[Wire, ...]) -> Change:
    """Write windows, sizes and factors by what they come to, as there are words for each."""
    if isinstance(node.op, Pool):
        return _reaching(node.op, *node.inputs)
    if isinstance(node.op, Resizing | ResizeTo):
        return _enlarging(node, sources)
    if isinstance(node.op, LayerScale):
        return Affine(bias=False)
    return _OVER_ALL[type(node.op)] if vars(node.op).get("grid") == (1, 1) else None


_OVER_ALL: dict[type[Operator], Operator] = {
    AdaptiveAvgPool: GlobalAvgPool(keepdims=True),
    AdaptiveMaxPool: GlobalMaxPool(keepdims=True),
}


def _reaching(pool: Pool, x: TensorType) -> Pool | None:
    """Pad by what windows read, as rounding up and ``same`` may mean one window.

    Where an average counts its padding, it does not count what is beyond.
    """
    if isinstance(pool, AvgPool) and pool.count_padding and pool.reach(x) != pool.pads(x):
        return None
    counts = {"count_padding": False} if isinstance(pool, AvgPool) and not any(pool.pads(x)) else {}
    (top, _, left, _), (rows, columns) = pool.reach(x), pool.window(x)
    down, across = pool.infer(x).grid
    padding = (top, _behind(rows, top, down), left, _behind(columns, left, across))
    return pool.replace(padding=padding, ceil=False, **counts)


def _behind(side: Side, before: int, windows: int) -> int:
    """Count the cells behind a side that its windows read."""
    return max((windows - 1) * side.stride + side.extent - side.size - before, 0)


def _enlarging(node: Node, sources: tuple[Wire, ...]) -> Change:
    """Write the factor where it is whole, as several values have the size that is wanted."""
    grid, (rows, columns) = node.inputs[0].grid or (1, 1), node.output.grid
    if grid == node.output.grid:
        return sources[0]
    if not node.inputs[0].is_map or rows % grid[0] or columns % grid[1]:
        return None
    size = Upsample(factor=(rows // grid[0], columns // grid[1]), mode=_mode(node.op))
    return Apply(size, sources[:1])


def _mode(resizing: Operator) -> str:
    if isinstance(resizing, ResizeTo):
        return resizing.mode
    return "bilinear" if isinstance(resizing, Resize) else "nearest"


def _words(graph: Graph) -> Counter[str]:
    """Count operators but those that only change a shape, merges that nest in any way, and zeros.

    Zeros around a map may be those of a window that moves over it. What leads to no output, as
    what a map was resized to, does not count, and what is computed twice without weights once.
    """
    digests, read = _digests(graph), {*graph.outputs.values()}
    for path, node in reversed([*graph.nodes.items()]):
        read.update(node.sources if path in read else ())
    values = digests.values(graph)
    counted = {
        node.path if [*node.op.parameters(*node.inputs)] else values[node.path]: node.op.word
        for node in graph.nodes.values()
        if node.path in read and not digests.passes(node)
        if not (node.op.associative or _zeros(node.op))
    }
    return Counter(counted.values())


def _zeros(op: Operator) -> bool:
    return isinstance(op, Pad) and op.mode == "zeros"


def _leaving(graph: Graph) -> list[bytes]:
    """Digest the outputs, each value once, inputs being known by their order alone."""
    return [*dict.fromkeys(_digests(graph).leaving().values())]


def _digests(graph: Graph) -> FunctionDigests:
    inputs = {name: [str(at)] for at, name in enumerate(graph.inputs)}
    return FunctionDigests(graph, inputs, is_resolved=True)
