"""The modules of a graph that can be modules of a spec: one value leaves them, and none returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from archspec.graph import Graph, Kind, parent, upwards

ROOT = ""


@dataclass
class Region:
    """A module of the source: its contents in order, either paths of nodes or regions inside."""

    path: str
    word: str
    contents: list[str | Region] = field(default_factory=list)


def regions(graph: Graph) -> Region:
    """Group the nodes of a graph by its modules; what is no region dissolves in the one around."""
    kept = _kept(graph)
    found = {ROOT: Region(ROOT, graph.name)}
    for path in graph.nodes:
        chain = [ROOT, *reversed([each for each in upwards(parent(path)) if each in kept])]
        for outer, inner in pairwise(chain):
            if inner not in found:
                found[inner] = Region(inner, graph.scopes[inner].word)
                found[outer].contents.append(found[inner])
        found[chain[-1]].contents.append(path)
    return found[ROOT]


def _kept(graph: Graph) -> set[str]:
    """Return the modules of several nodes in a row, the last of which gives their only value."""
    places: dict[str, list[int]] = {}
    for place, path in enumerate(graph.nodes):
        for each in upwards(parent(path)):
            places.setdefault(each, []).append(place)
    nodes = tuple(graph.nodes)
    return {
        path for path, found in places.items() if _is_region(graph, path, found, nodes[found[-1]])
    }


def _is_region(graph: Graph, path: str, places: list[int], last: str) -> bool:
    if graph.scopes[path].kind is not Kind.MODULE or len(places) == 1:
        return False
    is_contiguous = places[-1] - places[0] == len(places) - 1
    inputs, outputs = graph.boundary(path)
    return is_contiguous and bool(inputs) and outputs == (last,)
