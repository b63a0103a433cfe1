"""Printing the steps of a network as a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import click

from archspec.analysis.count import Totaller, Totals
from archspec.analysis.receptive_field import Fields, ReceptiveField, receptive_fields
from archspec.commands.output import print_json
from archspec.commands.table import NUMBER, Cell, Column, ShortNumber, Table, draw
from archspec.graph import Graph
from archspec.rendering.excerpt import visible
from archspec.views.summary import StepRow, summary

_COLUMNS = (
    Column("name"),
    Column("step", spare=3, cut=True),
    Column("output", NUMBER, spare=1),
    Column("parameters", NUMBER),
    Column("MACs", NUMBER, spare=2),
)
_FIELD_COLUMNS = (
    Column("receptive field", NUMBER),
    Column("stride", NUMBER),
    Column("padding", NUMBER, spare=2),
)


@dataclass(frozen=True)
class Shown:
    """A network, how many levels of it are opened, and whether its receptive fields are told."""

    graph: Graph
    depth: int
    with_fields: bool = False

    @cached_property
    def rows(self) -> list[StepRow]:
        """The steps."""
        return summary(self.graph, self.depth)

    @cached_property
    def totals(self) -> Totals:
        """The totals without auxiliary heads."""
        return Totaller().total(self.graph.without_heads().nodes.values())

    @cached_property
    def fields(self) -> dict[str, ReceptiveField]:
        """The receptive field of each value."""
        return receptive_fields(self.graph)

    def field(self, row: StepRow) -> Fields:
        """Return the receptive field of the first value that a step gives."""
        return self.fields[row.values[0]].most


def tell(shown: Shown, form: str) -> None:
    """Print the table."""
    if form == "json":
        print_json(_record(shown))
        return
    graph = shown.graph
    inputs = ", ".join(f"{name} {given.type}" for name, given in graph.inputs.items())
    source = f"\n{visible(graph.header.source)}" if graph.header.source else ""
    table = _field_table(shown) if shown.with_fields else _table(shown)
    click.echo(f"{graph.name}: {inputs}{source}\n\n{draw(table)}")


def _table(shown: Shown) -> Table:
    graph, totals = shown.graph, shown.totals
    outputs = ", ".join(str(graph.type_of(path)) for path in graph.outputs.values())
    last = ("total", "", outputs, ShortNumber(totals.parameters), ShortNumber(totals.macs))
    return Table(_COLUMNS, [_cells(row, totals) for row in shown.rows], last)


def _cells(row: StepRow, whole: Totals) -> tuple[Cell, ...]:
    totals = row.totals
    parameters = ShortNumber(totals.parameters, totals.parameters / (whole.parameters or 1))
    macs = ShortNumber(totals.macs, totals.macs / (whole.macs or 1))
    return (_name(row), row.step, row.shapes, parameters, macs)


def _name(row: StepRow) -> str:
    return "  " * (row.depth - 1) + row.name


def _field_table(shown: Shown) -> Table:
    rows = [
        (_name(row), row.step, row.shapes, *_field_cells(shown.field(row))) for row in shown.rows
    ]
    return Table((*_COLUMNS[:3], *_FIELD_COLUMNS), rows)


def _field_cells(fields: Fields) -> tuple[Cell, ...]:
    if fields is None:
        return ("whole input", "", "")
    sides = ([each.size, each.stride, each.padding] for each in fields)
    return tuple(
        str(one) if one == other else f"{one}x{other}" for one, other in zip(*sides, strict=True)
    )


def _record(shown: Shown) -> dict[str, Any]:
    graph = shown.graph
    return {
        "spec": graph.header.file,
        "name": graph.name,
        "source": graph.header.source,
        "inputs": {name: str(given.type) for name, given in graph.inputs.items()},
        "outputs": {name: str(graph.type_of(path)) for name, path in graph.outputs.items()},
        "parameters": shown.totals.parameters,
        "macs": shown.totals.macs,
        "rows": [_row(row) | _field_record(shown, row) for row in shown.rows],
    }


def _field_record(shown: Shown, row: StepRow) -> dict[str, Any]:
    """Return sizes, strides and padding in rows and columns; None for the whole input."""
    if not shown.with_fields:
        return {}
    fields = shown.field(row)
    names = ("size", "stride", "padding")
    told = (
        {name: [float(getattr(each, name)) for each in fields] for name in names}
        if fields
        else None
    )
    return {"receptive_field": told}


def _row(row: StepRow) -> dict[str, Any]:
    return {
        "path": row.path,
        "depth": row.depth,
        "times": row.times,
        "step": row.step,
        "kind": row.kind,
        "template": row.template,
        "input": None if row.input is None else str(row.input),
        "output": str(row.outputs[0]),
        "outputs": list(map(str, row.outputs)),
        "parameters": row.totals.parameters,
        "macs": row.totals.macs,
        "nodes": row.totals.nodes,
    }
