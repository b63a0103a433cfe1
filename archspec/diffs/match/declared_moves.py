"""Moves that specs declare under ``moved``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archspec.diffs.match.indexed_graph import IndexedGraph


def declared(old: IndexedGraph, new: IndexedGraph) -> Iterator[tuple[str, str]]:
    """List the pairs of paths that either spec declares as moved.

    Chains are followed; a pair counts only if the part is gone from its old path and is at the new.
    """
    back = {to: origin for origin, to in old.graph.header.moved}
    for steps in (dict(new.graph.header.moved), back):
        for origin in steps:
            path = _followed(origin, steps, new)
            if origin in old and origin not in new and path in new:
                yield origin, path


def _followed(path: str, steps: Mapping[str, str], new: IndexedGraph) -> str:
    for _ in steps:
        if path in new or path not in steps:
            break
        path = steps[path]
    return path
