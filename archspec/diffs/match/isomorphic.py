"""Pairing parts that compute the same, whether isomorphic or grouped otherwise."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from archspec.diffs.match.digest import Digest
from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.diffs.match.matching import Matching
from archspec.graph import last

Nodes = frozenset[str]


def are_isomorphic(before: IndexedGraph, old: str, after: IndexedGraph, new: str) -> bool:
    """Whether two parts are equal as ordered trees of kinds and operators.

    A name may differ, but lists with the same names have to have them in the same order.
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


def pair_isomorphic(matching: Matching, old: str, new: str) -> None:
    """Pair two isomorphic parts, node by node and scope by scope."""
    before, after = matching.old.graph.walk(old), matching.new.graph.walk(new)
    for a, b in zip((old, *before), (new, *after), strict=True):
        if matching.old.node(a):
            matching.nodes[a] = b
        if matching.old.scope(a):
            matching.scopes[a] = b


def pair_by_values(matching: Matching, old: str, new: str) -> None:
    """Pair nodes by their value numbers, however they are grouped, then the scopes."""
    waiting: dict[Digest, deque[str]] = {}
    for path, digest in _values(matching.old, old):
        waiting.setdefault(digest, deque()).append(path)
    for path, digest in _values(matching.new, new):
        if waiting.get(digest):
            matching.nodes[waiting[digest].popleft()] = path
    _pair_scopes(matching, old, new)


def _values(side: IndexedGraph, path: str) -> Iterator[tuple[str, Digest]]:
    """List the digests of the nodes in a scope, computed from its live-ins."""
    digests = side.digests.inside(side.graph.scopes[path]) if path else side.digests.network
    return ((node.path, digests[node.path]) for node in side.nodes(path))


def _pair_scopes(matching: Matching, old: str, new: str) -> None:
    """Pair the scopes inside two others whose nodes are each other's partners."""
    waiting: dict[Nodes, list[str]] = {}
    partners = {path: path for path in matching.nodes}
    for path, nodes in _scopes(matching.old, old, partners):
        waiting.setdefault(nodes, []).append(path)
    back = {b: a for a, b in matching.nodes.items()}
    for path, nodes in _scopes(matching.new, new, back):
        candidates = waiting.get(nodes, [])
        partner = next((each for each in candidates if _are_alike(matching, each, path)), None)
        if partner is not None:
            candidates.remove(partner)
            matching.scopes[partner] = path


def _are_alike(matching: Matching, old: str, new: str) -> bool:
    return matching.old.kind(old) is matching.new.kind(new)


def _scopes(side: IndexedGraph, path: str, names: Mapping[str, str]) -> Iterator[tuple[str, Nodes]]:
    """List the scopes inside with the nodes in them, outermost first."""
    for inner in filter(side.scope, side.graph.walk(path)):
        nodes = frozenset(names.get(node.path, "") for node in side.nodes(inner))
        if nodes and "" not in nodes:
            yield inner, nodes
