"""What a program overwrites in place."""

from __future__ import annotations

from collections.abc import Iterator
from operator import getitem

from torch.fx import Graph, Node


def rebind(graph: Graph) -> None:
    """Let what reads a value after it was overwritten read what overwrote it."""
    places = {node: place for place, node in enumerate(graph.nodes)}
    for node in filter(_overwrites, graph.nodes):
        overwritten = node.all_input_nodes[0]
        for reader in [each for each in overwritten.users if places[each] > places[node]]:
            reader.replace_input_with(overwritten, node)


def part_overwritten(graph: Graph) -> Node | None:
    """Return the first call that overwrites a view of what is read after it; None if none does."""
    places: dict[Node, int] = {node: place for place, node in enumerate(graph.nodes)}
    for node in filter(_overwrites, places):
        viewed = _viewed(node.all_input_nodes[0])
        if any(places[reader] > places[node] for each in viewed for reader in each.users):
            return node
    return None


def _overwrites(node: Node) -> bool:
    name = getattr(getattr(node.target, "_schema", None), "name", "")
    return name.endswith("_") and not name.endswith("__") and bool(node.all_input_nodes)


def _viewed(node: Node) -> Iterator[Node]:
    """Yield what a value is a view of, and what that is a view of."""
    while _is_view(node):
        node = node.all_input_nodes[0]
        yield node


def _is_view(node: Node) -> bool:
    """Whether a value shares its numbers with what it was taken from."""
    if node.target is getitem:
        return True
    schema = getattr(node.target, "_schema", None)
    said = schema.arguments[0].alias_info if schema and schema.arguments else None
    return said is not None and bool(node.all_input_nodes)
