"""Specs that leave as models of a framework or as files, and come back as specs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import archspec
from archspec import Graph
from archspec.backend import Export, backend
from archspec.importing.importing import ImportedSpec, spec_of
from archspec.importing.onnx.file import OnnxFile
from archspec.importing.order import Order
from archspec.language.document.overrides import Overrides
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
"""The input of a network where the smallest of the inception family would not do."""
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
    """Emit a network for PyTorch, and fill it."""
    torch = backend("torch")
    runtime = torch.runtime()
    return runtime.fill(runtime.model(torch.emit(graph), graph.name), draw(graph, 0))


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
