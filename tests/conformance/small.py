"""Graphs of one operator, or of several side by side, made by hand, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from archspec.graph import Graph, GraphBuilder
from archspec.interpreter.interpret import interpret
from archspec.operator import Operator
from archspec.tensor import TensorType

Array = NDArray[np.float64]

Case = tuple[Operator, tuple[TensorType, ...]]
"""An operator and what arrives at it."""


def single(op: Operator, inputs: tuple[TensorType, ...]) -> Graph:
    """Make the graph of one operator over inputs ``a``, ``b``, ``c`` ..."""
    builder = GraphBuilder("single")
    wires = [
        builder.input(name, kind.shape) for name, kind in zip("abcdefgh", inputs, strict=False)
    ]
    return builder.graph(builder.add(op, *wires, name="only"))


def several(cases: Sequence[Case]) -> Graph:
    """Make one graph in which each case has inputs and an output of its own."""
    builder, outputs = GraphBuilder("several"), []
    for place, (op, kinds) in enumerate(cases):
        wires = [builder.input(f"x_{place}_{n}", kind.shape) for n, kind in enumerate(kinds)]
        outputs.append(builder.add(op, *wires, name=f"case_{place}"))
    return builder.graph(*outputs)


def computed(op: Operator, inputs: list[Array], parameters: Mapping[str, Array]) -> Array:
    """Compute an operator for one example by the interpreter, in double precision."""
    graph = single(op, tuple(TensorType(x.shape) for x in inputs))
    batch = {name: x[None] for name, x in zip(graph.inputs, inputs, strict=True)}
    tensors = {f"only.{name}": array for name, array in parameters.items()}
    found: Array = interpret(graph, tensors, batch, dtype="float64")["only"][0]
    return found
