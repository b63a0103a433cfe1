"""Specs that leave as models of a framework or as files, and come back as specs."""

from __future__ import annotations

from collections import Counter
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
from archspec.graph.rewriting import Change
from archspec.importing.importing import ImportedSpec, spec_of
from archspec.importing.onnx.file import OnnxFile
from archspec.importing.order import Order
from archspec.language.document.overrides import Overrides
from archspec.operators.pool import Pool
from archspec.tensor import TensorType
from archspec.weights.initial import draw

SIZES = {
    "bn_inception": 64,
    "efficientnet_b0": 64,
    "fpn_resnet_50": 64,
    "hrnet_w18": 64,
    "nasnet_a_mobile": 64,
    "u_net": 64,
}
"""The input of a network for which that of the inception family is no choice, or too large."""
LEAST = 75


def of_zoo(spec: Path) -> Graph:
    """Load a network of the zoo at a small size, without heads."""
    graph = archspec.load(spec)
    size = SIZES.get(graph.name, LEAST)
    given = graph.inputs["input"].type
    if given.grid > (size, size):
        inputs = {"": TensorType((size, size, given.channels))}
        graph = archspec.load(spec, overrides=Overrides(inputs=inputs))
    return graph.without_heads()


def model_of(graph: Graph) -> Any:
    """Emit a network for PyTorch, and fill it with weights of which none is zero."""
    torch = backend("torch")
    random = np.random.default_rng(0)
    weights = {
        key: array + random.random(array.shape, "float32") / 8 + np.float32(0.01)
        for key, array in draw(graph, 0).items()
    }
    runtime = torch.runtime()
    return runtime.fill(runtime.model(torch.emit(graph), graph.name), weights)


def through_torch(graph: Graph) -> ImportedSpec:
    """Trace the model of a network, translate and raise it."""
    from archspec_torch.importing.exported import network

    shapes = {name: given.type.shape for name, given in graph.inputs.items()}
    order = Order("trip", shapes, {}, graph.name)
    return spec_of(network(model_of(graph), shapes, graph.name), order)


def onnx_file(graph: Graph, file: Path) -> Path:
    """Export a network as ONNX, in which norms are folded."""
    backend("torch").runtime().export(model_of(graph), graph, Export("onnx"), file)
    return file


def through_onnx(graph: Graph, file: Path) -> ImportedSpec:
    """Export a network as ONNX, translate and raise it."""
    order = Order(str(onnx_file(graph, file)), {}, {}, graph.name)
    return spec_of(OnnxFile(file).network(order), order)


def require_same(graph: Graph, found: Graph, *, is_folded: bool = False) -> None:
    """Assert that two graphs are isomorphic but for what does nothing in inference.

    Operators are compared with their attributes, padding by the cells that it comes to.
    """
    mine, theirs = (needed(of_inference(each)).rewrite(_reaching, "") for each in (graph, found))
    if is_folded:
        mine = folded(mine)
    assert _words(mine) == _words(theirs)
    assert _leaving(mine) == _leaving(theirs)


def _reaching(node: Node, _sources: tuple[Wire, ...]) -> Change:
    """Pad a pool by what its windows reach, as rounding up and ``same`` may mean one window."""
    if not isinstance(node.op, Pool):
        return None
    return node.op.replace(padding=node.op.reach(*node.inputs), ceil=False)


def _words(graph: Graph) -> Counter[str]:
    return Counter(node.op.word for node in graph.nodes.values())


def _leaving(graph: Graph) -> list[bytes]:
    """Digest the outputs, inputs being known by their order alone."""
    inputs = {name: [str(at)] for at, name in enumerate(graph.inputs)}
    return [*FunctionDigests(graph, inputs, is_resolved=True).leaving().values()]
