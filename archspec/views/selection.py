"""Selecting the part of a network to draw, and how deep."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile
from typing import NamedTuple

from archspec.attributes import title
from archspec.graph import Graph, Kind, Scope, encloses
from archspec.views import labels
from archspec.views.options import LAYERS, OPERATORS, Undrawable

OPENED = frozenset({Kind.MODULE, Kind.HEAD})
"""The kinds of scope that are drawn as one box until they are opened."""


class Depth(NamedTuple):
    """How many levels of modules are opened, and whether layers are too."""

    modules: int
    operators: bool


def root(graph: Graph, name: str) -> Scope:
    """Find a module by its template's name, else a scope by its path; the network for no name.

    Raises ``Undrawable``.
    """
    if not name:
        return graph.scopes[""]
    found = next((each for each in graph.scopes.values() if _is_use(each, name)), None)
    found = found or graph.scopes.get(name)
    if found is None or found.kind is Kind.LAYER:
        raise Undrawable(_unknown(graph, name))
    return found


def _is_use(scope: Scope, name: str) -> bool:
    return scope.template is not None and scope.template.name == name


def _unknown(graph: Graph, name: str) -> str:
    names = {each.template.name: None for each in graph.scopes.values() if each.template}
    names |= dict.fromkeys(path for path, each in graph.scopes.items() if each.kind is Kind.HEAD)
    known = f"it uses {', '.join(names)}" if names else "it has no modules"
    return f"{graph.name} uses no module `{name}`; {known}"


def depth(graph: Graph, top: Scope, asked: int | str | None) -> Depth:
    """Count the levels to open below a scope; raise ``Undrawable`` for what is no depth."""
    levels = _levels(graph, top)
    if asked is None:
        return Depth(1 if top.kind is Kind.NETWORK else levels, operators=False)
    if asked in (LAYERS, OPERATORS):
        return Depth(levels, asked == OPERATORS)
    if not isinstance(asked, int) or asked < 1:
        raise Undrawable(f"a depth is a number from 1, `{LAYERS}` or `{OPERATORS}`, not `{asked}`")
    return Depth(min(asked, levels), asked > levels)


def _levels(graph: Graph, scope: Scope) -> int:
    """Count how deep modules are nested, from 1 for those directly in the scope."""
    deepest = 0
    for each in graph.scopes.values():
        if each.kind in OPENED and each.path != scope.path and encloses(scope.path, each.path):
            around = takewhile(lambda outer: outer.path != scope.path, graph.ancestors(each.path))
            deepest = max(deepest, 1 + sum(outer.kind in OPENED for outer in around))
    return deepest + 1


def entrance(graph: Graph, top: Scope) -> str:
    """Name the producer of a module's input in most of its uses: ``Filter concat``."""
    uses = [
        each for each in graph.scopes.values() if each.template and each.template is top.template
    ]
    names = Counter(_producer(graph, graph.boundary(use.path).inputs[0]) for use in uses or [top])
    return max(names, key=lambda name: names[name])


def _producer(graph: Graph, path: str) -> str:
    if path in graph.inputs:
        return source(graph, path)
    parent, node = graph.parent(path), graph.nodes[path]
    ends_sum = parent is not None and parent.kind is Kind.RESIDUAL
    if node.op.concatenates or (ends_sum and not node.op.variadic):
        return labels.of_node(node)
    return "Previous layer"


def source(graph: Graph, name: str) -> str:
    """Name an input of the network: ``Input (299x299x3)``."""
    said = "input" if len(graph.inputs) == 1 else name
    return f"{title(said)} ({graph.inputs[name].type})"
