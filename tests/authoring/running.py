"""What random specs are given, and what they come to by the oracle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import numpy as np

from archspec.graph import Graph
from archspec.language.document.overrides import Overrides
from archspec.language.syntax.expressions import Constant
from archspec.operators.norm import BatchNorm
from archspec.tensor import TensorType
from archspec.verification.drawn import tensors
from tests.authoring.documents import MAIN, Draft, random_spec
from tests.authoring.values import PARAMS
from tests.authoring.written import plain
from tests.oracle.network import Mode, Result, Variance, run
from tests.oracle.windows import Array

LARGEST, LEAST = 1e12, 1e-6
"""Values beyond which, and differences below which, rounding hides what a network computes."""


@dataclass
class Trial:
    """A random spec with its graph, weights and inputs, and all that it comes to."""

    draft: Draft
    graph: Graph
    weights: Mapping[str, Array]
    inputs: Mapping[str, Array]
    wanted: Result
    training: Variance | None = None

    @property
    def leaving(self) -> list[Array]:
        """What comes out of the network, then out of its heads."""
        return leaving(self.wanted)

    @property
    def is_tame(self) -> bool:
        """Whether all values are finite, none is huge, and what goes into norms of a batch varies.

        Norms that follow one another enlarge rounding where no channel varies over the batch.
        """
        values = {**self.inputs, **self.wanted.values}
        arriving = (
            values[node.sources[0]]
            for node in self.graph.nodes.values()
            if self.training and isinstance(node.op, BatchNorm)
        )
        varies = all(np.ptp(each, tuple(range(each.ndim - 1))).max() > LEAST for each in arriving)
        return varies and all(np.abs(value).max() < LARGEST for value in values.values())

    @property
    def statistics(self) -> dict[str, Array]:
        """The running statistics by key, of norms that lead to what leaves; others may stay."""
        read = {*self.graph.outputs.values(), *self.graph.heads.values()}
        for node in reversed(tuple(self.graph.nodes.values())):
            read.update(node.sources if node.path in read else ())
        moved = self.wanted.statistics.items()
        return {key: array for key, array in moved if key.rpartition(".")[0] in read}

    def computed(self, inputs: Mapping[str, Array], weights: Mapping[str, Array]) -> Result:
        """Compute the spec for other inputs and weights."""
        texts, tensor = self.draft.texts, weights.__getitem__
        return run(texts[MAIN], inputs, tensor, files=texts, mode=Mode(training=self.training))


def leaving(result: Result) -> list[Array]:
    """List what comes out of a network, then out of its heads."""
    return [*result.outputs.values(), *result.heads.values()]


def trial(
    seed: int,
    params: Mapping[str, Constant] | None = None,
    grown: tuple[int, int] = (0, 0),
    training: Variance | None = None,
) -> Trial:
    """Write a random spec and compute it, for one example or for three; train it on two or three.

    ``params`` take the place of the spec's own, and inputs are ``grown`` in height and width; raise
    ``ValueError`` where that does not fit.
    """
    draft = _written(seed)
    graph = draft.graph(Overrides(params or {}, _larger(draft, grown) if any(grown) else {}))
    if graph is None:
        raise ValueError("this spec does not take these params or sizes")
    weights = {key: each.astype(np.float32) for key, each in tensors(graph, seed).items()}
    generator = np.random.default_rng(seed)
    batch = 3 if seed % 2 == 0 else 2 if training else 1
    inputs = {
        name: generator.standard_normal((batch, *given.type.shape))
        for name, given in graph.inputs.items()
    }
    asked = set()

    def tensor(key: str) -> Array:
        asked.add(key)
        return weights[key]

    mode = Mode(bool(graph.heads), training)
    with np.errstate(all="ignore"):  # a random network may overflow
        wanted = run(draft.texts[MAIN], inputs, tensor, params=params, files=draft.texts, mode=mode)
    assert asked == weights.keys()
    return Trial(draft, graph, weights, inputs, wanted, training)


@cache
def _written(seed: int) -> Draft:
    """Write a random spec once, which takes longer than to compute it."""
    return random_spec(seed)


def _larger(draft: Draft, grown: tuple[int, int]) -> dict[str, TensorType]:
    graph = draft.graph()
    assert graph is not None
    shapes = {name: given.type.shape for name, given in graph.inputs.items()}
    return {
        name: TensorType((shape[0] + grown[0], shape[1] + grown[1], shape[2]))
        for name, shape in shapes.items()
        if len(shape) == 3
    }


def other_params(draft: Draft, random: Random) -> dict[str, Constant]:
    """Give some params of a spec other values of their kinds."""
    own = draft.document.get("params", {})
    drawn = {name: plain(random.choice(PARAMS[kind])) for name, kind in draft.kinds.items()}
    return {name: value for name, value in drawn.items() if value != own[name]}


def assert_close(found: Any, wanted: Array, tolerance: float, what: str) -> None:
    """Compare an array by the largest of its values; what overflowed is left out."""
    assert found.shape == wanted.shape, what
    if np.isfinite(wanted).all():
        scale = max(np.abs(wanted).max(), 1e-3)
        assert np.abs(found - wanted).max() <= tolerance * scale, what
