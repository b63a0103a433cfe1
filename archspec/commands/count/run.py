"""Counting a network, and printing the totals and the rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import click

from archspec.analysis.conventions import CONVENTIONS
from archspec.analysis.copies import folded
from archspec.analysis.count import GROUPS, Count, Row, Totaller, Totals, count
from archspec.analysis.memory import ValuePeak, peak
from archspec.commands.output import print_json
from archspec.commands.table import NUMBER, Cell, Column, ShortNumber, Table, draw
from archspec.graph import Graph
from archspec.tensor import TensorType


@dataclass(frozen=True)
class Counted:
    """A network, the grouping of rows, the batch size, and the convention for MACs."""

    graph: Graph
    by: str
    batch: int
    convention: str

    @cached_property
    def count(self) -> Count:
        """The totals for one example."""
        return count(self.graph, CONVENTIONS[self.convention])

    @cached_property
    def peak(self) -> ValuePeak:
        """The most memory that values take at once, for one example."""
        return peak(self.graph.without_heads())

    @cached_property
    def rows(self) -> list[Row]:
        """The rows asked for."""
        return GROUPS[self.by](self.graph.without_heads(), Totaller(CONVENTIONS[self.convention]))

    def work(self, totals: Totals) -> dict[str, int]:
        """Scale the totals that grow with the batch."""
        return {
            "macs": totals.conventional_macs * self.batch,
            "flops": totals.flops * self.batch,
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
        "parameters": found.parameters,
        **auxiliary,
        "statistics": found.totals.statistics,
        **counted.work(found.totals),
        "nodes": found.totals.nodes,
        "batch": counted.batch,
        "peak_activations": {"bytes": counted.peak.bytes * counted.batch, "at": counted.peak.path},
        "convention": counted.convention,
        "input": next(iter(inputs.values())) if len(inputs) == 1 else inputs,
        "inputs": inputs,
        "outputs": {name: str(graph.type_of(path)) for name, path in graph.outputs.items()},
        "by": counted.by,
        "modules": [_row(row, counted.work(row.totals)) for row in counted.rows],
    }


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
    graph, totals = counted.graph, counted.count.totals
    work = counted.work(totals)
    facts = {
        "parameters": totals.parameters,
        **(
            {"with auxiliary heads": counted.count.parameters_with_auxiliary} if graph.heads else {}
        ),
        "MACs": work["macs"],
        "FLOPs": work["flops"],
        "activations": work["activations"],
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
    return "\n".join([head, *lines, "", draw(_table(counted))])


def _table(counted: Counted) -> Table:
    if counted.by == "operator":
        uses = [
            (row.path, ShortNumber(row.totals.nodes), *_cells(row, counted)) for row in counted.rows
        ]
        return Table((Column("operator"), Column("uses", NUMBER), *_AMOUNTS), uses)
    columns = (Column("path"), Column("is", spare=5), Column("output", NUMBER, spare=1), *_AMOUNTS)
    rows = [
        (row.path, row.template, _shape(row.output) or "", *_cells(row, counted))
        for row in folded(counted.graph, counted.rows)
    ]
    return Table(columns, rows)


_AMOUNTS = (
    Column("parameters", NUMBER),
    Column("MACs", NUMBER, spare=2),
    Column("FLOPs", NUMBER, spare=3),
    Column("activations", NUMBER, spare=4),
)


def _cells(row: Row, counted: Counted) -> tuple[Cell, ...]:
    mine, whole = (_amounts(each, counted) for each in (row.totals, counted.count.totals))
    return tuple(
        ShortNumber(part, part / (all_ or 1)) for part, all_ in zip(mine, whole, strict=True)
    )


def _amounts(totals: Totals, counted: Counted) -> tuple[int, ...]:
    work = counted.work(totals)
    return (totals.parameters, work["macs"], work["flops"], work["activations"])
