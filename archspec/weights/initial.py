"""Initial values from a seed: every tensor has a stream of its own.

A stream is keyed by the seed and the tensor's key: a spec that gains a layer keeps the values of
all others, and all cores draw at once. Normal values are drawn from 65,536 equally likely quantiles
of the normal distribution, which is five times as fast as drawing real numbers, and never further
out than 4.3 deviations.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from math import prod
from statistics import NormalDist
from typing import Any

from archspec.graph import Graph
from archspec.operator import Constant, Normal
from archspec.weights.expected import Expected, expected

QUANTILES = 2**16
CACHED = 2**16
"""Values that are drawn at once, few enough for the processor to keep them at hand."""
THREADS = min(8, os.cpu_count() or 1)


def draw(graph: Graph, seed: int = 0) -> dict[str, Any]:
    """Draw the initial values of all tensors of a graph, as float32 arrays by key."""
    wanted = expected(graph)
    largest_first = sorted(wanted, key=lambda key: (-prod(wanted[key].shape), key))
    with ThreadPoolExecutor(THREADS) as pool:
        drawn = dict(pool.map(lambda key: (key, tensor(key, wanted[key], seed)), largest_first))
    return {key: drawn[key] for key in wanted}


def tensor(key: str, wanted: Expected, seed: int) -> Any:
    """Draw one tensor."""
    import numpy

    init = wanted.parameter.init
    if isinstance(init, Constant):
        return numpy.full(wanted.shape, init.value, numpy.float32)
    assert isinstance(init, Normal)
    state = int.from_bytes(sha256(f"{seed}\n{key}".encode()).digest()[:16], "little")
    generator = numpy.random.Generator(numpy.random.SFC64(state))
    values = _quantiles() * numpy.float32(init.deviation)
    drawn = numpy.empty(prod(wanted.shape), numpy.float32)
    for start in range(0, drawn.size, CACHED):
        part = drawn[start : start + CACHED]
        places = generator.integers(0, QUANTILES, part.size, numpy.uint16)
        numpy.take(values, places, out=part, mode="clip")
    return drawn.reshape(wanted.shape)


@cache
def _quantiles() -> Any:
    """Compute equally likely values of the standard normal distribution."""
    import numpy

    value = NormalDist().inv_cdf
    upper = [value((place + 0.5) / QUANTILES) for place in range(QUANTILES // 2, QUANTILES)]
    return numpy.array([-each for each in reversed(upper)] + upper, numpy.float32)


def example(graph: Graph, seed: int = 0) -> dict[str, Any]:
    """Draw one example of each input, normally distributed: 1 x height x width x channels."""
    import numpy

    generator = numpy.random.Generator(numpy.random.SFC64(seed))
    return {
        name: generator.standard_normal((1, *given.type.shape), numpy.float32)
        for name, given in graph.inputs.items()
    }
