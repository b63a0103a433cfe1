"""Drop what changes nothing in inference."""

from archspec.graph import Graph, Node, Wire
from archspec.graph.rewriting import Change
from archspec.passes.record import Passed, Tensors, planned, require, unread

NAME = "drop_identities"


def drop_identities(graph: Graph, tensors: Tensors) -> Passed:
    """Drop dropout, identities, scales by one, slices of everything and their like.

    Legal where

    1. the operator returns its operand in inference (``Operator.is_identity``);
    2. an output of the network stays the value of an operator, not of an input.

    A module that gives nothing else any more is gone, with what it gave unread.
    """
    identities = [node for node in graph.nodes.values() if is_idle(node)]

    def plan(node: Node) -> str:
        is_output = node.path in graph.outputs.values()
        origin = _origin(graph, node)
        require(origin in graph.nodes or not is_output, f"it gives the input `{origin}` as output")
        return node.op.word

    plans, places = planned(identities, plan, lambda word: f"{word} changes nothing in inference")
    if not plans:
        return Passed(graph, tensors, places)
    left = without_identities(graph, {node.path for node in identities} - plans.keys())
    return Passed(left, tensors, (*places, *unread(graph, left, plans)))


def without_identities(graph: Graph, kept: set[str] | frozenset[str] = frozenset()) -> Graph:
    """Remove what changes nothing in inference, except for nodes that are ``kept``."""

    def drop(node: Node, sources: tuple[Wire, ...]) -> Change:
        return sources[0] if is_idle(node) and node.path not in kept else None

    return graph.rewrite(drop, NAME)


def is_idle(node: Node) -> bool:
    """Whether a node returns its operand in inference."""
    return node.op.is_identity(*node.inputs)


def _origin(graph: Graph, node: Node) -> str:
    """Return the value that a node passes on, through others that change nothing."""
    path = node.sources[0]
    while path in graph.nodes and is_idle(graph.nodes[path]):
        path = graph.nodes[path].sources[0]
    return path
