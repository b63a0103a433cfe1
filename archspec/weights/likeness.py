"""Whether a graph computes what the network computes whose tensors it takes."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.diagnostic import Diagnostic, Severity
from archspec.graph import Graph, Node
from archspec.weights.names import NameMap


def otherwise(graph: Graph, original: Graph, names: NameMap) -> Diagnostic | None:
    """Warn where tensors fit a graph that computes something else with them than its original."""
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
        f"the spec that they are of is zoo:{names.spec}",
        severity=Severity.WARNING,
    )


def _differing(one: Node, other: Node) -> Iterator[str]:
    """Name what differs in inference, beside what the shapes of tensors tell of."""
    if one.op.word != other.op.word:
        yield "kind"
        return
    told = one.op.sets_channels if any(one.op.parameters(*one.inputs)) else ()
    names = [name for name in one.op.attributes if name not in (*told, *one.op.training_only)]
    yield from (name for name in names if getattr(one.op, name) != getattr(other.op, name))


def mistaken(owner: NameMap, graph: Graph) -> Diagnostic:
    """Warn of a file that is of a larger network, whose names this one shares."""
    return Diagnostic(
        "weights/otherwise",
        f"the file has all tensors of {owner.publisher}'s {owner.network}, and this {graph.name}"
        " takes a part of them",
        help=f"the spec that they are of is zoo:{owner.spec}",
        severity=Severity.WARNING,
    )
