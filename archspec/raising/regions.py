"""The modules of a graph that can be modules of a spec: neighbours that begin and end together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from archspec.graph import Graph, Kind, Scope, Template, first, last, parent, upwards
from archspec.raising.layering import ROLES

ROOT = ""
_COUNT = re.compile(r"(?<=[a-z])[0-9]+$")
"""What tells names of one kind apart: ``layer1``, ``layer2``."""


@dataclass
class Region:
    """A module of the source: its contents in order, either paths of nodes or regions inside.

    ``inputs`` and ``outputs`` are the values that it takes and gives; ``has_class`` says whether
    ``word`` is its class, rather than a name that it has in the module around.
    """

    path: str
    word: str
    has_class: bool
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    contents: list[str | Region] = field(default_factory=list)


def regions(graph: Graph, dissolved: frozenset[str]) -> dict[str, Region]:
    """Group the nodes of a graph by its modules; return the network and its heads, by their names.

    What is no region, or is ``dissolved``, belongs to the one around.
    """
    found = {ROOT: _network(graph), **{name: _head(graph, name) for name in graph.heads}}
    roots = tuple(found)
    spans = _Spans(graph).regions(dissolved)
    for place, path in enumerate(graph.nodes):
        root = first(path) if first(path) in graph.heads else ROOT
        around = [each for each in upwards(parent(path)) if spans.get(each, _NONE).start <= place]
        chain = [root, *reversed(around)]
        for outer, inner in pairwise(chain):
            if inner not in found:
                found[inner] = _region(graph.scopes[inner], spans[inner])
                found[outer].contents.append(found[inner])
        found[chain[-1]].contents.append(path)
    return {name: found[name] for name in roots}


def _network(graph: Graph) -> Region:
    starts = [value for name in graph.heads for value in graph.boundary(name).inputs]
    leaving = tuple(dict.fromkeys((*graph.outputs.values(), *starts)))
    return Region(ROOT, graph.name, True, tuple(graph.inputs), leaving)


def _head(graph: Graph, name: str) -> Region:
    return Region(name, name, True, graph.boundary(name).inputs, (graph.heads[name],))


def _region(scope: Scope, span: _Span) -> Region:
    template = scope.template or Template("")
    name = last(scope.path)
    has_class = template.span is not None or scope.word not in (name, _COUNT.sub("", name))
    inputs = _ordered(span.inputs, scope.takes.values() if template.inputs else ())
    outputs = _ordered(span.outputs, scope.gives.values() if template.outputs else ())
    return Region(scope.path, scope.word, has_class, inputs, outputs)


def _ordered(values: tuple[str, ...], known: Iterable[str]) -> tuple[str, ...]:
    """Put values in the order in which the author of a module names them."""
    return tuple(dict.fromkeys((*(each for each in known if each in values), *values)))


@dataclass(frozen=True)
class _Span:
    """A module as the places of its nodes, from ``start`` to before ``stop``."""

    start: int | float
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


_NONE = _Span(float("inf"))


class _Spans:
    """Finds the modules of a graph whose nodes stand in a row."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes = tuple(graph.nodes.values())
        self.places = {path: place for place, path in enumerate(graph.nodes)}
        self.last_read = {s: place for place, node in enumerate(self.nodes) for s in node.sources}
        leaving = graph.leaving
        self.last_read.update(dict.fromkeys(leaving, len(self.nodes)))

    def regions(self, dissolved: frozenset[str]) -> dict[str, _Span]:
        """Map the path of each module that can be one to its span."""
        found: dict[str, list[int]] = {}
        for place, path in enumerate(self.graph.nodes):
            for each in upwards(parent(path)):
                found.setdefault(each, []).append(place)
        spans = {
            path: self._span(path, places)
            for path, places in found.items()
            if path not in dissolved
        }
        return {path: span for path, span in spans.items() if span is not None}

    def _span(self, path: str, places: list[int]) -> _Span | None:
        """Return the span of a module; None where it cannot be one, or is but a norm and the like.

        What it first hands out and only then goes on from belongs to the module around.
        """
        start, stop = places[0], places[-1] + 1
        if self.graph.scopes[path].kind is not Kind.MODULE or stop - start != len(places):
            return None
        outputs = self._outputs(start, stop)
        while (
            len(outputs) > 1 and outputs[0] == self.nodes[start].path and parent(outputs[0]) == path
        ):
            start, outputs = start + 1, outputs[1:]
        inside = self.nodes[start:stop]
        inputs = dict.fromkeys(
            s for node in inside for s in node.sources if self.places.get(s, -1) < start
        )
        is_layer = len(inside) > 1 and any(node.op.role not in ROLES for node in inside)
        ends = len(outputs) > 1 or outputs == (inside[-1].path,)
        return _Span(start, tuple(inputs), outputs) if is_layer and inputs and ends else None

    def _outputs(self, start: int, stop: int) -> tuple[str, ...]:
        paths = (node.path for node in self.nodes[start:stop])
        return tuple(path for path in paths if self.last_read.get(path, -1) >= stop)
