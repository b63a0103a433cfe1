"""Adaptation of the first convolution to images with another number of channels."""

from __future__ import annotations

from typing import Any

from archspec.graph import Graph
from archspec.operators.conv2d import Conv2d


def entries(graph: Graph) -> frozenset[str]:
    """Find the convolutions that are the first operators with weights on a path from an input."""
    bare = set(graph.inputs)
    found = set()
    for path, node in graph.nodes.items():
        if not bare.issuperset(node.sources):
            continue
        if not tuple(node.op.parameters(*node.inputs)):
            bare.add(path)
        elif isinstance(node.op, Conv2d) and node.op.groups == 1:
            found.add(path)
    return frozenset(found)


def adapted(array: Any, shape: tuple[int, ...], how: str) -> Any:
    """Convert a kernel from n to m input channels.

    ``sum`` sets each channel to the sum of the old ones divided by m, so that an image with equal
    channels yields the same output as before. ``repeat`` cycles through the old ones, times n / m.
    """
    before, after = array.shape[1], shape[1]
    if how == "sum":
        return (array.sum(1, keepdims=True) / after).repeat(after, 1)
    return array[:, [place % before for place in range(after)]] * (before / after)


def differ_in_channels(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two shapes of kernels differ in the number of input channels only."""
    return len(one) == len(other) == 4 and one != other and _rest(one) == _rest(other)


def _rest(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (shape[0], *shape[2:])
