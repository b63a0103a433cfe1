"""Layers: an operator, its norm and its activation in a row become one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from archspec.attributes import Value
from archspec.graph import Graph, Node
from archspec.language.syntax.words import REGISTERED
from archspec.layer import layers
from archspec.layers.conv import DepthwiseConv
from archspec.operator import Operator, operators
from archspec.operators.conv2d import Conv2d
from archspec.raising.pieces import Simple, Values

NORM, ACTIVATION = "norm", "activation"
_PER_CHANNEL = DepthwiseConv.from_channels
ROLES = (NORM, ACTIVATION)
_NONE: Mapping[str, Value] = {NORM: "none", ACTIVATION: "none"}


def values_of(op: Operator) -> dict[str, Value]:
    """Return the attributes of an operator by name."""
    return {name: getattr(op, name) for name in op.attributes}


@dataclass(frozen=True)
class Usual:
    """The most frequent attributes of each norm and activation of a graph, its file's defaults."""

    values: Mapping[str, Values]

    @classmethod
    def of(cls, graph: Graph) -> Usual:
        """Find the most frequent attributes; of equally frequent ones those that come first."""
        counted: dict[str, Counter[Operator]] = {}
        for node in graph.nodes.values():
            if node.op.role in ROLES:
                counted.setdefault(node.op.word, Counter())[node.op] += 1
        most = {word: counts.most_common(1)[0][0] for word, counts in counted.items()}
        return cls({word: values_of(op) for word, op in most.items()})

    def is_usual(self, piece: Simple, role: str) -> bool:
        """Whether a piece is a norm or an activation that a layer takes by its word alone."""
        known = operators().get(piece.word)
        is_role = known is not None and known.role == role
        return is_role and self.values[piece.word] == piece.values

    def joined(self, first: Simple, second: Simple) -> Simple | None:
        """Join a layer or merge and what follows it; None where they stay two steps."""
        for role in ROLES if ACTIVATION in first.values else ():
            free = first.values[ACTIVATION] == "none" and first.values.get(role) == "none"
            if free and self.is_usual(second, role):
                values = {**first.values, role: second.word}
                return Simple(first.word, values, (*first.nodes, *second.nodes))
        return None


def simple(node: Node) -> Simple:
    """Return a node as a step of its own: a layer where its operator has one."""
    word = _layer_of(node.op.word)
    values = values_of(node.op)
    if word is None:
        merged = {ACTIVATION: "none"} if node.op.role == "merge" else {}
        return Simple(node.op.word, {**values, **merged}, (node.path,))
    channels = node.inputs[0].channels
    if isinstance(node.op, Conv2d) and node.op.groups == channels > 1:
        kept = {name: each for name, each in values.items() if name not in _PER_CHANNEL}
        word, values = DepthwiseConv.word, {"multiplier": node.op.filters // channels, **kept}
    return Simple(word, {**values, **_NONE}, (node.path,))


@cache
def _layer_of(word: str) -> str | None:
    """Return the layer of an operator whose attributes it has."""
    assert REGISTERED
    mine = (name for name, layer in layers().items() if layer.operator == word)
    return next((name for name in mine if not layers()[name].from_channels), None)
