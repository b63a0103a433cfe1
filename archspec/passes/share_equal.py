"""Compute equal values once."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from archspec.graph import Graph, Node, Wire
from archspec.graph.rewriting import Change
from archspec.operator import Operator
from archspec.passes.record import Passed, Place, Tensors, unread


def share_equal(graph: Graph, tensors: Tensors) -> Passed:
    """Let the users of equal values, or common subexpressions, read the first of them.

    Legal where two nodes

    1. have the same operator, with the same attributes;
    2. read the same values, after this pass;
    3. have the same weights to the bit;
    4. and the second is no output of the network, whose outputs stay values of their own.
    """
    found = _Equals(graph, tensors)
    for node in graph.nodes.values():
        found.look(node)
    if not found.firsts:
        return Passed(graph, tensors, tuple(found.places))

    def share(node: Node, _sources: tuple[Wire, ...]) -> Change:
        first = found.firsts.get(node.path)
        return None if first is None else Wire(first, node.output)

    left = graph.rewrite(share, "share_equal")
    return Passed(left, tensors, (*found.places, *unread(graph, left, found.firsts)))


@dataclass
class _Equals:
    """Finds the first node of each value; ``firsts`` maps later ones to it."""

    graph: Graph
    tensors: Tensors
    firsts: dict[str, str] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    seen: dict[tuple[Operator, tuple[str, ...]], list[Node]] = field(default_factory=dict)

    def look(self, node: Node) -> None:
        """Compare a node with those before it that have its operator and operands."""
        sources = tuple(self.firsts.get(each, each) for each in node.sources)
        alike = self.seen.setdefault((node.op, sources), [])
        first = next((each for each in alike if self._weighs_as(each, node)), None)
        if first is not None and node.path not in self._leaving:
            self.firsts[node.path] = first.path
            self.places.append(Place(node.path, True, f"equal to `{first.path}`"))
            return
        if alike:
            why = "it is an output of the network" if first else "its weights are others"
            self.places.append(Place(node.path, False, f"like `{alike[0].path}`, but {why}"))
        alike.append(node)

    @cached_property
    def _leaving(self) -> frozenset[str]:
        return frozenset(self.graph.outputs.values())

    def _weighs_as(self, one: Node, other: Node) -> bool:
        names = [each.name for each in other.op.parameters(*other.inputs)]
        pairs = [[self.tensors[f"{node.path}.{name}"] for node in (one, other)] for name in names]
        return all(np.array_equal(*pair) for pair in pairs)
