"""A network as files for inference hold it: without identities, perhaps with norms folded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from archspec.graph import Graph, Pass
from archspec.operators.norm import BatchNorm
from archspec.passes.absorbing import absorbable, absorbed
from archspec.passes.drop_identities import without_identities


def of_inference(graph: Graph) -> Graph:
    """Leave out what changes nothing in inference, such as dropout."""
    return as_written(without_identities(graph))


def folded(graph: Graph, keeping: Collection[str] = ()) -> Graph:
    """Make batch norms part of the layers before them, except for those of ``keeping``."""
    found = absorbable(graph).items()
    return as_written(absorbed(graph, {norm: each for norm, each in found if norm not in keeping}))


def count_norms(graph: Graph) -> int:
    """Count the batch norms of a network."""
    return sum(isinstance(node.op, BatchNorm) for node in graph.nodes.values())


def as_written(graph: Graph) -> Graph:
    """Trace nodes to the steps of their author alone, so that passes are no difference."""
    nodes = {
        path: replace(node, origin=node.step) if isinstance(node.origin, Pass) else node
        for path, node in graph.nodes.items()
    }
    return replace(graph, nodes=nodes)
