"""Whether a graph computes the same as the network whose tensors it takes over."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.diagnostic import Diagnostic, Severity
from archspec.graph import Graph, Node
from archspec.weights.names import NameMap


def otherwise(graph: Graph, original: Graph, names: NameMap) -> Diagnostic | None:
    """Warn if tensors fit a graph that computes something else than their original network."""
    pairs = [
        (node, attribute)
        for path, node in graph.nodes.items()
        if path in original.nodes
        for attribute in _differing(node, original.nodes[path])
    ]
    if not pairs:
        return None
    node, attribute = pairs[0]
    steps = len({each.path for each, _ in pairs})
    return Diagnostic(
        "weights/otherwise",
        f"{names.publisher}'s {names.network} computes something else with these weights than this"
        f" {graph.name}: {steps} operators differ, the first `{node.path}` in its {attribute}",
        node.labels(),
        f"their spec is zoo:{names.spec}",
        severity=Severity.WARNING,
    )


def _differing(one: Node, other: Node) -> Iterator[str]:
    """Yield the attributes that differ in inference and do not show in the shapes of tensors."""
    if one.op.word != other.op.word:
        yield "kind"
        return
    told = one.op.sets_channels if any(one.op.parameters(*one.inputs)) else ()
    names = [name for name in one.op.attributes if name not in (*told, *one.op.training_only)]
    yield from (name for name in names if getattr(one.op, name) != getattr(other.op, name))


def mistaken(owner: NameMap, graph: Graph) -> Diagnostic:
    """Warn that a file belongs to a larger network, whose names this graph shares."""
    return Diagnostic(
        "weights/otherwise",
        f"the file has all tensors of {owner.publisher}'s {owner.network}, and this {graph.name}"
        " takes a part of them",
        help=f"their spec is zoo:{owner.spec}",
        severity=Severity.WARNING,
    )
