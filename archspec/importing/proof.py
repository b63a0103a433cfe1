"""What a proof compares: outputs for the same noise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from archspec.graph import Graph

TOLERANCE = 1e-5
"""How much outputs may differ, as a share of the largest."""

_LEAST = 1e-30
"""What is nearer to zero counts as much: frameworks may round it to zero."""


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


def join(*examples: Any) -> Any:
    """Put outputs of one example after another."""
    import numpy as np

    return np.concatenate(examples)


def largest_difference(theirs: Sequence[Any], ours: Sequence[Any]) -> float:
    """Return the largest difference of outputs as a share of the largest; vectors may be maps.

    Of probabilities it is also that of their logarithms: for noise one class may take all,
    whatever the weights. Where an output of theirs holds a NaN or an infinite number, it is a NaN.
    """
    import numpy as np

    if len(theirs) != len(ours) or any(a.size != b.size for a, b in zip(theirs, ours, strict=True)):
        return float("inf")
    if not all(np.isfinite(each).all() for each in theirs):
        return float("nan")
    pairs = [(a.reshape(b.shape), b) for a, b in zip(theirs, ours, strict=True)]
    pairs += [_logarithms(*each) for each in pairs if all(map(_are_probabilities, each))]
    return float(np.max([_share(*each) for each in pairs], initial=0.0))


def _share(theirs: Any, ours: Any) -> float:
    return float(abs(theirs - ours).max() / max(float(abs(theirs).max()), _LEAST))


def _logarithms(*outputs: Any) -> tuple[Any, ...]:
    import numpy as np

    return tuple(np.log(np.maximum(each, _LEAST)) for each in outputs)


def _are_probabilities(values: Any) -> bool:
    """Whether each row of several numbers adds up to one, and none is below zero."""
    is_table = values.ndim == 2 and values.shape[1] > 1
    return is_table and bool((values >= 0).all() and (abs(values.sum(axis=1) - 1) < 1e-3).all())
