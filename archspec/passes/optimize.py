"""All passes, in order, as often as one of them finds something."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from archspec.graph import Graph, parent, taking_graphs
from archspec.passes.compose_convolutions import compose_convolutions
from archspec.passes.drop_identities import drop_identities
from archspec.passes.drop_unused import drop_unused
from archspec.passes.fold_batch_norm import fold_batch_norm
from archspec.passes.fold_scale import fold_scale
from archspec.passes.merge_siblings import merge_siblings
from archspec.passes.move_average_pool import move_average_pool
from archspec.passes.record import Exactness, Passed, Place, Tensors
from archspec.passes.reparameterize import reparameterize
from archspec.passes.share_equal import share_equal
from archspec.passes.targets import TARGETS

Pass = Callable[[Graph, Tensors], Passed]

PASSES: Mapping[Pass, Exactness] = {
    drop_unused: Exactness.BIT_EQUAL,
    drop_identities: Exactness.BIT_EQUAL,
    share_equal: Exactness.BIT_EQUAL,
    fold_batch_norm: Exactness.ROUNDED,
    fold_scale: Exactness.ROUNDED,
    reparameterize: Exactness.ROUNDED,
    compose_convolutions: Exactness.REASSOCIATED,
    move_average_pool: Exactness.REASSOCIATED,
    merge_siblings: Exactness.BIT_EQUAL,
}
"""The passes in their order, with how exact each is."""


class Record(NamedTuple):
    """What one pass did, or why not, at one node of the graph that it was given."""

    name: str
    exactness: Exactness
    path: str
    is_applied: bool
    told: str


@dataclass(frozen=True)
class Optimized:
    """A network for inference that computes the same with less work, and what was done to it."""

    graph: Graph
    tensors: Mapping[str, Any]
    records: tuple[Record, ...]

    @property
    def applied(self) -> tuple[Record, ...]:
        """The records of what was rewritten."""
        return tuple(each for each in self.records if each.is_applied)


@taking_graphs
def optimize(graph: Graph, tensors: Mapping[str, Any], target: str = "eager") -> Optimized:
    """Rewrite a network for inference, without its auxiliary heads, for what will run it.

    ``tensors`` are by the keys of the weights file. ``target`` is one of ``TARGETS``; ``eager``
    leaves nothing out. Weights are computed in float64 and rounded once, at the end. Raises
    ``ValueError`` for other targets.
    """
    if target not in TARGETS:
        raise ValueError(f"{target} is no target: {', '.join(TARGETS)}")
    graph = graph.without_heads()
    tensors = _of(graph, tensors)
    applied, refused = list[Record](), list[Record]()
    while True:
        found = _Round(graph, tensors, target)
        graph, tensors = found.graph, found.tensors
        applied += [each for each in found.records if each.is_applied]
        refused = [each for each in found.records if not each.is_applied]
        if not found.is_news:
            break
    return Optimized(graph, dict(_rounded(tensors)), (*applied, *refused))


class _Round:
    """One round of all passes."""

    def __init__(self, graph: Graph, tensors: Tensors, target: str) -> None:
        self.graph, self.tensors = graph, tensors
        self.records: list[Record] = []
        for run, exactness in PASSES.items():
            self._run(run, exactness, TARGETS[target].get(run.__name__, ""))
        self.is_news = any(each.is_applied for each in self.records)

    def _run(self, run: Pass, exactness: Exactness, refusal: str) -> None:
        done = run(self.graph, self.tensors)
        places = map(_refusing(refusal), done.places) if refusal else done.places
        self.records += [Record(run.__name__, exactness, *each) for each in places]
        if not refusal:
            self.graph, self.tensors = done.graph, _of(done.graph, done.tensors)


def _of(graph: Graph, tensors: Tensors) -> dict[str, Any]:
    """Leave out the weights of nodes that are no longer there."""
    return {key: each for key, each in tensors.items() if parent(key) in graph.nodes}


def _refusing(reason: str) -> Callable[[Place], Place]:
    def refused(place: Place) -> Place:
        return Place(place.path, False, reason) if place.is_applied else place

    return refused


def _rounded(tensors: Tensors) -> Iterator[tuple[str, Any]]:
    for key, each in tensors.items():
        yield key, np.asarray(each, np.float32)
