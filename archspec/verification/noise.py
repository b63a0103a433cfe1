"""Noise as examples, with differences on every scale, as photographs have.

White noise averages out in a deep network, so that all examples would look the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from archspec.graph import Graph


def examples(graph: Graph, seed: int = 0, count: int = 2) -> dict[str, Any]:
    """Draw examples of each input as float32, N x H x W x C, with mean 0 and variance 1."""
    generator = np.random.Generator(np.random.SFC64(seed))
    return {
        name: _drawn(generator, (count, *given.type.shape)) for name, given in graph.inputs.items()
    }


def accompanied(inputs: Mapping[str, Any], seed: int = 0) -> dict[str, Any]:
    """Add noise of equal mean and deviation to single examples: variation takes two."""
    generator = np.random.Generator(np.random.SFC64(seed))
    return {
        name: array if len(array) > 1 else np.concatenate([array, _like(generator, array)])
        for name, array in inputs.items()
    }


def _like(generator: Any, array: Any) -> Any:
    return (_drawn(generator, array.shape) * array.std() + array.mean()).astype(array.dtype)


def _drawn(generator: Any, shape: tuple[int, ...]) -> Any:
    """Sum octaves of noise, of cells of 1, 2, 4 ... up to the whole grid."""
    if len(shape) == 2:
        return generator.standard_normal(shape, np.float32)
    sizes = [2**power for power in range(max(shape[1:3]).bit_length() + 1)]
    layers = [_coarse(generator, shape, size) for size in sizes]
    return (sum(layers) / np.float32(len(layers) ** 0.5)).astype(np.float32)


def _coarse(generator: Any, shape: tuple[int, ...], size: int) -> Any:
    count, height, width, channels = shape
    cells = (count, -(-height // size), -(-width // size), channels)
    enlarged = generator.standard_normal(cells, np.float32).repeat(size, 1).repeat(size, 2)
    return enlarged[:, :height, :width]
