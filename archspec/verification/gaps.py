"""Differences between the values of two sides, node by node."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from archspec.graph import Graph, Node
from archspec.interpreter.interpret import apply, interpret, parameters, walk
from archspec.interpreter.rule import without_rule
from archspec.verification.difference import Deviation, difference
from archspec.verification.side import Side, Trial

MARGIN = 10
"""The factor on the rounding error of one side, as others sum in another order."""


def from_rules(trial: Trial, side: Side, precision: str = "float32") -> dict[str, Deviation]:
    """Compare each value of a side with the rule of its node, applied to the side's own inputs.

    So rounding does not accumulate. Where the side does not show an input, the rule's own value is
    used.
    """
    found: dict[str, Deviation] = {}

    def rule(node: Node, given: tuple[Any, ...]) -> Any:
        wanted = apply(node, given, parameters(node, trial.tensors, precision))
        if node.path not in side.values:
            return wanted
        theirs = side.values[node.path]
        found[node.path] = difference(wanted, theirs)
        return theirs.astype(precision) if theirs.shape == wanted.shape else wanted

    inputs = {name: array.astype(precision) for name, array in trial.inputs.items()}
    walk(trial.graph, inputs, rule)
    return found


def between(
    graph: Graph, one: Side, other: Side, rounding: Mapping[str, float]
) -> dict[str, Deviation]:
    """Compare all values that both sides have, in writing order."""
    return {
        path: difference(one.values[path], other.values[path], rounding.get(path, 0.0))
        for path in graph.nodes
        if path in one.values and path in other.values
    }


def rounding(trial: Trial, taps: Collection[str] | None = None) -> dict[str, float]:
    """Estimate for each node the difference that rounding alone may cause between two sides.

    It grows from layer to layer, as any small difference does in a network whose outputs depend on
    its inputs; so it is measured between single and double precision. It is empty for a network
    with an operator that has no rule.
    """
    graph = trial.graph
    if without_rule(graph):
        return {}
    single, double = (
        interpret(graph, trial.tensors, trial.inputs, dtype=dtype, taps=taps)
        for dtype in ("float32", "float64")
    )
    return {path: MARGIN * _furthest(single[path], double[path]) for path in single}


def _furthest(one: Any, other: Any) -> float:
    found = float(np.abs(one - other).max(initial=0.0))
    return found if np.isfinite(found) else 0.0
