"""Paths: the names of nested scopes and of a node, outermost first, joined by dots."""

from __future__ import annotations

from collections.abc import Iterator


def parent(path: str) -> str:
    """Return the path of the scope that directly contains ``path``."""
    return path.rpartition(".")[0]


def last(path: str) -> str:
    """Return the last part of a path."""
    return path.rpartition(".")[2]


def first(path: str) -> str:
    """Return the first part of a path, which names a top-level step of the network."""
    return path.partition(".")[0]


def upwards(path: str) -> Iterator[str]:
    """Yield a path and those of its enclosing scopes, innermost first, without the network's."""
    while path:
        yield path
        path = parent(path)


def encloses(scope: str, path: str) -> bool:
    """Whether ``path`` is ``scope`` or lies inside it; the empty path is the whole network."""
    return not scope or path == scope or path.startswith(f"{scope}.")
