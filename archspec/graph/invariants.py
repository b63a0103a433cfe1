"""What holds of every graph: the sentences by which a pass, an importer or a test is judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from archspec.graph.boundary import Boundary
from archspec.graph.node import Node
from archspec.graph.path import encloses, parent, upwards
from archspec.graph.scope import Kind, Scope
from archspec.tensor import TensorType


class Typed(Protocol):
    """A graph, as far as its invariants speak of it."""

    @property
    def nodes(self) -> Mapping[str, Node]:
        """Its nodes, in writing order."""

    @property
    def scopes(self) -> Mapping[str, Scope]:
        """Its scopes."""

    @property
    def inputs(self) -> Mapping[str, Any]:
        """Its inputs."""

    @property
    def outputs(self) -> Mapping[str, str]:
        """The values that come out."""

    @property
    def heads(self) -> Mapping[str, str]:
        """The values of auxiliary heads."""

    def type_of(self, path: str) -> TensorType:
        """Return the type of a value."""

    def boundary(self, path: str) -> Boundary:
        """Return what goes into a scope and what leaves it."""


class Invariant(NamedTuple):
    """A sentence with a name, and how to find the paths that break it."""

    name: str
    sentence: str
    broken: Callable[[Typed], Iterator[str]]


def _said_again(graph: Typed) -> Iterator[str]:
    yield from (path for path, node in graph.nodes.items() if node.path != path)
    yield from (path for path, scope in graph.scopes.items() if scope.path != path)
    yield from (name for name in graph.inputs if name in graph.nodes or name in graph.scopes)


def _missing(graph: Typed) -> Iterator[str]:
    wanted = [*graph.outputs.values(), *graph.heads.values()]
    wanted += [source for node in graph.nodes.values() for source in node.sources]
    for scope in graph.scopes.values():
        wanted += [each for each in (scope.through, scope.arriving) if each]
        wanted += [*scope.takes.values(), *scope.gives.values()]
    yield from (each for each in wanted if each not in graph.nodes and each not in graph.inputs)


def _too_early(graph: Typed) -> Iterator[str]:
    known = set(graph.inputs)
    for path, node in graph.nodes.items():
        if not known.issuperset(node.sources):
            yield path
        known.add(path)


def _unknown(graph: Typed) -> Iterator[str]:
    yield from (name for name in graph.inputs if not graph.type_of(name).is_known)
    yield from (path for path, node in graph.nodes.items() if not node.output.is_known)


def _mistyped(graph: Typed) -> Iterator[str]:
    known: dict[tuple[object, tuple[TensorType, ...]], TensorType] = {}
    for path, node in graph.nodes.items():
        key = (node.op, node.inputs)
        inferred = known.get(key) or known.setdefault(key, node.op.infer(*node.inputs))
        if node.output != inferred or node.inputs != tuple(map(graph.type_of, node.sources)):
            yield path


def _unsorted(graph: Typed) -> Iterator[str]:
    held = Counter(path for scope in graph.scopes.values() for path in scope.contents)
    wanted = dict.fromkeys((*graph.nodes, *graph.scopes), 1) | {"": 0}
    yield from (path for path in {**wanted, **held} if held[path] != wanted.get(path))


def _misplaced(graph: Typed) -> Iterator[str]:
    for path, scope in graph.scopes.items():
        yield from (each for each in scope.contents if parent(each) != path)


def _shared(graph: Typed) -> Iterator[str]:
    for path, scope in graph.scopes.items():
        if (path in graph.nodes) != (scope.kind is Kind.MERGE):
            yield path


def _unmerged(graph: Typed) -> Iterator[str]:
    for path, scope in graph.scopes.items():
        if scope.kind is Kind.MERGE:
            given = tuple([graph.boundary(each).output for each in scope.contents])
            if graph.nodes[path].sources != given:
                yield path


def _through_itself(graph: Typed) -> Iterator[str]:
    full = {around for path in graph.nodes for around in upwards(path)}
    for path, scope in graph.scopes.items():
        empty = path and path not in full
        if (empty and not scope.through) or (scope.through and encloses(path, scope.through)):
            yield path


INVARIANTS = (
    Invariant("unique paths", "a path names one node, scope or input", _said_again),
    Invariant("closed", "every value that is spoken of is one of the graph", _missing),
    Invariant("dependency order", "a node stands behind those that it takes", _too_early),
    Invariant("shapes", "a value is a vector or a map", _unknown),
    Invariant("types", "a node takes and gives the types that are inferred", _mistyped),
    Invariant("partition", "each node and scope lies directly in one scope", _unsorted),
    Invariant("nesting", "a path is that of its scope and a name", _misplaced),
    Invariant("merges", "a scope shares its path with a node if it holds its branches", _shared),
    Invariant("branches", "a merge takes what its branches give, in their order", _unmerged),
    Invariant("empty scopes", "an empty scope hands on a value from outside", _through_itself),
)
"""In an order in which each may rely on those before it."""
