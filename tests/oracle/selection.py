"""What weighs branches and channels, from its formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tests.oracle.windows import Array

Attributes = Mapping[str, Any]
Weights = Callable[[str], Array]


def affine(x: Array, attributes: Attributes, weights: Weights) -> Array:
    """Scale, then shift."""
    scaled = x * weights("weight")
    return scaled + weights("bias") if attributes["bias"] else scaled


def radix_softmax(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    """Compare every channel with those at the same place of other parts."""
    size = x.shape[-1] // int(attributes["radix"])
    found = np.empty_like(x)
    for at in range(size):
        powers = np.exp(x[..., at::size] - x[..., at::size].max(-1, keepdims=True))
        found[..., at::size] = powers / powers.sum(-1, keepdims=True)
    return found


def channel_conv(x: Array, attributes: Attributes, weights: Weights) -> Array:
    """Add up the neighbours of each channel."""
    middle, found = int(attributes["kernel"]) // 2, np.zeros_like(x)
    for at in range(x.shape[-1]):
        for step, weight in enumerate(weights("weight").ravel()):
            if 0 <= at + step - middle < x.shape[-1]:
                found[..., at] += weight * x[..., at + step - middle]
    return found


def standardize(x: Array, attributes: Attributes, _weights: Weights) -> Array:
    """Count in deviations from the mean."""
    return (x - np.array(attributes["mean"])) / np.array(attributes["deviation"])


SELECTION: Mapping[str, Callable[[Array, Attributes, Weights], Array]] = {
    "affine": affine,
    "standardize": standardize,
    "radix_softmax": radix_softmax,
    "channel_conv": channel_conv,
}
