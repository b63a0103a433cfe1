"""The memory that a network needs: what is there for any batch, and what each example adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import NamedTuple

from archspec.analysis.count import Totaller, Totals
from archspec.analysis.lifetimes import course
from archspec.analysis.memory import FLOAT, StepMemory
from archspec.graph import Graph, Kind


class BatchPeak(NamedTuple):
    """The bytes of values and of gradients of parameters at the peak of a batch, and what runs.

    ``path`` runs backwards if ``backward``.
    """

    values: int
    gradients: int
    path: str
    backward: bool


@dataclass(frozen=True)
class Budget:
    """Bytes by what they are for, whatever the batch, and over time.

    ``values`` are the bytes for one example at each moment of a step, ``gradients`` those of
    parameters, whatever the batch. Workspaces of kernels and what an allocator loses between
    blocks are not in it.
    """

    memory: StepMemory
    fixed: Mapping[str, int]
    values: Sequence[int]
    gradients: Sequence[int] = ()

    def peak(self, batch: int) -> BatchPeak:
        """Find the moment at which a batch takes most."""
        taken = [values * batch + gradients for values, gradients in self._moments]
        moment = taken.index(max(taken))
        values, gradients = self._moments[moment]
        return BatchPeak(values * batch, gradients, *self.memory.at(moment))

    def total(self, batch: int) -> int:
        """Return the bytes for a batch."""
        found = self.peak(batch)
        return sum(self.fixed.values()) + found.values + found.gradients

    def largest_batch(self, limit: int) -> int:
        """Return the largest batch that fits into some bytes; 0 if none does."""
        room = limit - sum(self.fixed.values())
        left = [(room - gradients, values) for values, gradients in self._moments]
        if min(free for free, _ in left) < 0:
            return 0
        return min(free // values for free, values in left if values)

    @cached_property
    def _moments(self) -> list[tuple[int, int]]:
        return list(zip_longest(self.values, self.gradients, fillvalue=0))


def inference(memory: StepMemory) -> Budget:
    """Compute what inference needs; weights have as many bytes a number as values."""
    totals = _totals(memory.graph)
    weights = (totals.parameters + totals.statistics) * memory.width
    return Budget(memory, {"weights": weights}, course(memory.lifetimes()))


class Upkeep(NamedTuple):
    """What a recipe keeps beside the weights.

    ``states`` are the numbers that an optimizer keeps for each parameter; ``averages`` of weights
    are one more. Gradients of several micro-batches accumulate if ``accumulates``.
    """

    states: int = 0
    averages: bool = False
    accumulates: bool = False


def training(memory: StepMemory, upkeep: Upkeep, shards: int = 1) -> Budget:
    """Compute what a step of training needs.

    Weights, gradients and states have 32 bits and are divided over ``shards`` processes, where
    each gathers one block and the next whole; values of 16 bits take a copy of all weights
    besides. Gradients of parameters come as the backward pass reaches them, and go after the
    step; those of micro-batches before are there all along.
    """
    totals = _totals(memory.graph)
    parameters, own = totals.parameters * FLOAT, -(-totals.parameters // shards) * FLOAT
    fixed = {
        "weights": own + totals.statistics * FLOAT,
        "states of the optimizer": upkeep.states * own,
        "averages of weights": own * upkeep.averages,
        "gathered weights": 2 * _largest_block(memory.graph) * FLOAT if shards > 1 else 0,
        "weights of 16 bits": parameters // 2 if memory.width < FLOAT else 0,
        "statistics of a batch": memory.per_batch(),
    }
    values = course(memory.training_lifetimes())
    come = [-(-each // shards) for each in course(memory.parameter_gradients())]
    gradients = [own] * len(come) if upkeep.accumulates else come
    return Budget(memory, {name: size for name, size in fixed.items() if size}, values, gradients)


def _totals(graph: Graph) -> Totals:
    return Totaller().total(graph.nodes.values())


def _largest_block(graph: Graph) -> int:
    """Count the parameters of the largest part that is gathered: a copy of a repeat, or the rest.

    Source: how the training loop wraps a model in FSDP2.
    """
    totaller = Totaller()
    copies: dict[str, int] = {}
    for scope in graph.scopes.values():
        if scope.kind is Kind.REPEAT:
            for path in scope.contents:
                copies[path] = totaller.total(graph.within(path)).parameters
    outermost = [path for path in copies if not any(path.startswith(f"{up}.") for up in copies)]
    inside = [copies[path] for path in outermost]
    return max([*inside, _totals(graph).parameters - sum(inside)])
