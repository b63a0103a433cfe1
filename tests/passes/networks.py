"""Networks made for passes: small random ones with many branches, and what networks compute."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import numpy as np

from archspec import Graph, GraphBuilder, Operator, Wire, interpret, operators
from archspec.verification.drawn import tensors
from archspec.verification.noise import examples

Values = list[Any]
STEPS = 16


def random_network(seed: int) -> Graph:
    """Make a network whose operators read one of the last values, as branches of blocks do."""
    random = Random(seed)  # noqa: S311  # no secrets are drawn
    net = GraphBuilder(f"random_{seed}")
    wires = [net.input("image", (6, 5, 4))]
    for number in range(STEPS):
        op, count = _drawn(random)
        recent = wires[-5:]
        first = random.choice(recent)
        alike = [each for each in recent if each.type == first.type]
        sources = [first, *random.choices(alike, k=count - 1)] if alike else [first]
        wires.append(net.add(op, *sources, name=f"{op.word}_{number}"))
        if random.random() < 0.2:
            wires += [_unit(net, random, first, f"{each}_{number}") for each in ("left", "right")]
        if random.random() < 0.15:
            wires.append(_sum(net, random, first, f"sum_{number}"))
    return net.graph(**{"last": wires[-1], **_tapped(random, wires)})


def _unit(net: GraphBuilder, random: Random, x: Wire, name: str) -> Wire:
    """Add a convolution with an activation, as siblings over one value have them."""
    size = random.choice((1, 1, 3))
    conv = operators.Conv2d(filters=4, kernel=size, bias=random.random() < 0.5)
    activation = random.choice((operators.Relu, operators.Relu, operators.Tanh))()
    return net.add(activation, net.add(conv, x, name=f"conv_{name}"), name=name)


def _sum(net: GraphBuilder, random: Random, x: Wire, name: str) -> Wire:
    """Add up branches over one value, as RepVGG has them, some with an activation."""
    branches = [
        net.add(operators.Conv2d(filters=4, kernel=3), x, name=f"{name}_square"),
        net.add(operators.BatchNorm(), x, name=f"{name}_norm"),
        net.add(operators.Conv2d(filters=4, kernel=1, bias=False), x, name=f"{name}_point"),
        net.add(operators.Tanh(), x, name=f"{name}_tanh"),
        x,
    ]
    chosen = random.sample(branches, random.choice((2, 3, 4)))
    return net.add(operators.Add(), *chosen, name=name)


def _tapped(random: Random, wires: list[Wire]) -> dict[str, Wire]:
    return {"middle": random.choice(wires[1:-1])} if random.random() < 0.3 else {}


def _drawn(random: Random) -> tuple[Operator, int]:
    """Draw an operator that keeps the type of its operands, and how many there are."""
    drawn: list[tuple[Operator, int]] = [
        (operators.Conv2d(filters=4, kernel=1, bias=random.random() < 0.5), 1),
        (operators.Conv2d(filters=4, kernel=(1, 1), groups=random.choice((1, 2, 4))), 1),
        (operators.Conv2d(filters=4, kernel=random.choice(((3, 3), (1, 3), (5, 5)))), 1),
        (operators.Conv2d(filters=4, kernel=3, groups=4, dilation=random.choice((1, 2))), 1),
        (operators.BatchNorm(gamma=random.random() < 0.5), 1),
        (operators.BatchNorm(), 1),
        (random.choice((operators.Relu, operators.Tanh))(), 1),
        (operators.Relu(), 1),
        (operators.Scale(factor=random.choice((1.0, 0.2))), 1),
        (operators.LayerScale(), 1),
        (operators.Dropout(rate=0.5), 1),
        (operators.AvgPool(kernel=3, count_padding=random.random() < 0.3), 1),
        (operators.MaxPool(kernel=3), 1),
        (operators.Add(), random.choice((2, 2, 3))),
        (operators.Add(), random.choice((2, 3, 4))),
    ]
    return random.choice(drawn)


def weights(graph: Graph, seed: int = 0) -> dict[str, Any]:
    """Draw weights, statistics and biases, with which every value depends on the input.

    Every other factor of a norm or scale is negative, as some are in trained networks.
    """
    found = {key: each.astype(np.float32) for key, each in tensors(graph, seed).items()}
    for key, each in found.items():
        if key.endswith(".weight") and each.ndim == 1:
            each[::2] *= -1
    return found


def outputs(graph: Graph, given: Mapping[str, Any], dtype: str, seed: int = 0) -> Values:
    """Compute what leaves a network; overflow is silent."""
    with np.errstate(all="ignore"):
        values = interpret(graph, given, examples(graph, seed), taps=(), dtype=dtype)
    return [values[path] for path in graph.outputs.values()]


def distance(ones: Values, others: Values) -> float:
    """Return the largest difference, by the largest value; 0 where a network overflows."""
    found = [0.0]
    for one, other in zip(ones, others, strict=True):
        if np.isfinite(one).all():
            found.append(float(np.abs(one - other).max() / max(np.abs(one).max(), 1e-3)))
    return max(found)
