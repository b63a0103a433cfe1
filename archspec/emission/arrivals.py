"""Which values steps take from outside, found in the nodes: scopes only say where to look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from archspec.graph import Graph, Kind, Scope


@dataclass
class Arrivals:
    """Finds what arrives at the steps of a graph."""

    graph: Graph
    _read: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def at(self, path: str) -> tuple[str, ...]:
        """List the values that a step is given; for a repeat, first the one that is carried on."""
        scope = self.graph.scopes.get(path)
        if scope is None:
            return self.graph.nodes[path].sources
        if scope.kind is Kind.REPEAT:
            return (self._carried(scope), *self._beside(scope))
        return self.read_by(path)

    def read_by(self, path: str) -> tuple[str, ...]:
        """List the values from outside that nodes of a step read, or that it passes on."""
        if path not in self._read:
            self._read[path] = tuple(dict.fromkeys(self._sources(path)))
        return self._read[path]

    def output(self, path: str) -> str:
        """Return the path of the value that a step gives."""
        scope = self.graph.scopes.get(path)
        return scope.output if scope is not None else path

    def copies(self, scope: Scope) -> Iterator[tuple[str, str]]:
        """List the copies of a repeat, each with the value that it takes from the one before."""
        arriving = scope.inputs[0]
        for path in scope.contents:
            yield path, arriving
            arriving = self.output(path)

    def _sources(self, path: str) -> Iterable[str]:
        scope = self.graph.scopes.get(path)
        if scope is None:
            return self.graph.nodes[path].sources
        if scope.kind in (Kind.MODULE, Kind.LAYER):
            return scope.inputs
        found = [source for each in scope.contents for source in self.read_by(each)]
        outside = [each for each in (*found, scope.output) if not self._is_inside(each, path)]
        first = scope.inputs[:1] if scope.kind is Kind.RESIDUAL else ()
        return (*(each for each in first if each in outside), *outside)

    def _is_inside(self, value: str, path: str) -> bool:
        return value == path or value.startswith(f"{path}.")

    def _carried(self, scope: Scope) -> str:
        """Find what the first copy takes; any value will do, where no copy takes it."""
        read = self.read_by(scope.path)
        return scope.inputs[0] if scope.inputs[0] in read or not read else read[0]

    def _beside(self, scope: Scope) -> tuple[str, ...]:
        """List what the copies of a repeat read beside what the copy before them gives."""
        found = [
            source
            for path, arriving in self.copies(scope)
            for source in self.read_by(path)
            if source != arriving and not self._is_inside(source, scope.path)
        ]
        return tuple(dict.fromkeys(found))
