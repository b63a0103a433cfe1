"""The kinds of the parts of a network: stem, block, reduction, part, head."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.graph import Graph, Kind, Promise, Scope
from archspec.views.drawing import BoxKind

_PROMISED = {
    Promise.STEM: BoxKind.STEM,
    Promise.BLOCK: BoxKind.BLOCK,
    Promise.REDUCTION: BoxKind.REDUCTION,
    Promise.PART: BoxKind.PART,
}


def of_scope(scope: Scope) -> BoxKind:
    """Return what a module promises to be; an auxiliary head is a head, the rest are parts."""
    if scope.kind is Kind.HEAD:
        return BoxKind.HEAD
    return _PROMISED[scope.template.promise] if scope.template else BoxKind.PART


def of_steps(graph: Graph) -> Iterator[tuple[str, BoxKind]]:
    """List a network's steps and kinds: stem before the first module, head after the last."""
    steps = graph.scopes[""].contents
    modules = [at for at, path in enumerate(steps) if _has_module(graph, path)]
    first, last = (modules[0], modules[-1]) if modules else (0, len(steps))
    for at, path in enumerate(steps):
        yield path, BoxKind.STEM if at < first else BoxKind.HEAD if at > last else BoxKind.PART


def _has_module(graph: Graph, path: str) -> bool:
    scope = graph.scopes.get(path)
    if scope is None or scope.kind is Kind.HEAD:
        return False
    inside = (graph.scopes.get(each) for each in graph.walk(path))
    return any(each is not None and each.template is not None for each in (scope, *inside))
