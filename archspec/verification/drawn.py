"""Weights with which every value of a network depends on its input, so that every error shows.

With the initial values for training, outputs of deep networks hardly depend on the input: values
inside are almost the same for any two of them, and a wrong operator would go unnoticed. So weights
are drawn in topological order, and scaled by the values that enter each layer: data-dependent
initialization (P. Krähenbühl et al., arXiv:1511.06856). Norms get the statistics of their inputs,
as after training.
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
"""The deviation of the output of convolutions and dense layers: clipping activations clip."""
NARROW = 0.1
"""The same before a norm, whose epsilon shows only beside a small variance."""
TRIES = 4
"""How often weights are drawn at most until all outputs depend on the inputs."""
SHIFT = np.float32(0.3)
"""The share of the mean that is subtracted. With all of it, rounding errors would grow by layer as
fast as differences of the inputs; with none, the latter would vanish."""


def tensors(
    graph: Graph,
    seed: int = 0,
    inputs: Mapping[str, Any] | None = None,
    ones: Collection[str] = (),
) -> dict[str, Any]:
    """Draw weights by key that fit the inputs, which are drawn, too, unless they are given.

    ``ones`` are the keys of tensors that stay one. In a small network all channels may be dead
    behind a ReLU: then weights are drawn again. Nothing is scaled in a network with an operator
    that the interpreter has no rule for.
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
    """Scale tensors to the values that enter each node, in place; return the outputs."""
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
    """Draw tensors that are initialized to a constant: zeros from -1 to 1, others from a range."""
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
    """Scale the tensors of a node to its inputs; return its output."""
    if "running_var" in own:
        _follow(own, given[0])
    drawn = {
        each.name for each in node.op.parameters(*node.inputs) if isinstance(each.init, Normal)
    }
    if not drawn:
        return apply(node, given, own)
    return _scaled(node, given, own, drawn, deviation)


def _follow(own: dict[str, Any], x: Any) -> None:
    """Set running statistics near those of the input."""
    mean, power = _moments(x, SHIFT)
    if not np.isfinite(power).all():
        return
    power = np.maximum(power, 1e-3 * power.mean()) if power.any() else power + 1
    own["running_mean"] = mean + np.sqrt(power) * own["running_mean"] * np.float32(0.1)
    own["running_var"] = power * own["running_var"]


def _scaled(
    node: Node, given: tuple[Any, ...], own: dict[str, Any], drawn: set[str], deviation: float
) -> Any:
    """Scale the drawn tensors, in which the node is linear, and set its bias, if any."""
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
    """Compute for each channel a share of its mean, and the mean square of the remainder."""
    axes = tuple(range(x.ndim - 1))
    mean = x.mean(axis=axes)
    return mean * share, x.var(axis=axes) + (mean * (1 - share)) ** 2
