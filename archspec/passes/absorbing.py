"""Layers that take over the factors and shifts of what follows them, as far as a graph shows it."""

from __future__ import annotations

from collections.abc import Mapping

from archspec.graph import Graph, Node, Wire
from archspec.graph.rewriting import Change
from archspec.operator import Operator
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.norm import BatchNorm
from archspec.operators.scale import Affine, LayerScale, Scale
from archspec.passes.record import Illegal, before, require, require_alone

LAYERS = (Conv2d, ConvTranspose2d, FullyConnected)
"""What is linear, and may learn a number that is added to each channel."""
FACTORS = (Scale, LayerScale, Affine)
"""What multiplies each channel by a number, and may add one."""


def layer_before(graph: Graph, node: Node) -> Node:
    """Return the linear layer whose value a node alone reads; raise ``Illegal``."""
    layer = before(graph, node)
    require(isinstance(layer.op, LAYERS), f"it follows {layer.op.word}, which is no linear layer")
    require_alone(graph, layer)
    return layer


def absorbable(graph: Graph) -> dict[str, str]:
    """Map the path of each batch norm that a layer can take over to that of the layer."""
    found = dict[str, str]()
    for node in graph.nodes.values():
        try:
            if isinstance(node.op, BatchNorm):
                found[node.path] = layer_before(graph, node).path
        except Illegal:
            continue
    return found


def absorbed(graph: Graph, layers: Mapping[str, str], name: str = "") -> Graph:
    """Remove nodes, by path, whose factors and shifts the layers before them take over."""
    shifted = {layer for path, layer in layers.items() if shifts(graph.nodes[path].op)}

    def absorb(node: Node, sources: tuple[Wire, ...]) -> Change:
        if node.path in layers:
            return sources[0]
        return node.op.replace(bias=True) if node.path in shifted else None

    return graph.rewrite(absorb, name)


def shifts(op: Operator) -> bool:
    """Whether an operator adds a number to each channel."""
    return isinstance(op, BatchNorm) or (isinstance(op, Affine) and op.bias)
