"""Parts that compute the same: of the same make, or grouped otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.diffs.match.matching import Matching
from archspec.graph import last

Nodes = frozenset[str]


def are_isomorphic(before: IndexedGraph, old: str, after: IndexedGraph, new: str) -> bool:
    """Whether two parts are of the same make all through, names that authors gave in their place.

    A name may be another, but not one that stands elsewhere in the same list.
    """
    a, b = before.node(old), after.node(new)
    if before.kind(old) is not after.kind(new) or (a and a.op) != (b and b.op):
        return False
    contents, others = before.graph.children(old), after.graph.children(new)
    if len(contents) != len(others):
        return False
    names, theirs = list(map(last, contents)), list(map(last, others))
    if names != theirs and sorted(names) == sorted(theirs):
        return False
    return all(
        are_isomorphic(before, each, after, other)
        for each, other in zip(contents, others, strict=True)
    )


def pair_scopes(found: Matching, old: str, new: str) -> None:
    """Pair the scopes inside two that hold one another's nodes."""
    waiting: dict[Nodes, list[str]] = {}
    partners = {path: path for path in found.nodes}
    for path, nodes in _scopes(found.old, old, partners):
        waiting.setdefault(nodes, []).append(path)
    back = {b: a for a, b in found.nodes.items()}
    for path, nodes in _scopes(found.new, new, back):
        candidates = waiting.get(nodes, [])
        partner = next((each for each in candidates if _are_alike(found, each, path)), None)
        if partner is not None:
            candidates.remove(partner)
            found.scopes[partner] = path


def _are_alike(found: Matching, old: str, new: str) -> bool:
    return found.old.kind(old) is found.new.kind(new)


def _scopes(side: IndexedGraph, path: str, names: Mapping[str, str]) -> Iterator[tuple[str, Nodes]]:
    """List the scopes inside with the nodes that they hold, outermost first."""
    for inner in side.graph.children(path):
        if side.scope(inner):
            nodes = frozenset(names.get(node.path, "") for node in side.nodes(inner))
            if nodes and "" not in nodes:
                yield inner, nodes
            yield from _scopes(side, inner, names)
