"""Counting a network, and printing the totals and the rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import click

from archspec.analysis.conventions import ARCHSPEC, Convention, Rules
from archspec.analysis.copies import folded
from archspec.analysis.count import (
    GROUPS,
    ConventionalTotaller,
    Count,
    Row,
    Totaller,
    Totals,
    count,
)
from archspec.analysis.memory import ValuePeak, peak
from archspec.commands.count.differences import differing, recorded
from archspec.commands.output import print_json
from archspec.commands.table import NUMBER, Cell, Column, ShortNumber, Table, draw
from archspec.graph import Graph
from archspec.tensor import TensorType


@dataclass(frozen=True)
class Counted:
    """A network, the grouping of rows, the batch size, and the convention and its name."""

    graph: Graph
    by: str
    batch: int
    name: str = "archspec"
    convention: Convention = ARCHSPEC

    @property
    def is_foreign(self) -> bool:
        """Whether a tool's convention was asked for."""
        return self.name != "archspec"

    @cached_property
    def inference(self) -> Graph:
        """The network without auxiliary heads."""
        return self.graph.without_heads()

    @cached_property
    def count(self) -> Count:
        """The totals for one example, by archspec's convention."""
        return count(self.graph)

    @cached_property
    def rules(self) -> Rules:
        """The rules of the convention for the network."""
        return self.convention.rules(self.inference)

    @cached_property
    def totaller(self) -> Totaller:
        """What counts nodes by the convention."""
        if not self.is_foreign:
            return Totaller()
        return ConventionalTotaller(self.rules)

    @cached_property
    def totals(self) -> Totals:
        """The totals for one example, by the convention."""
        return self.totaller.total(self.inference.nodes.values())

    @cached_property
    def peak(self) -> ValuePeak:
        """The most memory that values take at once, for one example."""
        return peak(self.inference)

    @cached_property
    def rows(self) -> list[Row]:
        """The rows asked for."""
        return GROUPS[self.by](self.inference, self.totaller)

    def work(self, totals: Totals) -> dict[str, int]:
        """Scale the totals that grow with the batch; a convention has no FLOPs beside it."""
        flops = {} if self.is_foreign else {"flops": totals.flops * self.batch}
        return {
            "macs": totals.macs * self.batch,
            **flops,
            "activations": totals.activations * self.batch,
        }


def tell(counted: Counted, form: str) -> None:
    """Print the totals and the rows."""
    if form == "json":
        print_json(_record(counted))
    else:
        click.echo(_text(counted))


def _record(counted: Counted) -> dict[str, Any]:
    graph, found = counted.graph, counted.count
    auxiliary = (
        {"parameters_with_auxiliary": found.parameters_with_auxiliary} if graph.heads else {}
    )
    inputs = {name: str(given.type) for name, given in graph.inputs.items()}
    return {
        "spec": graph.header.file,
        "name": graph.name,
        "parameters": counted.totals.parameters,
        **auxiliary,
        "statistics": found.totals.statistics,
        **counted.work(counted.totals),
        "nodes": found.totals.nodes,
        "batch": counted.batch,
        "peak_activations": {"bytes": counted.peak.bytes * counted.batch, "at": counted.peak.path},
        "convention": counted.name,
        **_convention(counted),
        "input": next(iter(inputs.values())) if len(inputs) == 1 else inputs,
        "inputs": inputs,
        "outputs": {name: str(graph.type_of(path)) for name, path in graph.outputs.items()},
        "by": counted.by,
        "modules": [_row(row, counted.work(row.totals)) for row in counted.rows],
    }


def _convention(counted: Counted) -> dict[str, Any]:
    if not counted.is_foreign:
        return {}
    return recorded(counted.inference, counted.convention, counted.rules)


def _row(row: Row, work: dict[str, int]) -> dict[str, Any]:
    return {
        "path": row.path,
        "template": row.template,
        "kind": row.kind,
        "input": _shape(row.input),
        "output": _shape(row.output),
        "parameters": row.totals.parameters,
        **work,
        "nodes": row.totals.nodes,
    }


def _shape(given: TensorType | None) -> str | None:
    return None if given is None else str(given)


def _text(counted: Counted) -> str:
    graph, totals = counted.graph, counted.totals
    work = counted.work(totals)
    facts = {
        "parameters": totals.parameters,
        **(
            {"with auxiliary heads": counted.count.parameters_with_auxiliary} if graph.heads else {}
        ),
        **{_heads(counted)[key]: number for key, number in work.items()},
        "nodes": totals.nodes,
    }
    examples = f", for {counted.batch} examples" if counted.batch > 1 else ""
    inputs = ", ".join(str(given.type) for given in graph.inputs.values())
    outputs = ", ".join(str(graph.type_of(path)) for path in graph.outputs.values())
    width = max(map(len, facts))
    lines = [f"{name:<{width}}  {number:>18,}" for name, number in facts.items()]
    head = f"{graph.name}: {inputs} -> {outputs}{examples}"
    memory = counted.peak.bytes * counted.batch / 2**20
    lines.append(f"peak of activations {memory:,.1f} MiB, at {counted.peak.path}")
    told = "\n".join([head, *lines, "", draw(_table(counted))])
    if not counted.is_foreign:
        return told
    about = f"{counted.convention.about}."
    unit, rules = counted.convention.unit, counted.rules
    found = differing(counted.inference, counted.name, unit, rules, counted.batch)
    return "\n".join([about, told, *found])


def _heads(counted: Counted) -> dict[str, str]:
    """Name the amounts that grow with the batch, for people."""
    return {"macs": counted.convention.unit, "flops": "FLOPs", "activations": "activations"}


def _table(counted: Counted) -> Table:
    spared = {"macs": 2, "flops": 3, "activations": 4}
    heads = _heads(counted)
    amounts = (
        Column("parameters", NUMBER),
        *(Column(heads[key], NUMBER, spare=spared[key]) for key in counted.work(counted.totals)),
    )
    if counted.by == "operator":
        uses = [
            (row.path, ShortNumber(row.totals.nodes), *_cells(row, counted)) for row in counted.rows
        ]
        return Table((Column("operator"), Column("uses", NUMBER), *amounts), uses)
    columns = (Column("path"), Column("is", spare=5), Column("output", NUMBER, spare=1), *amounts)
    rows = [
        (row.path, row.template, _shape(row.output) or "", *_cells(row, counted))
        for row in folded(counted.graph, counted.rows)
    ]
    return Table(columns, rows)


def _cells(row: Row, counted: Counted) -> tuple[Cell, ...]:
    mine, whole = (_amounts(each, counted) for each in (row.totals, counted.totals))
    return tuple(
        ShortNumber(part, part / (all_ or 1)) for part, all_ in zip(mine, whole, strict=True)
    )


def _amounts(totals: Totals, counted: Counted) -> tuple[int, ...]:
    return (totals.parameters, *counted.work(totals).values())
