"""A network as files for inference hold it: without identities, perhaps with norms folded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from archspec.graph import Graph, Node, Pass, Wire
from archspec.graph.rewriting import Change
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.norm import BatchNorm

_LAYERS = (Conv2d, ConvTranspose2d, FullyConnected)


def of_inference(graph: Graph) -> Graph:
    """Leave out what changes nothing in inference, such as dropout."""

    def without(node: Node, sources: tuple[Wire, ...]) -> Change:
        return sources[0] if node.op.is_identity(*node.inputs) else None

    return as_written(graph.rewrite(without))


def folded(graph: Graph, keeping: Collection[str] = ()) -> Graph:
    """Make a batch norm behind a layer that nothing else reads part of it, whose bias it becomes.

    Those of ``keeping`` stay. Source: Jacob et al., arXiv:1712.05877, section 3.2.
    """
    folding = (path for path, node in graph.nodes.items() if _folds(graph, node))
    norms = {path: graph.nodes[path].sources[0] for path in folding if path not in keeping}
    layers = set(norms.values())

    def fold(node: Node, sources: tuple[Wire, ...]) -> Change:
        if node.path in norms:
            return sources[0]
        return node.op.replace(bias=True) if node.path in layers else None

    return as_written(graph.rewrite(fold))


def count_norms(graph: Graph) -> int:
    """Count the batch norms of a network."""
    return sum(isinstance(node.op, BatchNorm) for node in graph.nodes.values())


def _folds(graph: Graph, norm: Node) -> bool:
    layer = graph.nodes.get(norm.sources[0])
    is_behind = isinstance(norm.op, BatchNorm) and layer is not None
    return is_behind and isinstance(layer.op, _LAYERS) and graph.uses(layer.path) == 1  # type: ignore[union-attr]


def as_written(graph: Graph) -> Graph:
    """Trace nodes to the steps of their author alone, so that passes are no difference."""
    nodes = {
        path: replace(node, origin=node.step) if isinstance(node.origin, Pass) else node
        for path, node in graph.nodes.items()
    }
    return replace(graph, nodes=nodes)
