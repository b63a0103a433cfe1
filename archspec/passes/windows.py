"""Windows of convolutions: what one reads, and where a smaller one lies within a larger one."""

from __future__ import annotations

from typing import Any

import numpy as np

from archspec.graph import Node
from archspec.operators.conv2d import Conv2d


def is_pointwise(node: Node) -> bool:
    """Whether a node is a convolution whose windows are single cells of the map."""
    op = node.op
    return isinstance(op, Conv2d) and op.kernel == (1, 1) and not any(op.pads(*node.inputs))


def pads_of(node: Node) -> tuple[int, int, int, int]:
    """Return the padding of a convolution in cells, which ``same`` leaves to the size of a map."""
    assert isinstance(node.op, Conv2d)
    return node.op.pads(*node.inputs)


def offset(small: tuple[int, int], within: Node, pads: tuple[int, int, int, int]) -> Any:
    """Return where a filter lies in that of a convolution over the same map; None if beyond it.

    ``small`` and ``pads`` are the size of the filter and its padding.
    """
    op = within.op
    assert isinstance(op, Conv2d)
    found = []
    for side, dilation in enumerate(op.dilation):
        cells = pads_of(within)[2 * side] - pads[2 * side]
        place, rest = divmod(cells, dilation)
        if rest or not 0 <= place <= op.kernel[side] - small[side]:
            return None
        found.append(place)
    return tuple(found)


def embedded(weight: Any, shape: tuple[int, ...], place: tuple[int, int]) -> Any:
    """Place filters within larger ones, of zeros elsewhere."""
    found = np.zeros(shape)
    rows, columns = (slice(at, at + size) for at, size in zip(place, weight.shape[2:], strict=True))
    found[:, :, rows, columns] = weight
    return found
