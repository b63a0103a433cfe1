"""The names of modules and repeats in a drawing."""

from __future__ import annotations

from archspec.attributes import title
from archspec.graph import Graph, Kind, Scope, last
from archspec.views import labels
from archspec.views.options import Labels


class Naming:
    """Names modules after their templates, with the options in which the uses of one differ."""

    def __init__(self, graph: Graph, shown: Labels = Labels.OPTIONS) -> None:
        self.graph = graph
        self.shown = shown
        self._varying = _varying(graph)

    def of(self, scope: Scope) -> str:
        """Name a module, an auxiliary head, or one copy of either."""
        if scope.template is None:
            return title(last(scope.path), " ")
        shown = self._varying[id(scope.template)]
        return labels.of_module(scope.template.name, scope.arguments, shown)

    def labelled(self, path: str, label: str, times: int = 1) -> str:
        """Label a step, or equal copies of it, as far as is asked by the name its author gave."""
        said = labels.times(times, label)
        name = "" if self.shown is Labels.OPTIONS else self.authored(path, times)
        if not name:
            return said
        if self.shown is Labels.BOTH:
            return f"{name}: {said}"
        return f"{name} (x {times})" if times > 1 else name

    def authored(self, path: str, times: int = 1) -> str:
        """Find the name that an author gave a step; empty where it is only numbered."""
        above = self.graph.parent(path)
        if above is not None and above.kind is Kind.LAYER:
            return ""
        if above is not None and above.kind is Kind.REPEAT:
            name, is_whole = self.authored(above.path), len(above.contents) == times
            return name if is_whole or not name else f"{name}.{last(path)}"
        found = self.graph.scopes.get(path) or self.graph.nodes[path]
        word, name = found.step.word if found.step else "", last(path)
        is_numbered = name.removeprefix(word).lstrip("_").isdigit() or name == word
        return "" if not word or is_numbered else name

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
