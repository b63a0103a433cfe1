"""The peak memory of the activations of a network, in inference."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from archspec.graph import Graph, Node

BYTES = 4
"""Bytes of one element: 32-bit floating point."""


class Peak(NamedTuple):
    """The largest memory of live values for one example, in bytes, and the node where it occurs."""

    bytes: int
    path: str


def peak(graph: Graph) -> Peak:
    """Compute the peak when nodes run in source order and each value is freed after its last use.

    Inputs and outputs of the network are never freed, and nothing is overwritten in place. Weights
    and workspaces of operators are not counted.
    """
    owners = _owners(graph)
    freed = _freed(graph, owners)
    live = sum(given.type.size for given in graph.inputs.values())
    found = Peak(live * BYTES, next(iter(graph.inputs), ""))
    for path, node in graph.nodes.items():
        live += node.output.size if owners[path] == path else 0
        if live * BYTES > found.bytes:
            found = Peak(live * BYTES, path)
        live -= freed[path]
    return found


def _owners(graph: Graph) -> dict[str, str]:
    """Map each value to the one whose memory it uses: itself, unless it is a view."""

    def owner(node: Node, owners: tuple[str, ...]) -> str:
        return owners[0] if node.op.is_view else node.path

    return graph.fold(owner, {name: name for name in graph.inputs})


def _freed(graph: Graph, owners: dict[str, str]) -> Counter[str]:
    """Count for each node the elements whose last use it is."""
    last_uses = {
        owners[source]: path for path, node in graph.nodes.items() for source in node.sources
    }
    kept = {owners[path] for path in (*graph.inputs, *graph.outputs.values())}
    freed: Counter[str] = Counter()
    for owner, path in last_uses.items():
        freed[path] += graph.type_of(owner).size if owner not in kept else 0
    return freed
