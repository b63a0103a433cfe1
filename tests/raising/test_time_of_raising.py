"""Raising takes time in proportion to the network, whatever its structure."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from time import process_time

import pytest

from archspec import GraphBuilder, Kind, Wire, raise_spec
from archspec.operators.activation import Elu, Relu, Silu
from archspec.operators.merge import Add, Maximum, Multiply

Growing = Callable[[Random, GraphBuilder, Wire], Wire]
NODES, NEAR, SECONDS = 10_000, 20, 5
UNARY, BINARY = (Relu(), Elu(), Silu()), (Add(), Multiply(), Maximum())


def flat(draw: Random, builder: GraphBuilder, value: Wire) -> Wire:
    """Add a long chain of steps that do not repeat."""
    for at in range(NODES):
        value = builder.add(draw.choice(UNARY), value, name=f"step_{at}")
    return value


def nested(draw: Random, builder: GraphBuilder, value: Wire) -> Wire:
    """Add modules within modules, whose structures differ."""
    for at in range(NODES // 100):
        with builder.scope(Kind.MODULE, f"stage_{at}"):
            value = stage(draw, builder, value)
    return value


def stage(draw: Random, builder: GraphBuilder, value: Wire) -> Wire:
    """Add ten modules."""
    for at in range(10):
        with builder.scope(Kind.MODULE, f"block_{at}"):
            value = fork(draw, builder, value)
    return value


def fork(draw: Random, builder: GraphBuilder, start: Wire) -> Wire:
    """Add nine steps, and a merge of their value and what they began with."""
    value = start
    for _ in range(9):
        value = builder.add(draw.choice(UNARY), value)
    return builder.add(draw.choice(BINARY), start, value)


def tangled(draw: Random, builder: GraphBuilder, value: Wire) -> Wire:
    """Add steps half of which merge two of the values shortly before them."""
    values = [value]
    for at in range(NODES):
        one, other = draw.choice(values[-NEAR:]), draw.choice(values[-NEAR:])
        is_merge = one is not other and draw.random() < 0.5
        given = (draw.choice(BINARY), one, other) if is_merge else (draw.choice(UNARY), one)
        values.append(builder.add(*given, name=f"step_{at}"))
    return values[-1]


@pytest.mark.parametrize("grow", [flat, nested, tangled])
def test_raising_ten_thousand_nodes_takes_seconds(grow: Growing) -> None:
    builder = GraphBuilder("large")
    given = builder.input("input", (4, 4, 2))
    graph = builder.graph(grow(Random(1), builder, given))  # noqa: S311 - no secrets are drawn
    start = process_time()
    made = raise_spec(graph)
    assert process_time() - start < SECONDS
    assert len(made.graph.nodes) == len(graph.nodes) == NODES
