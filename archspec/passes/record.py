"""What a pass says of every place that it looked at, and what it hands on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from archspec.graph import Graph, Node

Tensors = Mapping[str, Any]
"""The weights of a graph as arrays by ``path.name``; those that a pass computes are float64."""
Plan = TypeVar("Plan")


class Exactness(StrEnum):
    """How far the outputs of a rewritten network may be from those of the original."""

    BIT_EQUAL = "bit-equal"
    ROUNDED = "weights rounded once"
    REASSOCIATED = "sums re-associated"


class Place(NamedTuple):
    """A node that a pass looked at: whether it was rewritten, and into what or why not."""

    path: str
    is_applied: bool
    told: str


class Passed(NamedTuple):
    """What a pass leaves: a graph, its weights, perhaps with some of removed nodes, and records."""

    graph: Graph
    tensors: Tensors
    places: tuple[Place, ...]


class Illegal(Exception):
    """A place that a pass must leave as it is; the message says why."""


def require(condition: object, reason: str) -> None:
    """Raise ``Illegal`` unless a condition holds."""
    if not condition:
        raise Illegal(reason)


def planned(
    nodes: Iterable[Node], plan: Callable[[Node], Plan], told: Callable[[Plan], str]
) -> tuple[dict[str, Plan], tuple[Place, ...]]:
    """Plan the rewriting of each node; ``told`` puts a plan into words, ``Illegal`` a refusal."""
    plans, places = dict[str, Plan](), list[Place]()
    for node in nodes:
        try:
            plans[node.path] = plan(node)
            places.append(Place(node.path, True, told(plans[node.path])))
        except Illegal as why:
            places.append(Place(node.path, False, str(why)))
    return plans, tuple(places)


def unread(
    graph: Graph, rewritten: Graph, known: Collection[str] = frozenset()
) -> tuple[Place, ...]:
    """Record the nodes that are gone since nothing reads them, without those that are ``known``."""
    gone = [path for path in graph.nodes if path not in rewritten.nodes and path not in known]
    return tuple(Place(path, True, "nothing uses it") for path in gone)


def require_alone(graph: Graph, node: Node) -> None:
    """Refuse a node whose value is read more than once, or leaves the network."""
    require(node.path not in graph.leaving, f"`{node.path}` is an output of the network")
    uses = graph.uses(node.path)
    require(uses == 1, f"`{node.path}` is read {uses} times")


def before(graph: Graph, node: Node) -> Node:
    """Return the node whose value another reads first; refuse an input of the network."""
    found = graph.nodes.get(node.sources[0])
    require(found is not None, f"it reads the input `{node.sources[0]}`")
    assert found is not None
    return found
