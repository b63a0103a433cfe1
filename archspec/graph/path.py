"""Paths: names of steps with dots between them, each scope before what lies in it."""

from __future__ import annotations

from collections.abc import Iterator


def parent(path: str) -> str:
    """Return the path of the scope that directly holds what is at ``path``."""
    return path.rpartition(".")[0]


def last(path: str) -> str:
    """Return the last part of a path."""
    return path.rpartition(".")[2]


def first(path: str) -> str:
    """Return the first part of a path: the step of the network that holds what is there."""
    return path.partition(".")[0]


def upwards(path: str) -> Iterator[str]:
    """Return a path and those of the scopes around it, innermost first, without the network's."""
    while path:
        yield path
        path = parent(path)


def encloses(scope: str, path: str) -> bool:
    """Whether a path lies in a scope or is it; everything lies in the network, the empty path."""
    return not scope or path == scope or path.startswith(f"{scope}.")
