"""Which of Keras's layers has the padding that a convolution was written with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any

from archspec.emission.lowering import Leaf, constant
from archspec.graph import Node
from archspec.operators.pool import Pool

PADDED = {
    "layers.Conv2D": "padded_conv2d",
    "layers.DepthwiseConv2D": "padded_depthwise_conv2d",
}
"""The functions that stand for layers with any padding."""

WORDS = frozenset(("same", "valid"))
WINDOW = ("padding", "kernel", "strides", "dilation_rate")

Known = Callable[[Leaf], Iterable[Any] | None]
"""What a leaf may be, over all uses; None where that is not known."""


def settle(
    construct: str, leaves: Mapping[str, Leaf], known: Known
) -> tuple[str, Mapping[str, Leaf]]:
    """Find the layer, or the function that pads beforehand, and what it is given."""
    values = [known(leaves[name]) for name in WINDOW]
    complete = [each for each in values if each is not None]
    words = _shared(complete) if len(complete) == len(values) else frozenset()
    if words:
        word = "valid" if "valid" in words else "same"
        return construct, {**leaves, "padding": constant(word)}
    native = values[0] is not None and WORDS.issuperset(values[0])
    return construct if native else PADDED[construct], leaves


def hangs_over(node: Node) -> bool:
    """Whether windows may hang over the end, by as much as the size of the map makes them.

    Keras pads as ``same`` for any size, but has no pooling that rounds up.
    """
    op = node.op
    if not isinstance(op, Pool) or not op.ceil or op.padding == "same":
        return False
    return any(side.stride > 1 for side in op.window(node.inputs[0]))


def _shared(values: list[Iterable[Any]]) -> frozenset[str]:
    """Find the words of Keras's that all combinations of values have in common."""
    found = WORDS
    for padding, kernel, strides, rates in product(*values):
        found &= _words(padding, _pair(kernel), _pair(strides), _pair(rates))
    return found


def _words(
    padding: Any, kernel: tuple[int, int], strides: tuple[int, int], rates: tuple[int, int]
) -> frozenset[str]:
    """Find the words of Keras's that mean a padding, whatever the size of the map."""
    reach = [(size - 1) * rate for size, rate in zip(kernel, rates, strict=True)]
    if padding in WORDS and any(reach):
        return frozenset((padding,))
    low = (reach[0] // 2, reach[1] // 2)
    pads = (low[0], low[0], low[1], low[1]) if isinstance(padding, str) else _four(padding)
    same = (low[0], reach[0] - low[0], low[1], reach[1] - low[1])
    words = [] if any(pads) else ["valid"]
    if pads == same and (strides == (1, 1) or not any(reach)):
        words.append("same")
    return frozenset(words)


def _four(padding: int | tuple[int, ...]) -> tuple[int, ...]:
    return (padding,) * 4 if isinstance(padding, int) else padding


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value
