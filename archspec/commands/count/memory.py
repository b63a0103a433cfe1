"""Telling how much memory a network needs, and which batch fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import click

from archspec.analysis.branch_order import BranchOrder, lower
from archspec.analysis.budget import BatchPeak, Budget, Upkeep, inference, training
from archspec.analysis.memory import StepMemory
from archspec.backend import Backend, backend
from archspec.commands.count.sizes import WIDTHS
from archspec.commands.output import print_json
from archspec.commands.table import NUMBER, Column, Table, draw
from archspec.graph import Graph, first, last
from archspec.standalone.recipe import SGD, Optimizer, Recipe, RMSProp
from archspec.training import recipes


class Asked(NamedTuple):
    """What is asked: a batch, whether to train and how, and what has to fit into how many bytes."""

    batch: int
    is_training: bool
    recipe: Recipe | None
    precision: str
    shards: int
    limit: int | None


@dataclass(frozen=True)
class Memory:
    """The memory of a network under a backend, as asked."""

    graph: Graph
    backend: Backend
    asked: Asked

    @cached_property
    def values(self) -> StepMemory:
        """The values; auxiliary heads are trained with the network."""
        graph = self.graph if self.asked.is_training else self.graph.without_heads()
        return StepMemory(graph, self.backend.keeping, WIDTHS[self.asked.precision])

    @cached_property
    def budget(self) -> Budget:
        """What is needed."""
        if not self.asked.is_training:
            return inference(self.values)
        recipe = self.asked.recipe
        return training(self.values, _upkeep(recipe) if recipe else Upkeep(1), self.asked.shards)

    @cached_property
    def peak(self) -> BatchPeak:
        """What is taken at the peak of the batch."""
        return self.budget.peak(self.asked.batch)

    @cached_property
    def kept(self) -> dict[str, int]:
        """The bytes that each step of the network keeps for the backward pass of an example."""
        found: Counter[str] = Counter()
        for path, size in self.values.saved().items():
            found[first(path)] += size
        return dict(found)

    @cached_property
    def order(self) -> BranchOrder | None:
        """An order of branches with a lower peak of inference, if there is one."""
        return None if self.asked.is_training else lower(self.values)

    @property
    def largest_batch(self) -> int | None:
        """The largest batch that fits, if one has to."""
        limit = self.asked.limit
        return None if limit is None else self.budget.largest_batch(limit)


def _upkeep(recipe: Recipe) -> Upkeep:
    """Return what a recipe keeps beside the weights."""
    averages = recipe.averaging is not None
    return Upkeep(_states(recipe.optimizer), averages, recipe.accumulate > 1)


def _states(optimizer: Optimizer) -> int:
    """Count the numbers that an optimizer keeps for each parameter."""
    if isinstance(optimizer, SGD):
        return int(optimizer.momentum > 0)
    if isinstance(optimizer, RMSProp):
        return 1 + (optimizer.momentum > 0)
    return 2


def asked_of(graph: Graph, batch: int, wanted: Mapping[str, Any]) -> Memory:
    """Read the options; raise ``UsageError`` where they contradict, ``SpecError`` for a recipe."""
    is_training, recipe, shards = wanted["training"], wanted["recipe"], wanted["shards"]
    if not is_training and (recipe or shards > 1):
        raise click.UsageError("--recipe and --shards are of training: add --training")
    given = recipes.load(recipe) if recipe else None
    precision = wanted["precision"] or (given.precision if given else "float32")
    asked = Asked(batch, is_training, given, precision, shards, wanted["fit"])
    return Memory(graph, backend("torch"), asked)


def tell_memory(memory: Memory, form: str) -> None:
    """Print what is needed."""
    if form == "json":
        print_json(_record(memory))
    else:
        click.echo(_text(memory))


def _record(memory: Memory) -> dict[str, Any]:
    asked, budget, peak = memory.asked, memory.budget, memory.peak
    fits = {} if asked.limit is None else {"limit": asked.limit, "batch": memory.largest_batch}
    return {
        "spec": memory.graph.header.file,
        "name": memory.graph.name,
        "training": asked.is_training,
        "precision": asked.precision,
        "shards": asked.shards,
        "fixed": dict(budget.fixed),
        "values": {"bytes": peak.values, "at": peak.path, "backward": peak.backward},
        **({"gradients": peak.gradients} if asked.is_training else {}),
        "batch": asked.batch,
        "bytes": budget.total(asked.batch),
        **({"fits": fits} if fits else {}),
        **({"kept": memory.kept} if asked.is_training else {}),
        **({"lower": _record_of_order(memory.order, asked.batch)} if memory.order else {}),
    }


def _record_of_order(order: BranchOrder, batch: int) -> dict[str, Any]:
    return {"values": order.bytes * batch, "branches": order.merges}


def _text(memory: Memory) -> str:
    asked, budget, peak = memory.asked, memory.budget, memory.peak
    inputs = ", ".join(str(given.type) for given in memory.graph.inputs.values())
    does = "training" if asked.is_training else "inference"
    over = f", over {asked.shards} processes" if asked.shards > 1 else ""
    head = f"{memory.graph.name}: {inputs}, {does} of {_examples(asked.batch)}"
    rows = [*budget.fixed.items(), (_values(peak), peak.values)]
    rows += [("gradients of parameters by then", peak.gradients)] if asked.is_training else []
    table = [(name, mebibytes(size)) for name, size in rows]
    whole = ("together", mebibytes(budget.total(asked.batch)))
    parts = [f"{head} in {asked.precision}{over}", draw(Table(_COLUMNS, table, whole))]
    if asked.is_training and any(memory.kept.values()):
        parts.append(draw(_kept(memory)))
    if memory.order:
        parts.append(_lower(memory.order, peak.values // asked.batch))
    if asked.limit is not None:
        parts.append(_fits(memory))
    return "\n\n".join(parts)


_COLUMNS = (Column("memory"), Column("MiB", NUMBER))


def _values(peak: BatchPeak) -> str:
    back = "the backward pass of " if peak.backward else ""
    return f"values, at {back}{peak.path}"


def _kept(memory: Memory) -> Table:
    columns = (Column("kept for the backward pass by"), Column("MiB", NUMBER))
    sizes = memory.kept.items()
    rows = [(name, mebibytes(size * memory.asked.batch)) for name, size in sizes if size]
    return Table(columns, rows)


def _lower(order: BranchOrder, peak: int) -> str:
    """Say in which order branches would have to run for a lower peak."""
    head = f"values would take {1 - order.bytes / peak:.1%} less if branches ran in another order:"
    merges = [f"  {path}: {', '.join(map(last, each))}" for path, each in order.merges.items()]
    return "\n".join([head, *merges])


def _fits(memory: Memory) -> str:
    limit = mebibytes(memory.asked.limit or 0)
    if not memory.largest_batch:
        return f"no example fits into {limit} MiB"
    return f"{_examples(memory.largest_batch)} fit into {limit} MiB"


def _examples(count: int) -> str:
    return "1 example" if count == 1 else f"{count:,} examples"


def mebibytes(size: int) -> str:
    """Write a number of bytes in MiB."""
    return f"{size / 2**20:,.{1 if size >= 2**20 else 3}f}" if size else "0"
