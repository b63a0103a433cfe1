"""Printing the steps of a network as a table."""

from __future__ import annotations

from typing import Any

import click

from archspec.analysis.count import Totaller, Totals
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


def tell(graph: Graph, depth: int, form: str) -> None:
    """Print the table."""
    rows = summary(graph, depth)
    totals = Totaller().total(graph.without_heads().nodes.values())
    if form == "json":
        print_json(_record(graph, rows, totals))
        return
    inputs = ", ".join(f"{name} {given.type}" for name, given in graph.inputs.items())
    source = f"\n{visible(graph.header.source)}" if graph.header.source else ""
    click.echo(f"{graph.name}: {inputs}{source}\n\n{draw(_table(graph, rows, totals))}")


def _table(graph: Graph, rows: list[StepRow], totals: Totals) -> Table:
    outputs = ", ".join(str(graph.type_of(path)) for path in graph.outputs.values())
    last = ("total", "", outputs, ShortNumber(totals.parameters), ShortNumber(totals.macs))
    return Table(_COLUMNS, [_cells(row, totals) for row in rows], last)


def _cells(row: StepRow, whole: Totals) -> tuple[Cell, ...]:
    name, totals = "  " * (row.depth - 1) + row.name, row.totals
    parameters = ShortNumber(totals.parameters, totals.parameters / (whole.parameters or 1))
    macs = ShortNumber(totals.macs, totals.macs / (whole.macs or 1))
    return (name, row.step, row.shapes, parameters, macs)


def _record(graph: Graph, rows: list[StepRow], totals: Totals) -> dict[str, Any]:
    return {
        "spec": graph.header.file,
        "name": graph.name,
        "source": graph.header.source,
        "inputs": {name: str(given.type) for name, given in graph.inputs.items()},
        "outputs": {name: str(graph.type_of(path)) for name, path in graph.outputs.items()},
        "parameters": totals.parameters,
        "macs": totals.macs,
        "rows": [_row(row) for row in rows],
    }


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
