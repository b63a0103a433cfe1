"""Copies of a repeat that are alike, so that one of them can stand for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise

from archspec.analysis.count import Row
from archspec.graph import Graph, Kind, Node, encloses

EACH = "*"
"""What stands in a path for the number of any copy."""


def are_equal(graph: Graph, copies: tuple[str, ...]) -> bool:
    """Whether all copies of a repeat are made of equal operators on equal types."""
    made = [[_likeness(node, path) for node in graph.within(path)] for path in copies]
    return bool(made) and all(each == made[0] for each in made)


def _likeness(node: Node, copy: str) -> tuple[object, ...]:
    """Describe a node by its operator and by what it takes, from inside its copy or outside."""
    sources = [each.removeprefix(copy) if encloses(copy, each) else "" for each in node.sources]
    return node.op, node.inputs, *sources


def folded(graph: Graph, rows: Iterable[Row]) -> Iterator[Row]:
    """Let the rows of one copy stand for equal ones, with ``*`` in their paths."""
    repeats = {
        path: scope.contents
        for path, scope in graph.scopes.items()
        if scope.kind is Kind.REPEAT and are_equal(graph, scope.contents)
    }
    firsts = {path: copies[0] for path, copies in repeats.items()}
    for row in rows:
        path = _folded(row.path, firsts)
        copies = len(repeats.get(row.path, ()))
        if path is not None:
            what = f"{copies} x {row.template}" if copies else row.template
            yield row._replace(path=path, template=what)


def _folded(path: str, firsts: dict[str, str]) -> str | None:
    """Write the path of a row; None for one inside a copy that is not the first."""
    parts = path.split(".")
    shown = parts.copy()
    for depth, (outer, inner) in enumerate(pairwise(accumulate(parts, "{}.{}".format)), 1):
        if outer in firsts and inner != firsts[outer]:
            return None
        shown[depth] = EACH if outer in firsts else parts[depth]
    return ".".join(shown)
