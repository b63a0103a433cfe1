"""What is known of each step of a text: its uses in the network, with shapes and costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from archspec.analysis.count import Totaller, Totals
from archspec.editor.occurrences import Place, place
from archspec.graph import Graph, Kind, Node, Scope, parent
from archspec.source import Span
from archspec.tensor import TensorType


class Use(NamedTuple):
    """One use of a step: its path, what enters it and what leaves it; what is unknown is absent."""

    path: str
    arrives: tuple[TensorType, ...]
    leaves: tuple[TensorType, ...]


@dataclass(frozen=True)
class Uses:
    """The uses of the steps of a graph by the places of the steps."""

    graph: Graph | None
    paths: Mapping[Place, tuple[str, ...]]
    totaller: Totaller = field(default_factory=Totaller)

    @classmethod
    def of(cls, graph: Graph | None) -> Uses:
        """Sort the nodes and scopes of a graph by their steps, outermost first."""
        found: dict[Place, list[str]] = {}
        for path, span in _steps(graph) if graph else ():
            found.setdefault(place(span), []).append(path)
        return cls(graph, {each: tuple(paths) for each, paths in found.items()})

    def at(self, span: Span) -> tuple[Use, ...]:
        """Return the uses of the step at a place, in the order of the graph."""
        return tuple(map(self.use, self.paths.get(place(span), ())))

    def use(self, path: str) -> Use:
        """Describe one use."""
        assert self.graph is not None
        return Use(path, tuple(_arriving(self.graph, path)), tuple(_leaving(self.graph, path)))

    def totals(self, path: str) -> Totals:
        """Count the nodes of a use."""
        assert self.graph is not None
        nodes = self.graph.within(path) if path in self.graph.scopes else [self.graph.nodes[path]]
        return self.totaller.total(nodes)

    def nodes(self, path: str) -> Iterator[Node]:
        """Yield the nodes that a step consists of, without those of steps inside it."""
        assert self.graph is not None
        step = self.graph.nodes.get(path) or self.graph.scopes[path]
        for node in self.graph.within(path) if path in self.graph.scopes else [step]:
            if isinstance(node, Node) and node.span == step.span:
                yield node


def _steps(graph: Graph) -> Iterator[tuple[str, Span]]:
    """Yield the paths of steps, and not those of their parts, which have the same place."""
    spans: dict[str, Span | None] = {}
    for path, scope in graph.scopes.items():
        spans[path] = _span(graph, scope)
    for path, node in graph.nodes.items():
        spans.setdefault(path, node.span)
    for path, span in spans.items():
        if span is not None and (not path or spans.get(parent(path)) != span):
            yield path, span


def _span(graph: Graph, scope: Scope) -> Span | None:
    """Return the place of a scope's step; that of a repeat is its copies'."""
    if scope.kind is not Kind.REPEAT or not scope.contents:
        return scope.span
    copy = scope.contents[0]
    copied = graph.scopes.get(copy) or graph.nodes.get(copy)
    return copied.span if copied else scope.span


def _arriving(graph: Graph, path: str) -> Iterator[TensorType]:
    scope = graph.scopes.get(path)
    node = graph.nodes.get(path)
    sources: tuple[str, ...] = node.sources if node else ()
    if scope is not None:
        sources = tuple(scope.takes.values()) or ((scope.arriving,) if scope.arriving else ())
        sources = sources or _first_sources(graph, path)
    yield from chain.from_iterable(_type(graph, each) for each in sources)


def _first_sources(graph: Graph, path: str) -> tuple[str, ...]:
    """Return what the first node of a scope reads."""
    return next((node.sources[:1] for node in graph.within(path)), ())


def _leaving(graph: Graph, path: str) -> Iterator[TensorType]:
    while path not in graph.nodes and path in graph.scopes:
        scope = graph.scopes[path]
        if scope.gives:
            yield from chain.from_iterable(_type(graph, each) for each in scope.gives.values())
            return
        path = scope.through or (scope.contents[-1] if scope.contents else "")
    yield from _type(graph, path)


def _type(graph: Graph, path: str) -> tuple[TensorType, ...]:
    """Return the type of a value, or nothing where it is unknown."""
    known = path in graph.nodes or path in graph.inputs
    return (graph.type_of(path),) if known else ()
