"""Equal copies of a repeat, of which one can represent all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise

from archspec.analysis.count import Row
from archspec.graph import Graph, Kind, Node, encloses

EACH = "*"
"""The part of a path that represents every copy."""


def are_equal(graph: Graph, copies: tuple[str, ...]) -> bool:
    """Whether all copies of a repeat have equal operators, operand types and wiring."""
    described = [[_signature(node, path) for node in graph.within(path)] for path in copies]
    return bool(described) and all(each == described[0] for each in described)


def _signature(node: Node, copy: str) -> tuple[object, ...]:
    """Describe a node independently of its copy: operator, operand types, sources inside it."""
    sources = [each.removeprefix(copy) if encloses(copy, each) else "" for each in node.sources]
    return node.op, node.inputs, *sources


def folded(graph: Graph, rows: Iterable[Row]) -> Iterator[Row]:
    """Keep only the rows of the first of equal copies, with ``*`` in their paths."""
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
    """Return the path to show for a row; None if it lies inside a copy other than the first."""
    parts = path.split(".")
    shown = parts.copy()
    for depth, (outer, inner) in enumerate(pairwise(accumulate(parts, "{}.{}".format)), 1):
        if outer in firsts and inner != firsts[outer]:
            return None
        shown[depth] = EACH if outer in firsts else parts[depth]
    return ".".join(shown)
