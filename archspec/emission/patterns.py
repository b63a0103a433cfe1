"""Matching layers, residuals and merges in the nodes of scopes, which only say where to look.

Where a pass has changed the nodes of a scope, its pattern no longer matches, and they are written
as plain steps.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from archspec.graph import Graph, Node, Scope, encloses, last
from archspec.graph.arrivals import Arrivals
from archspec.operator import Operator


class RowPattern(NamedTuple):
    """A chain of operators, and the activation at its end, if there is one."""

    nodes: tuple[Node, ...]
    activation: Node | None


class ResidualPattern(NamedTuple):
    """The sum of a shortcut and the value of a body, perhaps scaled, perhaps activated."""

    shortcut: str
    scale: Node | None
    add: Node
    activation: Node | None

    @property
    def factor(self) -> float:
        """The factor of the body."""
        return self.scale.op.factor if self.scale else 1  # type: ignore[attr-defined]

    @property
    def sum(self) -> tuple[Node, ...]:
        """The nodes that scale and add."""
        return (self.scale, self.add) if self.scale else (self.add,)


@dataclass(frozen=True)
class PatternMatcher:
    """Matches patterns in the nodes of scopes.

    The outputs of ``overwritable`` operators may be overwritten by their only user.
    """

    graph: Graph
    arrivals: Arrivals
    overwritable: Collection[type[Operator]]

    def row(self, scope: Scope) -> RowPattern | None:
        """Match a chain of operators, each the only user of the one before it."""
        nodes = self._nodes(scope)
        if not nodes or len(nodes) < len(scope.contents) or len(nodes[0].sources) > 1:
            return None
        if not all(self._follows(after, before) for before, after in pairwise(nodes)):
            return None
        if not self._leaves(nodes[-1], scope):
            return None
        if self._is_activation(nodes[-1], scope):
            return RowPattern(nodes[:-1], nodes[-1])
        return RowPattern(nodes, None)

    def residual(self, scope: Scope) -> ResidualPattern | None:
        """Match an ``add`` of two values, the second being that of the branch ``body``."""
        rest = list(self._nodes(scope))
        scale = rest.pop(0) if rest and _is(rest[0], "scale") else None
        add = rest.pop(0) if rest and _is(rest[0], "add") else None
        if add is None:
            return None
        activation = rest.pop(0) if rest and self._is_activation(rest[0], scope) else None
        if rest or not self._leaves(activation or add, scope):
            return None
        if activation is not None and activation.sources != (add.path,):
            return None
        shortcut = self._shortcut(scope, add, scale)
        return None if shortcut is None else ResidualPattern(shortcut, scale, add, activation)

    def _shortcut(self, scope: Scope, add: Node, scale: Node | None) -> str | None:
        """Find the value to which the body is added: the output of a branch, or a live-in."""
        branches = [path for path in scope.contents if path in self.graph.scopes]
        known = [last(path) for path in branches] in (["body"], ["shortcut", "body"])
        if not known or not self._are_apart(scope):
            return None
        *projected, body = map(self.arrivals.output, branches)
        shortcut, scaled = projected[0] if projected else add.sources[0], body
        if scale is not None:
            scaled = scale.path if scale.sources == (body,) else ""
        is_known = projected or not encloses(scope.path, shortcut)
        return shortcut if is_known and add.sources == (shortcut, scaled) else None

    def merge(self, scope: Scope) -> Node | None:
        """Match an operator over the outputs of the branches, in their order."""
        node = self.graph.nodes.get(scope.path)
        if node is None or not node.op.variadic or not self._leaves(node, scope):
            return None
        given = tuple(self.arrivals.output(path) for path in scope.contents)
        return node if node.sources == given and self._are_apart(scope) else None

    def _are_apart(self, scope: Scope) -> bool:
        """Whether no branch reads what is in another."""
        branches = [path for path in scope.contents if path in self.graph.scopes]
        read = (value for path in branches for value in self.arrivals.read_by(path))
        return not any(encloses(scope.path, value) for value in read)

    def is_free(self, path: str) -> bool:
        """Whether a value may be overwritten by its only user."""
        source = self.graph.nodes.get(path)
        if source is None or self.graph.uses(path) > 1:
            return False
        return type(source.op) in self.overwritable

    def _nodes(self, scope: Scope) -> tuple[Node, ...]:
        nodes = self.graph.nodes
        return tuple(nodes[path] for path in scope.contents if path in nodes)

    def _follows(self, node: Node, before: Node) -> bool:
        return node.sources == (before.path,) and self.graph.uses(before.path) == 1

    def _leaves(self, node: Node, scope: Scope) -> bool:
        return self.arrivals.output(scope.path) == node.path

    def _is_activation(self, node: Node, scope: Scope) -> bool:
        """Whether a node is what ``activation=`` makes; its input is free where any value is."""
        if node.op.role != "activation" or not _is(node, node.op.word):
            return False
        before = node.sources[0]
        return before in scope.contents and (self.is_free(before) or not self.overwritable)


def _is(node: Node, word: str) -> bool:
    """Whether a node is an operator of this word and named after it."""
    return node.op.word == word == last(node.path)
