"""Choosing the layer or function of Keras with the padding of a convolution or pool."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any

from archspec.emission.lowering import Leaf, constant
from archspec.graph import Graph, Node
from archspec.operators.pool import AvgPool, Pool
from archspec.tensor import TensorType

PADDED = {
    "layers.Conv2D": "padded_conv2d",
    "layers.DepthwiseConv2D": "padded_depthwise_conv2d",
}
"""The functions of the prelude that replace layers for any padding."""

WORDS = frozenset(("same", "valid"))
WINDOW = ("padding", "kernel", "strides", "dilation_rate")

Known = Callable[[Leaf], Iterable[Any] | None]
"""Returns the values of a leaf in all uses; None if they are not known."""


def settle(
    construct: str, leaves: Mapping[str, Leaf], known: Known
) -> tuple[str, Mapping[str, Leaf]]:
    """Choose the layer, or the function that pads beforehand, and its arguments."""
    values = [known(leaves[name]) for name in WINDOW]
    complete = [each for each in values if each is not None]
    words = _shared(complete) if len(complete) == len(values) else frozenset()
    if words:
        word = "valid" if "valid" in words else "same"
        return construct, {**leaves, "padding": constant(word)}
    native = values[0] is not None and WORDS.issuperset(values[0])
    return construct if native else PADDED[construct], leaves


def word_for(op: Pool, x: TensorType) -> str | None:
    """Find Keras's word for the padding of a pool; None if it has none.

    With a stride, ``same`` replaces only padding for an overhanging last window, which depends on
    the size of the input as well. Otherwise it would be right for this size alone.
    """
    window, pads, out = op.window(x), op.pads(x), op.infer(x).grid
    if counts_padding(op) and any(pads):
        return None
    if op.padding == "same":
        return "same"
    if not any(pads) and window.counts(pads) == out:
        return "valid"
    same = window.pads("same")
    alike = pads[::2] == same[::2] and window.counts(same) == out
    return "same" if alike and (op.ceil or op.stride == (1, 1)) else None


def counts_padding(op: Pool) -> bool:
    """Whether padded cells count in an average."""
    return isinstance(op, AvgPool) and op.count_padding


def pads_by_size(graph: Graph) -> Callable[[Node], bool]:
    """Return whether a node is a pool that is written in a way that is right for one size alone.

    Keras's ``same`` is right for any size, but it has no pooling that rounds up, or that counts the
    padding. A step that is padded beforehand in one use of its module is so in all of them.
    """
    beforehand = {
        node.span or node.path
        for node in graph.nodes.values()
        if isinstance(node.op, Pool) and word_for(node.op, node.inputs[0]) is None
    }
    return lambda node: _pads_by_size(node, beforehand=(node.span or node.path) in beforehand)


def _pads_by_size(node: Node, *, beforehand: bool) -> bool:
    op, x = node.op, node.inputs[0]
    if not isinstance(op, Pool):
        return False
    if op.padding == "same":
        return (beforehand or counts_padding(op)) and op.window(x).same_depends_on_size
    return op.ceil and max(op.stride) > 1 and word_for(op, x) is not None


def _shared(values: list[Iterable[Any]]) -> frozenset[str]:
    """Find Keras's words that are right for all combinations of values."""
    found = WORDS
    for padding, kernel, strides, rates in product(*values):
        found &= _words(padding, _pair(kernel), _pair(strides), _pair(rates))
    return found


def _words(
    padding: Any, kernel: tuple[int, int], strides: tuple[int, int], rates: tuple[int, int]
) -> frozenset[str]:
    """Find Keras's words for a padding that are right for any size of the map."""
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
