"""Graphs of one operator, made by hand."""

from __future__ import annotations

from archspec.graph import Graph, GraphBuilder, Header, Input, Kind, Scope, Step, Wire
from archspec.operator import Operator
from archspec.source import Source, Span
from archspec.tensor import TensorType

NOWHERE = Span(Source("by_hand.yaml", ""), 1, 0, 1)


def single(op: Operator, inputs: tuple[TensorType, ...]) -> Graph:
    """Make the graph of one operator over inputs ``a``, ``b``, ``c`` ..."""
    names = tuple("abcdefgh"[: len(inputs)])
    wires = tuple(Wire(name, kind) for name, kind in zip(names, inputs, strict=True))
    builder = GraphBuilder()
    left = builder.add("only", op, wires, Step(op.word, NOWHERE), ())
    builder.close(Scope("", Kind.NETWORK, names, left.path, ("only",), {}, None))
    return Graph(
        Header("single"),
        builder.nodes,
        builder.scopes,
        {wire.path: Input(wire.type) for wire in wires},
        {"only": left.path},
        {},
    )
