"""What crosses the boundaries of scopes, found in the nodes: the live-ins and live-outs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from archspec.graph.node import Node
from archspec.graph.path import encloses, parent, upwards
from archspec.graph.scope import Scope


class Boundary(NamedTuple):
    """The values that a scope takes from outside and that it gives, in order of first use.

    A value leaves a scope that is read outside, or that comes out of the network. Where nobody
    reads any, the last one is what the scope gives.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    @property
    def output(self) -> str:
        """The one value that leaves, or the first of several; empty if there is none."""
        return self.outputs[0] if self.outputs else ""


def boundaries(
    nodes: Mapping[str, Node], scopes: Mapping[str, Scope], leaving: Iterable[str]
) -> dict[str, Boundary]:
    """Find what crosses the boundary of each scope, in one pass over the wires."""
    crossing = _Crossing(scopes)
    for path, node in nodes.items():
        within = parent(path)
        for source in node.sources:
            if parent(source) != within or source in scopes or path in scopes:
                crossing.add(source, path)
    for path in leaving:
        crossing.add(path, None)
    return {path: crossing.boundary(path, nodes) for path in scopes}


def naming_boundaries(
    nodes: Mapping[str, Node], scopes: Mapping[str, Scope], leaving: Iterable[str]
) -> dict[str, Scope]:
    """Name what crosses the boundary of each scope where several values do that have no names yet.

    So it is where a node reads what is inside another scope, which no spec can say.
    """
    found = dict(scopes)
    for path, (inputs, outputs) in boundaries(nodes, scopes, leaving).items():
        scope = scopes[path]
        gives = _named(scope, scope.gives, outputs) if path and len(outputs) > 1 else scope.gives
        takes = _named(scope, scope.takes, inputs) if scope.takes else scope.takes
        found[path] = replace(scope, takes=takes, gives=gives)
    return found


def _named(scope: Scope, known: Mapping[str, str], values: Iterable[str]) -> dict[str, str]:
    """Name values by where they stand, unless they have names."""
    named = dict(known)
    for path in values:
        if path not in named.values():
            name = first = path.removeprefix(f"{scope.path}.").replace(".", "_")
            while name in named:
                name = f"{first}_{len(named)}"
            named[name] = path
    return named


@dataclass
class _Crossing:
    scopes: Mapping[str, Scope]
    inputs: dict[str, dict[str, None]] = field(default_factory=dict)
    outputs: dict[str, dict[str, None]] = field(default_factory=dict)

    def add(self, source: str, reader: str | None) -> None:
        """Note one use of a value in every scope that one of its ends lies in, and one only."""
        for scope in self.around(reader, source):
            self.inputs.setdefault(scope, {})[source] = None
        for scope in self.around(source, reader):
            self.outputs.setdefault(scope, {})[source] = None

    def around(self, path: str | None, other: str | None) -> Iterator[str]:
        """List the scopes around ``path``, innermost first, as long as ``other`` is outside."""
        for around in upwards(path if path and path in self.scopes else parent(path or "")):
            if other and encloses(around, other):
                return
            yield around

    def boundary(self, path: str, nodes: Mapping[str, Node]) -> Boundary:
        """Put together what crosses one boundary, with the value that passes through."""
        inputs, outputs = self.inputs.get(path, {}), self.outputs.get(path, {})
        through = self.scopes[path].through
        if through:
            return Boundary(tuple({**inputs, through: None}), (through, *outputs))
        return Boundary(tuple(inputs), tuple(outputs) or _last(path, nodes, self.scopes))


def _last(path: str, nodes: Mapping[str, Node], scopes: Mapping[str, Scope]) -> tuple[str, ...]:
    """Find the value that the last step of a scope gives."""
    while path not in nodes and path in scopes and scopes[path].contents:
        path = scopes[path].contents[-1]
    through = scopes[path].through if path in scopes else ""
    return (path,) if path in nodes else (through,) if through else ()
