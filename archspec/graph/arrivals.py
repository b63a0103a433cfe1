"""The live-in values of steps, found in the nodes: scopes only say where to look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from archspec.graph.boundary import Boundary
from archspec.graph.node import Node
from archspec.graph.path import encloses, parent
from archspec.graph.scope import Kind, Scope


class Nested(Protocol):
    """The part of a graph's interface that shows what crosses the boundaries of its scopes."""

    @property
    def nodes(self) -> Mapping[str, Node]:
        """Its nodes by path."""

    @property
    def scopes(self) -> Mapping[str, Scope]:
        """Its scopes by path."""

    def boundary(self, path: str) -> Boundary:
        """Return the live-in and live-out values of a scope or node."""

    def within(self, path: str) -> Iterator[Node]:
        """Yield the nodes inside a scope at any depth."""


@dataclass
class Arrivals:
    """Finds the live-ins and the outputs of the steps of a graph."""

    graph: Nested
    _read: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def at(self, path: str) -> tuple[str, ...]:
        """List the live-ins of a step; those of a repeat begin with its loop-carried values."""
        scope = self.graph.scopes.get(path)
        if scope is None:
            return self.graph.nodes[path].sources
        if scope.kind is Kind.REPEAT:
            return (*self.carried(scope), *self._beside(scope))
        return tuple(scope.takes.values()) or self.read_by(path)

    def inside(self, scope: Scope) -> Iterator[tuple[str, tuple[str, ...]]]:
        """List the contents of a scope with the live-ins of each, a merge's own node last."""
        for path in self._branches(scope) if scope.kind is Kind.MERGE else scope.contents:
            yield path, self.at(path)
        if scope.path in self.graph.nodes:
            yield scope.path, self.graph.nodes[scope.path].sources

    def _branches(self, merge: Scope) -> Iterator[str]:
        """Yield the branches of a merge, each behind those of which it reads values.

        Raises ``ValueError`` for branches that depend on one another in a circle.
        """
        waiting = list(merge.contents)
        while waiting:
            ready = next((each for each in waiting if not self._awaits(each, waiting)), None)
            if ready is None:
                raise ValueError(
                    f"`{merge.path}` cannot be written as a merge: `{waiting[0]}` and another"
                    " branch each read what is computed in the other"
                )
            waiting.remove(ready)
            yield ready

    def _awaits(self, path: str, others: Iterable[str]) -> bool:
        values = self.at(path)
        beside = (each for each in others if each != path)
        return any(encloses(each, value) for each in beside for value in values)

    def read_by(self, path: str) -> tuple[str, ...]:
        """List the values from outside that a step reads, or passes through."""
        if path not in self._read:
            self._read[path] = tuple(dict.fromkeys(self._sources(path)))
        return self._read[path]

    def output(self, path: str) -> str:
        """Return the path of the output of a step, or of the first of several."""
        return self.outputs(path)[0]

    def outputs(self, path: str) -> tuple[str, ...]:
        """List the paths of the outputs of a step: several only for a module that names them."""
        named = tuple(self.named(path).values())
        return named or (self.graph.boundary(path).output,)

    def named(self, path: str) -> dict[str, str]:
        """List the outputs of a step that have names there, by these names."""
        scope = self.graph.scopes.get(path)
        given = scope.gives if scope else {}
        crossing = self._crossing(scope) if scope else ""
        return {name: value for name, value in given.items() if value != crossing}

    def _crossing(self, scope: Scope) -> str:
        """Return the value of another branch that a branch with steps passes on; empty if none.

        A pass has put it in the branch's place, so that the merge no longer matches its branches:
        it is written as steps, and reads each value where it is computed. As an output of two
        branches it could make each of them read the other.
        """
        around = self.graph.scopes.get(parent(scope.path))
        is_branch = around is not None and around.kind is Kind.MERGE
        is_inside = is_branch and encloses(parent(scope.path), scope.through)
        return scope.through if is_inside and scope.contents else ""

    def arriving(self, scope: Scope) -> str:
        """Return the value that enters a scope, which a residual adds and a repeat carries on.

        Where no node shows which one it is, any live-in will do.
        """
        found = None
        if scope.kind is Kind.RESIDUAL:
            found = self._shortcut(scope)
        elif scope.kind is Kind.REPEAT and len(scope.contents) > 1:
            found = self._carried(*scope.contents[:2])
        return found or self.graph.boundary(scope.path).inputs[0]

    def carried(self, scope: Scope) -> tuple[str, ...]:
        """List the loop-carried values of a repeat, as they enter its first copy."""
        left = self.outputs(scope.path)
        if len(left) == 1:
            return (self.arriving(scope),)
        return self.at(scope.contents[0]) if scope.contents else left

    def copies(self, scope: Scope) -> Iterator[tuple[str, tuple[str, ...]]]:
        """List the copies of a repeat, each with the loop-carried values that enter it."""
        arriving = self.carried(scope)
        for path in scope.contents:
            yield path, arriving
            arriving = self.outputs(path)

    def _sources(self, path: str) -> Iterable[str]:
        scope = self.graph.scopes.get(path)
        if scope is None:
            return self.graph.nodes[path].sources
        if scope.kind in (Kind.MODULE, Kind.LAYER):
            return tuple(scope.takes.values()) or self.graph.boundary(path).inputs
        found = [source for each in scope.contents for source in self.read_by(each)]
        outside = [each for each in (*found, *self.outputs(path)) if not encloses(path, each)]
        first = (self.arriving(scope),) if scope.kind is Kind.RESIDUAL else ()
        return (*(each for each in first if each in outside), *outside)

    def _shortcut(self, scope: Scope) -> str | None:
        """Find the value from outside that a residual adds as it is."""
        add = self.graph.nodes.get(f"{scope.path}.add")
        return add.sources[0] if add and not encloses(scope.path, add.sources[0]) else None

    def _carried(self, first: str, second: str) -> str | None:
        """Find the operand of the first copy where the second one reads the first one's output."""
        given = self.output(first)
        for one, two in zip(self.graph.within(first), self.graph.within(second), strict=False):
            for before, after in zip(one.sources, two.sources, strict=False):
                if after == given and not encloses(first, before):
                    return before
        return None

    def _beside(self, scope: Scope) -> tuple[str, ...]:
        """List the loop-invariant values that the copies of a repeat read."""
        found = [
            source
            for path, arriving in self.copies(scope)
            for source in self.read_by(path)
            if source not in arriving and not encloses(scope.path, source)
        ]
        return tuple(dict.fromkeys(found))
