"""The memory that a network needs: what is there for any batch, and what each example adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archspec.analysis.count import Totaller, Totals
from archspec.analysis.memory import FLOAT, StepMemory, ValuePeak
from archspec.graph import Graph, Kind


@dataclass(frozen=True)
class Budget:
    """Bytes by what they are for, whatever the batch, and the peak of values for one example.

    Workspaces of kernels and what an allocator loses between blocks are not in it.
    """

    fixed: Mapping[str, int]
    peak: ValuePeak

    def total(self, batch: int) -> int:
        """Return the bytes for a batch."""
        return sum(self.fixed.values()) + batch * self.peak.bytes

    def largest_batch(self, limit: int) -> int:
        """Return the largest batch that fits into some bytes; 0 if none does."""
        return max(limit - sum(self.fixed.values()), 0) // max(self.peak.bytes, 1)


def inference(memory: StepMemory) -> Budget:
    """Compute what inference needs; weights have as many bytes a number as values."""
    totals = _totals(memory.graph)
    weights = (totals.parameters + totals.statistics) * memory.width
    return Budget({"weights": weights}, memory.inference())


def training(memory: StepMemory, states: int, averages: bool = False, shards: int = 1) -> Budget:
    """Compute what a step of training needs.

    ``states`` are the numbers that an optimizer keeps for each parameter. Weights, gradients and
    states have 32 bits and are divided over ``shards`` processes, where each gathers one block and
    the next whole; values of 16 bits take a copy of all weights besides.
    """
    totals = _totals(memory.graph)
    parameters, own = totals.parameters * FLOAT, -(-totals.parameters // shards) * FLOAT
    fixed = {
        "weights": own + totals.statistics * FLOAT,
        "gradients": own,
        "states of the optimizer": states * own,
        "averages of weights": own * averages,
        "gathered weights": 2 * _largest_block(memory.graph) * FLOAT if shards > 1 else 0,
        "weights of 16 bits": parameters // 2 if memory.width < FLOAT else 0,
        "statistics of a batch": memory.per_batch(),
    }
    return Budget({name: size for name, size in fixed.items() if size}, memory.training())


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
