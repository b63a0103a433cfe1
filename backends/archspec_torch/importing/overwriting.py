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
    """Return the first call that overwrites what is read after it by another name; None if none.

    That is a view of it, what it is a view of, or another view of that.
    """
    places: dict[Node, int] = {node: place for place, node in enumerate(graph.nodes)}
    for node in filter(_overwrites, places):
        others = (each for each in _sharing(node) if each is not node.all_input_nodes[0])
        if any(places[reader] > places[node] for each in others for reader in each.users):
            return node
    return None


def _overwrites(node: Node) -> bool:
    name = getattr(getattr(node.target, "_schema", None), "name", "")
    return name.endswith("_") and not name.endswith("__") and bool(node.all_input_nodes)


def _sharing(node: Node) -> Iterator[Node]:
    """Yield the values that share their numbers with what a call overwrites, but its result."""
    root = node.all_input_nodes[0]
    while _is_view(root):
        root = root.all_input_nodes[0]
    waiting = [root]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(one for one in each.users if one is not node and _views(one, each))


def _views(node: Node, value: Node) -> bool:
    return _is_view(node) and node.all_input_nodes[0] is value


def _is_view(node: Node) -> bool:
    """Whether a value shares its numbers with what it was taken from."""
    if node.target is getitem:
        return True
    schema = getattr(node.target, "_schema", None)
    said = schema.arguments[0].alias_info if schema and schema.arguments else None
    return said is not None and bool(node.all_input_nodes)
