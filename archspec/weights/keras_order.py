"""The order in which Keras keeps the layers of a model, by which it reads files of weights."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.graph import Graph


def in_keras_order(graph: Graph) -> list[str]:
    """List the paths of a graph's nodes as Keras lists layers.

    The farthest from an output come first; of equally far ones, the one that is met first on the
    way back from the outputs (``keras.Function``, map_graph).
    """
    met = {path: place for place, path in enumerate(_backwards(graph))}
    depths = _depths(graph)
    return sorted(met, key=lambda path: (-depths[path], met[path]))


def _depths(graph: Graph) -> dict[str, int]:
    """Count the operators on the longest way from each node to an output."""
    depths = dict.fromkeys(graph.nodes, 0)
    for path in reversed(list(graph.nodes)):
        for source in graph.nodes[path].sources:
            if source in depths:
                depths[source] = max(depths[source], depths[path] + 1)
    return depths


def _backwards(graph: Graph) -> Iterator[str]:
    """Walk from the outputs back, depth first, and meet each node once."""
    seen: set[str] = set()
    waiting = [*reversed((*graph.outputs.values(), *graph.heads.values()))]
    while waiting:
        path = waiting.pop()
        if path in seen or path not in graph.nodes:
            continue
        seen.add(path)
        yield path
        waiting += reversed(graph.nodes[path].sources)
