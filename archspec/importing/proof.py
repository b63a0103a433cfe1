"""What a proof compares: outputs for the same noise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from archspec.graph import Graph

TOLERANCE = 1e-5
"""How much outputs may differ, as a share of the largest."""


class Proof(NamedTuple):
    """How far the outputs of a spec are from its source's, as a share of the largest output.

    ``in_double`` is true where both were computed in double precision, and then rounded.
    """

    difference: float
    in_double: bool = False


def noise(graph: Graph) -> dict[str, Any]:
    """Draw two examples for each input, the same ones every time."""
    import numpy as np

    random = np.random.default_rng(0)
    return {
        name: random.standard_normal((2, *given.type.shape)).astype("float32")
        for name, given in graph.inputs.items()
    }


def largest_difference(theirs: Sequence[Any], ours: Sequence[Any]) -> float:
    """Return the largest difference of outputs as a share of the largest; vectors may be maps.

    Where an output of theirs holds a NaN or an infinite number, it is a NaN.
    """
    import numpy as np

    if len(theirs) != len(ours) or any(a.size != b.size for a, b in zip(theirs, ours, strict=True)):
        return float("inf")
    if not all(np.isfinite(each).all() for each in theirs):
        return float("nan")
    shares = [
        float(np.abs(a.reshape(b.shape) - b).max() / max(float(np.abs(a).max()), 1e-30))
        for a, b in zip(theirs, ours, strict=True)
    ]
    return float(np.max(shares, initial=0.0))
