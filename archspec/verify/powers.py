"""How large values are on average, so that statistics can be drawn that fit them.

Norms whose statistics have nothing to do with what arrives let values grow from layer to layer
until clipped activations turn rounding into differences.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import erf, exp, pi, prod, sqrt
from typing import Any, NamedTuple

from archspec.graph import Graph, Node
from archspec.operators.activation import HardSigmoid, Sigmoid
from archspec.operators.merge import Add, Multiply, Subtract
from archspec.operators.pool import GlobalMaxPool, MaxPool
from archspec.operators.scale import Scale


class Moments(NamedTuple):
    """The mean and the variance of a value, over channels and grid."""

    mean: float
    variance: float

    @property
    def power(self) -> float:
        """The mean square."""
        return self.mean**2 + self.variance


STANDARD = Moments(0.0, 1.0)
GATE = Moments(0.5, 0.05)
"""What a sigmoid makes of values around zero, about."""


def arriving(graph: Graph, tensors: Mapping[str, Any]) -> dict[str, float]:
    """Estimate by path the mean square of what arrives at each node; inputs have one."""
    found: dict[str, float] = {}

    def rule(node: Node, given: tuple[Moments, ...]) -> Moments:
        found[node.path] = max(each.power for each in given)
        weight = tensors.get(f"{node.path}.weight")
        if weight is None or node.op.role == "norm":
            return _moments(node, given)
        return Moments(0.0, given[0].power * float((weight**2).sum()) / node.output.channels)

    graph.fold(rule, dict.fromkeys(graph.inputs, STANDARD))
    return found


def _moments(node: Node, given: tuple[Moments, ...]) -> Moments:
    """Estimate what an operator gives that learns nothing, or is a norm."""
    op, x = node.op, max(given, key=lambda each: each.power)
    if op.role == "norm":
        return STANDARD
    if isinstance(op, Sigmoid | HardSigmoid):
        return GATE
    if op.role == "activation":
        return _rectified(x)
    if isinstance(op, MaxPool | GlobalMaxPool):
        return Moments(x.mean + sqrt(x.variance), x.variance)
    return _joined(op, x, given)


def _joined(op: Any, x: Moments, given: tuple[Moments, ...]) -> Moments:
    if isinstance(op, Add | Subtract):
        means, variances = zip(*given, strict=True)
        return Moments(sum(means), sum(variances))
    if isinstance(op, Multiply):
        mean = prod(each.mean for each in given)
        return Moments(mean, prod(each.power for each in given) - mean**2)
    if isinstance(op, Scale):
        return Moments(x.mean * op.factor, x.variance * op.factor**2)
    return x


def _rectified(x: Moments) -> Moments:
    """Give the moments of a normal distribution's positive part; other activations are near it."""
    deviation = sqrt(x.variance) or 1e-6
    at = x.mean / deviation
    share, density = (1 + erf(at / sqrt(2))) / 2, exp(-(at**2) / 2) / sqrt(2 * pi)
    mean = x.mean * share + deviation * density
    power = x.power * share + x.mean * deviation * density
    return Moments(mean, max(power - mean**2, 0.0))
