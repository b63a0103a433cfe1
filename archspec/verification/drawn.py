"""Weights with which every value of a network varies with its input, so that every error shows.

With the initial values of training, outputs of deep networks hardly depend on their inputs: what
arrives is all but the same for any two of them, and a wrong operator would not be seen. So weights
are drawn in the order of the network, and scaled by what arrives: data-dependent initialization,
arXiv:1511.06856. Norms get the statistics of what arrives, as after training.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from math import isfinite
from typing import Any

import numpy as np

from archspec.graph import Graph, Node
from archspec.interpreter.interpret import apply, walk
from archspec.interpreter.rule import without_rule
from archspec.operator import Constant, Normal
from archspec.verification.difference import difference
from archspec.verification.noise import examples
from archspec.weights.expected import Expected, expected
from archspec.weights.initial import draw

WIDE = 2.0
"""The deviation of what leaves a convolution or dense layer, so that clipping activations clip."""
NARROW = 0.1
"""The same where it goes into a norm: an epsilon shows only beside a small variance."""
TRIES = 4
"""How often weights are drawn until all outputs depend on the inputs."""
SHIFT = np.float32(0.3)
"""The share of a mean that is taken off. With all of it the rounding of deep networks would grow
from layer to layer as the difference of their inputs does; without it the latter vanishes."""


def tensors(
    graph: Graph,
    seed: int = 0,
    inputs: Mapping[str, Any] | None = None,
    ones: Collection[str] = (),
) -> dict[str, Any]:
    """Draw weights by key that fit the inputs, which are drawn, too, unless they are given.

    ``ones`` are the keys of tensors that stay one. A small network may go silent, all of its few
    channels below zero: then they are drawn anew. Where an operator has no rule by which it could
    be computed, nothing is scaled.
    """
    found = _started(graph, seed, ones)
    if without_rule(graph):
        return found
    given = inputs or examples(graph, seed)
    for attempt in range(1, TRIES):
        left = _fit(graph, found, given)
        if all(difference(each, each).varies for each in left.values()):
            return found
        found = _started(graph, seed + attempt, ones)
    _fit(graph, found, given)
    return found


def _fit(graph: Graph, found: dict[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Fit tensors to what arrives, in place; return what leaves the network."""
    quiet = _before_norms(graph)

    def rule(node: Node, given: tuple[Any, ...]) -> Any:
        keys = {each.name: f"{node.path}.{each.name}" for each in node.op.parameters(*node.inputs)}
        own = {name: found[key] for name, key in keys.items()}
        value = _fitted(node, given, own, NARROW if node.path in quiet else WIDE)
        found.update({key: own[name] for name, key in keys.items()})
        return value

    with np.errstate(all="ignore"):
        return walk(graph, inputs, rule)


def _started(graph: Graph, seed: int, ones: Collection[str]) -> dict[str, Any]:
    drawn = draw(graph, seed)
    return {
        key: drawn[key] if key in ones else _moved(key, each, drawn[key], seed)
        for key, each in expected(graph).items()
    }


def _moved(key: str, wanted: Expected, array: Any, seed: int) -> Any:
    """Draw what would start as a constant: zeros become both signs, others a wide range."""
    init = wanted.parameter.init
    if not isinstance(init, Constant):
        return array
    state = int.from_bytes(sha256(f"verify\n{seed}\n{key}".encode()).digest()[:16], "little")
    generator = np.random.Generator(np.random.SFC64(state))
    if not init.value:
        return generator.uniform(-1, 1, wanted.shape).astype(np.float32)
    low, high = (0.5, 3.0) if wanted.parameter.trainable else (0.8, 1.2)
    return generator.uniform(low, high, wanted.shape).astype(np.float32)


def _before_norms(graph: Graph) -> set[str]:
    """Find the nodes whose values go into a norm, or into a concatenation that does."""
    found: set[str] = set()
    for node in reversed(tuple(graph.nodes.values())):
        if node.op.role == "norm" or (node.op.concatenates and node.path in found):
            found.update(node.sources)
    return found


def _fitted(node: Node, given: tuple[Any, ...], own: dict[str, Any], deviation: float) -> Any:
    """Fit the tensors of a node to what arrives; return what leaves it."""
    if "running_var" in own:
        _follow(own, given[0])
    drawn = {
        each.name for each in node.op.parameters(*node.inputs) if isinstance(each.init, Normal)
    }
    if not drawn:
        return apply(node, given, own)
    return _scaled(node, given, own, drawn, deviation)


def _follow(own: dict[str, Any], x: Any) -> None:
    """Bring running statistics near those of what arrives."""
    mean, power = _moments(x, SHIFT)
    if not np.isfinite(power).all():
        return
    power = np.maximum(power, 1e-3 * power.mean()) if power.any() else power + 1
    own["running_mean"] = mean + np.sqrt(power) * own["running_mean"] * np.float32(0.1)
    own["running_var"] = power * own["running_var"]


def _scaled(
    node: Node, given: tuple[Any, ...], own: dict[str, Any], drawn: set[str], deviation: float
) -> Any:
    """Scale the drawn tensors, in which the node is linear, and shift by its bias if it has one."""
    bias = own.get("bias")
    bare = own if bias is None else {**own, "bias": np.zeros_like(bias)}
    left = apply(node, given, bare)
    mean, power = _moments(left, np.float32(0) if bias is None else SHIFT)
    found = float(np.sqrt(power.mean()))
    factor = np.float32(deviation / found if found > 0 and isfinite(found) else 1)
    own.update({name: own[name] * factor for name in drawn})
    if bias is None:
        return left * factor
    own["bias"] = bias * np.float32(deviation) - mean * factor
    return left * factor + own["bias"]


def _moments(x: Any, share: Any) -> tuple[Any, Any]:
    """Compute for each channel a share of its mean, and the mean square of what it leaves."""
    axes = tuple(range(x.ndim - 1))
    mean = x.mean(axis=axes)
    return mean * share, x.var(axis=axes) + (mean * (1 - share)) ** 2
