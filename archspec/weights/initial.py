"""Seeded initial values: every tensor has its own stream of random numbers.

A stream is seeded by the SHA-256 of the seed and the tensor's key. So a new layer leaves the values
of all others unchanged, and tensors can be drawn in parallel. Normal values are sampled from the
65,536 midpoint quantiles of the normal distribution, which is five times as fast as sampling real
numbers and never further than 4.3 standard deviations from zero. The generator is SFC64
(Doty-Humphrey, PractRand).
"""

from __future__ import annotations

import os
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from statistics import NormalDist
from typing import Any

from archspec.graph import Graph
from archspec.operator import Constant, Normal
from archspec.weights.expected import Expected, expected

QUANTILES = 2**16
PIECE = 2**18
"""Values drawn at once: few enough to stay in a cache, enough that threads rarely hold the GIL."""
THREADED = 2**16
"""The least number of elements for which a tensor is filled in a thread."""
THREADS = min(8, os.cpu_count() or 1)


def draw(graph: Graph, seed: int = 0, only: Collection[str] | None = None) -> dict[str, Any]:
    """Draw initial values as float32 arrays by key, for all tensors of a graph or ``only`` some."""
    import numpy

    wanted = expected(graph)
    if only is not None:
        wanted = {key: wanted[key] for key in only}
    drawn = {key: numpy.empty(each.shape, numpy.float32) for key, each in wanted.items()}
    large = [key for key, each in drawn.items() if each.size >= THREADED]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda key: _fill(drawn[key], key, wanted[key], seed), large))
    for key in drawn.keys() - large:
        _fill(drawn[key], key, wanted[key], seed)
    return drawn


def _fill(drawn: Any, key: str, wanted: Expected, seed: int) -> None:
    import numpy

    init = wanted.parameter.init
    if isinstance(init, Constant):
        drawn.fill(init.value)
        return
    assert isinstance(init, Normal)
    state = int.from_bytes(sha256(f"{seed}\n{key}".encode()).digest()[:16], "little")
    generator = numpy.random.Generator(numpy.random.SFC64(state))
    flat = drawn.reshape(-1)
    for start in range(0, flat.size, PIECE):
        part = flat[start : start + PIECE]
        numpy.take(_quantiles(), _places(generator, part.size), out=part, mode="clip")
        part *= numpy.float32(init.deviation)


def _places(generator: Any, count: int) -> Any:
    """Draw indices into the table of quantiles, four from each 64-bit word of the generator."""
    words = generator.integers(0, 2**64, -(-count // 4), "uint64")
    return words.astype("<u8", copy=False).view("<u2")[:count]


@cache
def _quantiles() -> Any:
    """Return the midpoint quantiles of the standard normal distribution, symmetric around zero."""
    import numpy

    value = NormalDist().inv_cdf
    upper = [value((place + 0.5) / QUANTILES) for place in range(QUANTILES // 2, QUANTILES)]
    return numpy.array([-each for each in reversed(upper)] + upper, numpy.float32)


def example(graph: Graph, seed: int = 0) -> dict[str, Any]:
    """Draw a standard normal example of each input, (1, height, width, channels) for a map."""
    import numpy

    generator = numpy.random.Generator(numpy.random.SFC64(seed))
    return {
        name: generator.standard_normal((1, *given.type.shape), numpy.float32)
        for name, given in graph.inputs.items()
    }
