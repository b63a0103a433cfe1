"""The order of layers in a Keras model, by which Keras reads files of weights."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.graph import Graph


def in_keras_order(graph: Graph) -> list[str]:
    """List the paths of a graph's nodes in the order of ``keras.Model.layers``.

    Sorted by decreasing depth, the longest distance to an output, and then by the order of a
    depth-first traversal from the outputs, as in ``map_graph`` of ``keras/src/ops/function.py``.
    """
    met = {path: place for place, path in enumerate(_backwards(graph))}
    depths = _depths(graph)
    return sorted(met, key=lambda path: (-depths[path], met[path]))


def _depths(graph: Graph) -> dict[str, int]:
    """Compute the longest distance of each node to an output, in reverse topological order."""
    depths = dict.fromkeys(graph.nodes, 0)
    for path in reversed(list(graph.nodes)):
        for source in graph.nodes[path].sources:
            if source in depths:
                depths[source] = max(depths[source], depths[path] + 1)
    return depths


def _backwards(graph: Graph) -> Iterator[str]:
    """Yield nodes in depth-first pre-order from the outputs against the wires, each once."""
    seen: set[str] = set()
    waiting = [*reversed(graph.leaving)]
    while waiting:
        path = waiting.pop()
        if path in seen or path not in graph.nodes:
            continue
        seen.add(path)
        yield path
        waiting += reversed(graph.nodes[path].sources)
