"""Which maps a graph takes and gives with channels last, as those made from TensorFlow do."""

from __future__ import annotations

from typing import Any

_TO_FIRST, _TO_LAST = [0, 3, 1, 2], [0, 2, 3, 1]


def is_read_with_channels_last(graph: Any, name: str) -> bool:
    """Whether all that reads a value puts its channels, which are last, first."""
    readers = [node for node in graph.node if name in node.input]
    return bool(readers) and all(_order(node) == _TO_FIRST for node in readers)


def is_made_with_channels_last(graph: Any, name: str) -> bool:
    """Whether what makes a value puts its channels last."""
    return any(_order(node) == _TO_LAST for node in graph.node if name in node.output)


def _order(node: Any) -> list[int]:
    found = (each.ints for each in node.attribute if each.name == "perm")
    return [*next(found, ())] if node.op_type == "Transpose" else []
