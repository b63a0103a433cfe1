"""The kinds of the parts of a network: stem, block, reduction, part, head.

They mean the same in every network: a block keeps the grid and a reduction makes it smaller,
whether its author promises so or a module only does so; a part is any other module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archspec.graph import Graph, Kind, Promise, Scope
from archspec.views.drawing import BoxKind

_PROMISED = {
    Promise.STEM: BoxKind.STEM,
    Promise.BLOCK: BoxKind.BLOCK,
    Promise.REDUCTION: BoxKind.REDUCTION,
}

_KEPT = {Promise.BLOCK: BoxKind.BLOCK, Promise.REDUCTION: BoxKind.REDUCTION}


def of_scope(graph: Graph, scope: Scope) -> BoxKind:
    """Return what a module promises to be, or else is; an auxiliary head is a head."""
    if scope.kind is Kind.HEAD:
        return BoxKind.HEAD
    promise = scope.template.promise if scope.template else Promise.PART
    return _PROMISED.get(promise) or _of_grids(graph, *graph.boundary(scope.path))


def _of_grids(graph: Graph, inputs: Iterable[str], outputs: Iterable[str]) -> BoxKind:
    grids = [{graph.type_of(each).grid for each in ends} for ends in (inputs, outputs)]
    if any(len(each) != 1 or () in each for each in grids):
        return BoxKind.PART
    before, after = (each.pop() for each in grids)
    kept = (kind for promise, kind in _KEPT.items() if promise.holds(before, after))
    return next(kept, BoxKind.PART)


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
