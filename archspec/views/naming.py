"""The names of modules and repeats in a drawing."""

from __future__ import annotations

from archspec.attributes import title
from archspec.graph import Graph, Kind, Scope, last
from archspec.views import labels


class Naming:
    """Names modules after their templates, with the options in which the uses of one differ."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._varying = _varying(graph)

    def of(self, scope: Scope) -> str:
        """Name a module, an auxiliary head, or one copy of either."""
        if scope.template is None:
            return title(last(scope.path), " ")
        shown = self._varying[id(scope.template)]
        return labels.of_module(scope.template.name, scope.arguments, shown)

    def of_copies(self, scope: Scope) -> str:
        """Name a repeat: ``4 x Inception-A``, ``2 x 3x3 conv (64)``."""
        count = len(scope.contents)
        first = self.graph.scopes.get(scope.contents[0])
        if first is None:
            name = labels.of_node(self.graph.nodes[scope.contents[0]])
        elif first.kind is Kind.LAYER:
            name = labels.of_layer(*self.graph.within(first.path))
        else:
            name = self.of(first) if first.template else "steps"
        return labels.times(count, name)


def _varying(graph: Graph) -> dict[int, tuple[str, ...]]:
    """Find the options in which the uses of a module differ, by the identity of its template."""
    values: dict[int, dict[str, set[object]]] = {}
    for scope in graph.scopes.values():
        if scope.template is not None:
            found = values.setdefault(id(scope.template), {})
            for name, value in scope.arguments.items():
                found.setdefault(name, set()).add(value)
    return {
        template: tuple(name for name, given in options.items() if len(given) > 1)
        for template, options in values.items()
    }
