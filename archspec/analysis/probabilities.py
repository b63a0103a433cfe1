"""Whether a network gives probabilities of classes, or what a softmax makes them of."""

from __future__ import annotations

from archspec.graph import Graph
from archspec.operators.activation import Softmax


def gives_probabilities(graph: Graph, path: str) -> bool:
    """Whether a value has been through a softmax, behind which nothing has changed it."""
    node = graph.nodes.get(path)
    while node is not None and node.op.is_view and node.inputs[0].size == node.inputs[0].channels:
        node = graph.nodes.get(node.sources[0])
    return node is not None and isinstance(node.op, Softmax)
