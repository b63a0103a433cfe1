"""Graphs of one operator, made by hand, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from archspec.graph import Graph, GraphBuilder, Header, Input, Kind, Scope, Wire
from archspec.interpreter.interpret import interpret
from archspec.operator import Operator
from archspec.tensor import TensorType

Array = NDArray[np.float64]


def single(op: Operator, inputs: tuple[TensorType, ...]) -> Graph:
    """Make the graph of one operator over inputs ``a``, ``b``, ``c`` ..."""
    names = tuple("abcdefgh"[: len(inputs)])
    wires = tuple(Wire(name, kind) for name, kind in zip(names, inputs, strict=True))
    builder = GraphBuilder()
    left = builder.put("only", op, wires)
    builder.close(Scope("", Kind.NETWORK, ("only",), {}, None))
    return Graph(
        Header("single"),
        builder.nodes,
        builder.scopes,
        {wire.path: Input(wire.type) for wire in wires},
        {"only": left.path},
        {},
    )


def computed(op: Operator, inputs: list[Array], parameters: Mapping[str, Array]) -> Array:
    """Compute an operator for one example by the interpreter, in double precision."""
    graph = single(op, tuple(TensorType(x.shape) for x in inputs))
    batch = {name: x[None] for name, x in zip(graph.inputs, inputs, strict=True)}
    tensors = {f"only.{name}": array for name, array in parameters.items()}
    found: Array = interpret(graph, tensors, batch, dtype="float64")["only"][0]
    return found
