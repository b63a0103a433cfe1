"""The live-in and live-out values of scopes, computed from the nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import NamedTuple

from archspec.graph.node import Node
from archspec.graph.path import encloses, parent, upwards
from archspec.graph.scope import Kind, Scope


class Boundary(NamedTuple):
    """The live-in and live-out values of a scope, in order of first use.

    A value is live-out if a node outside the scope reads it, if a module outside is given it, read
    there or not, or if it is an output of the network. If there is none, the result of the last
    step stands in.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    @property
    def output(self) -> str:
        """The first live-out value; empty if there is none."""
        return self.outputs[0] if self.outputs else ""


def boundaries(
    nodes: Mapping[str, Node], scopes: Mapping[str, Scope], leaving: Iterable[str]
) -> dict[str, Boundary]:
    """Compute the boundary of each scope in one pass over the wires; ``leaving`` are outputs."""
    crossing = _Crossing(scopes)
    for path, node in nodes.items():
        within = parent(path)
        for source in node.sources:
            if parent(source) != within or source in scopes or path in scopes:
                crossing.add(source, path)
    for path in leaving:
        crossing.add(path, None)
    for value, reader in _handed(scopes):
        crossing.add(value, reader)
    return {path: crossing.boundary(path, nodes) for path in scopes}


def _handed(scopes: Mapping[str, Scope]) -> Iterator[tuple[str, str]]:
    """Yield what modules name, read or not, with a place on the other side of their boundary."""
    for path, scope in scopes.items():
        yield from ((value, parent(path)) for value in scope.takes.values())
        given = scope.gives.values() if scope.kind is Kind.MODULE else ()
        yield from ((value, path) for value in given if encloses(path, value))


def naming_boundaries(
    nodes: Mapping[str, Node], scopes: Mapping[str, Scope], leaving: Iterable[str]
) -> dict[str, Scope]:
    """Complete ``takes`` and ``gives`` of scopes with several values on their boundary.

    Passes and Python may let a node read a value from inside any scope; a spec can only read what
    a module names.
    """
    found = dict(scopes)
    for path, (inputs, outputs) in boundaries(nodes, scopes, leaving).items():
        scope = scopes[path]
        gives_several = path and (scope.gives or len(outputs) > 1)
        gives = _named(scope, scope.gives, outputs) if gives_several else scope.gives
        has_several = scope.kind is Kind.MODULE and len(inputs) > 1
        takes = _numbered(scope.takes, inputs) if scope.takes or has_several else scope.takes
        found[path] = replace(scope, takes=takes, gives=gives)
    return found


def _named(scope: Scope, known: Mapping[str, str], values: Iterable[str]) -> dict[str, str]:
    """Name the values that ``known`` does not name yet after their paths."""
    named = dict(known)
    for path in values:
        if path not in named.values():
            named[_free(path.removeprefix(f"{scope.path}.").replace(".", "_"), named)] = path
    return named


def _numbered(known: Mapping[str, str], values: Iterable[str]) -> dict[str, str]:
    """Name the values that ``known`` does not name yet alike in all uses of a module: ``x1``."""
    named = dict(known)
    for path in values:
        if path not in named.values():
            named[_free(f"x{len(named)}", named)] = path
    return named


def _free(name: str, taken: Mapping[str, str]) -> str:
    """Return a name, or the first of that name with a number behind it that is not taken."""
    names = chain((name,), (f"{name}_{number}" for number in count(len(taken))))
    return next(each for each in names if each not in taken)


@dataclass
class _Crossing:
    scopes: Mapping[str, Scope]
    inputs: dict[str, dict[str, None]] = field(default_factory=dict)
    outputs: dict[str, dict[str, None]] = field(default_factory=dict)

    def add(self, source: str, reader: str | None) -> None:
        """Record a use of ``source`` in every scope that contains only one end of the wire."""
        for scope in self.around(reader, source):
            self.inputs.setdefault(scope, {})[source] = None
        for scope in self.around(source, reader):
            self.outputs.setdefault(scope, {})[source] = None

    def around(self, path: str | None, other: str | None) -> Iterator[str]:
        """Yield the scopes around ``path`` that do not contain ``other``, innermost first."""
        for around in upwards(path if path and path in self.scopes else parent(path or "")):
            if other and encloses(around, other):
                return
            yield around

    def boundary(self, path: str, nodes: Mapping[str, Node]) -> Boundary:
        """Return the boundary of one scope, including the value that passes through it."""
        inputs, outputs = self.inputs.get(path, {}), self.outputs.get(path, {})
        through = self.scopes[path].through
        if through:
            return Boundary(tuple({**inputs, through: None}), (through, *outputs))
        return Boundary(tuple(inputs), tuple(outputs) or _last(path, nodes, self.scopes))


def _last(path: str, nodes: Mapping[str, Node], scopes: Mapping[str, Scope]) -> tuple[str, ...]:
    """Return the result of the last step of a scope."""
    while path not in nodes and path in scopes and scopes[path].contents:
        path = scopes[path].contents[-1]
    through = scopes[path].through if path in scopes else ""
    return (path,) if path in nodes else (through,) if through else ()
