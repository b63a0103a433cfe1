"""Whether gradients are right: how fast the oracle's numbers change along random directions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tests.authoring.running import Trial, leaving
from tests.oracle.windows import Array

STEPS = (1e-5, 1e-6, 1e-7)
"""How far all moves; a step may cross a kink of a ReLU, and seldom do all three."""
DIRECTIONS = 3
FARTHEST = 100.0
"""How much farther than others a tensor moves that a network hardly depends on."""


def weighing(found: Trial) -> list[Array]:
    """Draw what each number that leaves is multiplied with before all are added up."""
    generator = np.random.default_rng(len(found.weights))
    return [generator.standard_normal(each.shape) for each in found.leaving]


def are_gradients(
    found: Trial, inputs: Mapping[str, Array], weights: Mapping[str, Array], seed: int = 0
) -> bool:
    """Whether these are the gradients of the weighed sum, by names of inputs and keys of weights.

    Each array moves so far that the sum should grow by the same amount, so that one wrong gradient
    among many shows. Weights that are not named stay.
    """
    generator = np.random.default_rng(seed)
    return any(
        _agree(found, inputs, weights, step, generator) for _ in range(DIRECTIONS) for step in STEPS
    )


def _agree(
    found: Trial,
    inputs: Mapping[str, Array],
    weights: Mapping[str, Array],
    step: float,
    generator: np.random.Generator,
) -> bool:
    ways = {name: _way(each, generator) for name, each in inputs.items()}
    turns = {key: _way(each, generator) for key, each in weights.items()}
    ahead, behind = (_sum(found, ways, turns, distance) for distance in (step, -step))
    promised = sum(
        float((gradients[name] * way).sum())
        for gradients, moves in ((inputs, ways), (weights, turns))
        for name, way in moves.items()
    )
    return bool(abs((ahead - behind) / (2 * step) - promised) <= 1e-3 * max(1.0, abs(promised)))


def _way(gradient: Array, generator: np.random.Generator) -> Array:
    """Draw a direction along which a gradient promises one, if that is not too far."""
    way = generator.standard_normal(gradient.shape)
    promised = float((gradient * way).sum())
    return way / promised if abs(promised) > 1 / FARTHEST else way * FARTHEST


def _sum(
    found: Trial, ways: Mapping[str, Array], turns: Mapping[str, Array], distance: float
) -> float:
    """Weigh and add up what leaves a network whose inputs and weights were moved."""
    inputs = {name: each + distance * ways.get(name, 0.0) for name, each in found.inputs.items()}
    weights = {
        key: each.astype(float) + distance * turns.get(key, 0.0)
        for key, each in found.weights.items()
    }
    with np.errstate(all="ignore"):  # a random network may overflow
        left = leaving(found.computed(inputs, weights))
    return float(
        sum((each * weight).sum() for each, weight in zip(left, weighing(found), strict=True))
    )
