"""Telling what makes the difference between a tool's figures and archspec's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from archspec.analysis.conventions import CONVENTIONS, Convention, Rules
from archspec.analysis.reconciling import Difference, of_operations, of_parameters
from archspec.backend import backend
from archspec.commands.output import leave
from archspec.commands.table import NUMBER, Column, Table, draw
from archspec.graph import Graph


def convention(name: str) -> Convention:
    """Find a convention: one of no tool, or of a tool that counts models emitted for PyTorch."""
    if name in CONVENTIONS:
        return CONVENTIONS[name]
    found: Mapping[str, Convention] = import_module(backend("torch").counters).CONVENTIONS
    return found[name]


def refuse_unwritten(graph: Graph, name: str, form: str) -> None:
    """Leave with a diagnostic for each step that no model is emitted for, which no tool counts."""
    refused = () if name in CONVENTIONS else tuple(backend("torch").refusals(graph))
    if refused:
        leave(refused, form)


def differing(graph: Graph, name: str, unit: str, rules: Rules, batch: int) -> Iterator[str]:
    """Write the sums that lead from archspec's figures to the tool's, for a batch."""
    ledgers = (
        (unit, of_operations(graph, rules), batch),
        ("parameters", of_parameters(graph, rules), 1),
    )
    for each, found, times in ledgers:
        if any(difference.more for difference in found):
            yield ""
            yield draw(_ledger(each, name, found, times))


_OWN = "MACs"
"""What archspec counts."""


def _ledger(unit: str, name: str, found: list[Difference], times: int) -> Table:
    columns = (Column("what makes the difference"), Column("rule"), Column(unit, NUMBER))
    told = [
        (f"{each.uses} {each.operator}", each.rule, f"{times * each.more:+,}")
        for each in found
        if each.more
    ]
    own = "as archspec" if unit in (_OWN, "parameters") else f"as archspec, in {_OWN}"
    start, end = (
        (who, "", f"{times * total:,}")
        for who, total in (
            (own, sum(each.archspec for each in found)),
            (f"as {name}", sum(each.counted for each in found)),
        )
    )
    return Table(columns, [start, *told], end)


def recorded(graph: Graph, convention: Convention, rules: Rules) -> dict[str, Any]:
    """Return what a convention is and where it differs, as plain data, for one example."""
    found = {"macs": of_operations(graph, rules), "parameters": of_parameters(graph, rules)}
    return {
        "unit": convention.unit,
        "about": convention.about,
        "differences": {key: [each._asdict() for each in found[key]] for key in found},
    }
