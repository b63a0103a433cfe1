"""A pass written against the public names alone: batch norms are folded into convolutions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

import archspec
from archspec.operators.conv2d import Conv2d
from archspec.operators.norm import BatchNorm
from archspec.weights.initial import draw, example
from tests.conformance.running import BACKENDS, start

Array = NDArray[np.float32]
Tensors = Mapping[str, Array]
SIZES = {"resnet_50": 33, "inception_resnet_v2": 75}
"""The smallest inputs, or little more, that leave maps of more than one cell everywhere."""


def folded_into(graph: archspec.Graph, node: archspec.Node) -> archspec.Node | None:
    """Find the convolution that gives to nothing but a norm."""
    conv = graph.producer(node.sources[0])
    is_pair = isinstance(node.op, BatchNorm) and conv and isinstance(conv.op, Conv2d)
    return conv if is_pair and conv and graph.users(conv.path) == (node,) else None


def fold_batch_norm(graph: archspec.Graph, tensors: Tensors) -> tuple[archspec.Graph, Tensors]:
    """Fold norms into the convolutions before them, which learn a bias instead."""
    pairs = {node.path: folded_into(graph, node) for node in graph.nodes.values()}
    convs = {norm: conv.path for norm, conv in pairs.items() if conv}

    def fold(node: archspec.Node, sources: tuple[archspec.Wire, ...]) -> archspec.Change:
        if node.path in convs:
            return sources[0]
        return node.op.replace(bias=True) if node.path in convs.values() else None

    folded = dict(tensors)
    for norm, conv in convs.items():
        op = graph.nodes[norm].op
        assert isinstance(op, BatchNorm)
        learned = [parameter.name for parameter in op.parameters(*graph.nodes[norm].inputs)]
        mine = {name: folded.pop(f"{norm}.{name}") for name in learned}
        factor = mine.get("weight", np.float32(1)) / np.sqrt(mine["running_var"] + op.epsilon)
        shift = folded.get(f"{conv}.bias", np.float32(0)) - mine["running_mean"]
        folded[f"{conv}.bias"] = mine.get("bias", np.float32(0)) + shift * factor
        folded[f"{conv}.weight"] = folded[f"{conv}.weight"] * factor[:, None, None, None]
    return graph.rewrite(fold), folded


@cache
def case(name: str) -> tuple[tuple[archspec.Graph, Tensors], tuple[archspec.Graph, Tensors]]:
    """Load a network with statistics that vary, and fold it."""
    size = SIZES[name]
    changes = archspec.Overrides(inputs={"": f"{size}x{size}x3"}, params={"classes": 7})
    graph = archspec.load(f"zoo:{name}", changes).without_heads()
    tensors, random = draw(graph, 1), np.random.default_rng(0)
    for key, each in tensors.items():
        if key.rpartition(".")[2] in ("running_var", "bias", "running_mean"):
            tensors[key] = random.uniform(0.5, 1.5, each.shape).astype(np.float32)
    return (graph, tensors), fold_batch_norm(graph, tensors)


def relative(one: Array, other: Array) -> float:
    return float(np.abs(one - other).max() / np.abs(one).max())


NORMS = {
    "resnet_50": 1 + 16 * 3 + 4,
    "inception_resnet_v2": 11 + 5 * (1 + 2 + 3) + 4 + 10 * (1 + 3) + 7 + 5 * (1 + 3),
}
"""The convolutions with norms in the figures; those before the sums of Inception-ResNet lack them.
"""


@pytest.mark.parametrize(("name", "norms"), NORMS.items())
def test_every_norm_behind_a_convolution_is_folded(name: str, norms: int) -> None:
    (graph, _), (folded, _) = case(name)
    assert len(graph.nodes) - len(folded.nodes) == norms
    assert not [node for node in folded.nodes.values() if node.op.word == "batch_norm"]
    assert archspec.count(graph).macs == archspec.count(folded).macs


@pytest.mark.parametrize("name", SIZES)
def test_a_folded_network_means_the_same(name: str) -> None:
    found = [
        next(iter(archspec.interpret(graph, tensors, example(graph), taps=()).values()))
        for graph, tensors in case(name)
    ]
    assert relative(*found) < 1e-5


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_folded_network_computes_the_same_in_a_framework(backend: str, name: str) -> None:
    found, runtime = start(backend)
    outputs = []
    for graph, tensors in case(name):
        model = runtime.fill(runtime.model(found.emit(graph), graph.name), tensors)
        ran = runtime.run(model, example(graph), "cpu")
        outputs.append(next(iter(ran.outputs.values())))
    assert relative(*outputs) < 1e-5
