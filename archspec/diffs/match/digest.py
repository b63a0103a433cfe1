"""Digests of nodes and scopes: equal where two parts of graphs compute the same.

This is value numbering by hashes, with which compilers find common subexpressions (B. Alpern et
al., "Detecting Equality of Variables in Programs", 1988). Names do not count. Digests follow the
wires from live-ins to outputs, so that inlining or extracting a module changes nothing. Equal nodes
with learned tensors are numbered in writing order, since two convolutions of the same value are not
one that is used twice. ``VERSION`` goes into every digest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

from archspec.graph import Graph, Node, Scope
from archspec.operator import Operator

VERSION = 1
_SIZE = 16

Digest = bytes


def _digest(*parts: bytes) -> Digest:
    return blake2b(b"\0".join(parts), digest_size=_SIZE).digest()


@dataclass
class Digests:
    """The digests of one graph, computed when asked for; ``within`` lists the nodes of a scope."""

    graph: Graph
    within: Callable[[str], Iterable[Node]]
    _operators: dict[int, bytes] = field(default_factory=dict)
    _scopes: dict[str, Digest] = field(default_factory=dict)

    def operator(self, op: Operator) -> bytes:
        """Serialize an operator: its word and attributes, with the version of digests.

        Results are cached by identity, which is safe as the graph keeps its operators alive.
        """
        found = self._operators.get(id(op))
        if found is None:
            found = self._operators[id(op)] = f"{VERSION} {op!r}".encode()
        return found

    def values(self, nodes: Iterable[Node], arriving: Mapping[str, Digest]) -> dict[str, Digest]:
        """Digest each node by its operator and the digests of what it takes.

        ``arriving`` are the digests of live-ins; one that is missing is known by its path.
        """
        found = dict(arriving)
        alike: Counter[Digest] = Counter()
        for node in nodes:
            sources = [found.get(path) or path.encode() for path in node.sources]
            if node.op.commutative:
                sources.sort()
            digest = _digest(self.operator(node.op), *sources)
            if learns(node.op):
                alike[digest] += 1
                digest = _digest(digest, b"%d" % alike[digest])
            found[node.path] = digest
        return found

    def inside(self, scope: Scope) -> dict[str, Digest]:
        """Digest the nodes of a scope, its live-ins being known by position alone."""
        inputs = self.graph.boundary(scope.path).inputs
        arriving = {path: b"in %d" % number for number, path in enumerate(inputs)}
        return self.values(self.within(scope.path), arriving)

    def of(self, path: str) -> Digest:
        """Digest a scope, or a node by itself."""
        scope = self.graph.scopes.get(path)
        if scope is None:
            return self.operator(self.graph.nodes[path].op)
        found = self._scopes.get(path)
        if found is None:
            found = self._scopes[path] = self._of_scope(scope)
        return found

    def _of_scope(self, scope: Scope) -> Digest:
        left = self.graph.boundary(scope.path).outputs
        inside = self.inside(scope)
        found = [inside.get(each, b"through") for each in left]
        return found[0] if len(found) == 1 else _digest(*found)

    @cached_property
    def inputs(self) -> Mapping[str, Digest]:
        """The digests of the inputs: of their types, and of their names if there are several."""
        names = _told_apart(self.graph.inputs)
        given = self.graph.inputs.items()
        return {name: _digest(b"input", names[name], str(it.type).encode()) for name, it in given}

    @cached_property
    def network(self) -> Mapping[str, Digest]:
        """The digests of all nodes, computed from the inputs of the network."""
        return self.values(self.graph.nodes.values(), self.inputs)

    @cached_property
    def function(self) -> tuple[bytes, ...]:
        """The function of the network: digests of its inputs, its outputs and its heads."""
        ends = (self.graph.outputs, self.graph.heads)
        leaving = (
            _digest(names[name], self.network[path])
            for named, names in zip(ends, map(_told_apart, ends), strict=True)
            for name, path in named.items()
        )
        return (*self.inputs.values(), b"%d" % len(self.graph.heads), *leaving)


def _told_apart(named: Mapping[str, object]) -> Mapping[str, bytes]:
    """Encode the names that tell several values apart; a single one needs none."""
    return {name: name.encode() if len(named) > 1 else b"" for name in named}


def learns(op: Operator) -> bool:
    """Whether an operator has learned tensors."""
    return type(op).parameters is not Operator.parameters
