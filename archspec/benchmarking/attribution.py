"""Where the time goes: seconds of each module of a spec, beside its share of the operations."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import NamedTuple

from archspec.analysis.count import Totaller, by_module
from archspec.backend import Prepared
from archspec.graph import Graph

RUNS = 5


class Part(NamedTuple):
    """A module or step of a network, the line that wrote it, and its shares of the whole."""

    path: str
    template: str
    place: str
    seconds: float
    share: float
    operations: float


def attributed(prepared: Prepared, graph: Graph) -> tuple[Part, ...]:
    """Measure the modules of a network; empty if its model has no parts that can be measured."""
    paths = ("", *graph.walk())
    runs = [prepared.seconds(paths) for _ in range(RUNS)]
    if not all(runs):
        return ()
    found = [_Times(graph, spent) for spent in runs]
    return tuple(_parts(graph, found))


class _Times:
    """The seconds of one run."""

    def __init__(self, graph: Graph, spent: Mapping[str, float]) -> None:
        self.graph, self.spent = graph, spent

    def of(self, path: str) -> float:
        """Return what was measured of a node or scope, or else of all that is inside."""
        measured = self.spent.get(path)
        return measured if measured is not None else sum(map(self.of, self.graph.children(path)))


def _parts(graph: Graph, found: list[_Times]) -> list[Part]:
    rows = by_module(graph, Totaller())
    operations = sum(row.totals.macs for row in rows if "." not in row.path) or 1
    whole = median(each.of("") for each in found)
    parts = []
    for row in rows:
        seconds = median(each.of(row.path) for each in found)
        traced = graph.scopes.get(row.path) or graph.nodes[row.path]
        place = f"{traced.span.source.name}:{traced.span.line}" if traced.span else ""
        shares = seconds / whole, row.totals.macs / operations
        parts.append(Part(row.path, row.template, place, seconds, *shares))
    return parts
