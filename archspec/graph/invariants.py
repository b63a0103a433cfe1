"""The invariants of graphs, to which builders, passes and importers are held."""

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
    """The part of a graph's interface that the invariants use."""

    @property
    def nodes(self) -> Mapping[str, Node]:
        """Its nodes by path, in topological order."""

    @property
    def scopes(self) -> Mapping[str, Scope]:
        """Its scopes by path."""

    @property
    def inputs(self) -> Mapping[str, Any]:
        """Its inputs by name."""

    @property
    def outputs(self) -> Mapping[str, str]:
        """The paths of its outputs by name."""

    @property
    def heads(self) -> Mapping[str, str]:
        """The paths of its auxiliary heads' outputs by name."""

    def type_of(self, path: str) -> TensorType:
        """Return the type of a value."""

    def boundary(self, path: str) -> Boundary:
        """Return the live-in and live-out values of a scope."""


class Invariant(NamedTuple):
    """A named sentence, and a function that yields the paths that violate it."""

    name: str
    sentence: str
    broken: Callable[[Typed], Iterator[str]]


def _ambiguous_paths(graph: Typed) -> Iterator[str]:
    yield from (path for path, node in graph.nodes.items() if node.path != path)
    yield from (path for path, scope in graph.scopes.items() if scope.path != path)
    yield from (name for name in graph.inputs if name in graph.nodes or name in graph.scopes)


def _dangling_references(graph: Typed) -> Iterator[str]:
    wanted = [*graph.outputs.values(), *graph.heads.values()]
    wanted += [source for node in graph.nodes.values() for source in node.sources]
    for scope in graph.scopes.values():
        wanted += [each for each in (scope.through, scope.arriving) if each]
        wanted += [*scope.takes.values(), *scope.gives.values()]
    yield from (each for each in wanted if each not in graph.nodes and each not in graph.inputs)


def _uses_before_definition(graph: Typed) -> Iterator[str]:
    known = set(graph.inputs)
    for path, node in graph.nodes.items():
        if not known.issuperset(node.sources):
            yield path
        known.add(path)


def _unknown_shapes(graph: Typed) -> Iterator[str]:
    yield from (name for name in graph.inputs if not graph.type_of(name).is_known)
    yield from (path for path, node in graph.nodes.items() if not node.output.is_known)


def _wrong_types(graph: Typed) -> Iterator[str]:
    known: dict[tuple[object, tuple[TensorType, ...]], TensorType] = {}
    for path, node in graph.nodes.items():
        key = (node.op, node.inputs)
        inferred = known.get(key) or known.setdefault(key, node.op.infer(*node.inputs))
        if node.output != inferred or node.inputs != tuple(map(graph.type_of, node.sources)):
            yield path


def _not_in_one_scope(graph: Typed) -> Iterator[str]:
    held = Counter(path for scope in graph.scopes.values() for path in scope.contents)
    wanted = dict.fromkeys((*graph.nodes, *graph.scopes), 1) | {"": 0}
    yield from (path for path in {**wanted, **held} if held[path] != wanted.get(path))


def _wrong_parents(graph: Typed) -> Iterator[str]:
    for path, scope in graph.scopes.items():
        yield from (each for each in scope.contents if parent(each) != path)


def _shared_without_merge(graph: Typed) -> Iterator[str]:
    for path, scope in graph.scopes.items():
        if (path in graph.nodes) != (scope.kind is Kind.MERGE):
            yield path


def _merges_of_other_values(graph: Typed) -> Iterator[str]:
    for path, scope in graph.scopes.items():
        if scope.kind is Kind.MERGE:
            sources = graph.nodes[path].sources
            given = [graph.boundary(each).outputs for each in scope.contents]
            pairs = zip(sources, given, strict=False)
            if len(sources) != len(given) or not all(each in found for each, found in pairs):
                yield path


def _empty_without_value(graph: Typed) -> Iterator[str]:
    full = {around for path in graph.nodes for around in upwards(path)}
    for path, scope in graph.scopes.items():
        empty = path and path not in full
        if (empty and not scope.through) or (scope.through and encloses(path, scope.through)):
            yield path


INVARIANTS = (
    Invariant("unique paths", "a path names one node, scope or input", _ambiguous_paths),
    Invariant("closed", "every value referred to is defined in the graph", _dangling_references),
    Invariant("dependency order", "nodes are in topological order", _uses_before_definition),
    Invariant("shapes", "every value is a vector or a map", _unknown_shapes),
    Invariant("types", "the types of a node's values are those inferred", _wrong_types),
    Invariant("partition", "each node and scope lies directly in one scope", _not_in_one_scope),
    Invariant("nesting", "a path is that of its scope and a name", _wrong_parents),
    Invariant(
        "merges",
        "a scope shares its path only with the merge of its branches",
        _shared_without_merge,
    ),
    Invariant(
        "branches",
        "a merge reads a result of each of its branches, in order",
        _merges_of_other_values,
    ),
    Invariant("empty scopes", "an empty scope passes on an outside value", _empty_without_value),
)
"""Ordered so that each may rely on those before it."""
