"""Interpretation of a graph: the rule of each node's operator, in topological order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from archspec.graph import Graph, Node, taking_graphs
from archspec.interpreter import elements, layouts, responses, windows
from archspec.interpreter.rule import require_rules, rules

RULES = (elements, layouts, responses, windows)
"""The modules whose import registers the rules of the core."""


@taking_graphs
def interpret(
    graph: Graph,
    tensors: Mapping[str, Any],
    inputs: Mapping[str, Any],
    *,
    dtype: str = "float32",
    taps: Collection[str] | None = None,
    training: bool = False,
) -> dict[str, Any]:
    """Evaluate a graph for a batch of each input and return values by path.

    ``tensors`` are by the keys of the weights file, in PyTorch's layout. ``inputs`` are by name, of
    shape (batch, height, width, channels) or (batch, channels). ``dtype`` is ``float32`` or
    ``float64``. ``taps`` are the nodes whose values are returned besides outputs and heads, by
    default all; other values are freed after their last use. In ``training`` norms use the
    statistics of the batch; dropout, which is random, drops nothing.

    Raises ``SpecError`` for operators without a rule, ``ValueError`` for arrays that do not fit.
    """
    require_rules(graph)
    given = {name: _input(graph, name, inputs, dtype) for name in graph.inputs}

    def rule(node: Node, arrived: tuple[Any, ...]) -> Any:
        return apply(node, arrived, parameters(node, tensors, dtype), training=training)

    return walk(graph, given, rule, graph.nodes if taps is None else taps)


def walk(
    graph: Graph,
    inputs: Mapping[str, Any],
    rule: Callable[[Node, tuple[Any, ...]], Any],
    kept: Collection[str] = (),
) -> dict[str, Any]:
    """Apply ``rule`` to each node and its operands; return outputs, heads and ``kept`` values."""
    ends = set(graph.leaving)
    wanted = {*kept, *ends}
    needed = Counter({path: len(graph.users(path)) for path in (*graph.inputs, *graph.nodes)})
    values = dict(inputs)
    for path, node in graph.nodes.items():
        values[path] = rule(node, tuple(values[each] for each in node.sources))
        _forget(values, (path, *node.sources), needed, wanted)
    return {path: value for path, value in values.items() if path in wanted}


def _forget(
    values: dict[str, Any], paths: tuple[str, ...], needed: Counter[str], kept: Collection[str]
) -> None:
    """Free values after their last use; the first path is that of the node just computed."""
    needed.subtract(paths[1:])
    for path in {path for path in paths if needed[path] <= 0 and path not in kept}:
        del values[path]


def apply(
    node: Node, given: tuple[Any, ...], parameters: Mapping[str, Any], *, training: bool = False
) -> Any:
    """Evaluate one node; overflow is silent, as in frameworks."""
    rule = rules(training=training)[type(node.op)]
    with np.errstate(all="ignore"):
        left = rule(node.op, *given, **parameters)
    if left.shape[1:] != node.output.shape:
        raise ValueError(
            f"the rule for {node.op.word} gives {left.shape} at {node.path}, not {node.output}"
        )
    return left


def parameters(node: Node, tensors: Mapping[str, Any], dtype: str) -> dict[str, Any]:
    """Return the tensors of a node by parameter name; raise ``ValueError`` if one does not fit."""
    return {
        each.name: _tensor(tensors, f"{node.path}.{each.name}", each.shape, dtype)
        for each in node.op.parameters(*node.inputs)
    }


def _input(graph: Graph, name: str, inputs: Mapping[str, Any], dtype: str) -> Any:
    wanted = graph.inputs[name].type
    if name not in inputs:
        raise ValueError(f"there is no array for the input {name}, {wanted}")
    array = np.asarray(inputs[name], dtype)
    if array.shape[1:] != wanted.shape:
        raise ValueError(f"the input {name} is {array.shape}, and should be a batch of {wanted}")
    return array


def _tensor(tensors: Mapping[str, Any], key: str, shape: tuple[int, ...], dtype: str) -> Any:
    if key not in tensors:
        raise ValueError(f"there is no tensor {key}")
    array = np.asarray(tensors[key], dtype)
    if array.shape != shape:
        raise ValueError(f"the tensor {key} is {array.shape}, and should be {shape}")
    return array
