"""Where the time goes: seconds of each module of a spec, beside its share of the operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from archspec.analysis.count import Row, Totaller, by_module
from archspec.backend import Prepared
from archspec.graph import Graph

RUNS = 5


class Time(NamedTuple):
    """Seconds, and which share of the whole they are."""

    seconds: float
    share: float


class Part(NamedTuple):
    """A module or step of a network, the line that wrote it, and its shares of the whole.

    Seconds and share are None where a model has no module for it.
    """

    path: str
    template: str
    place: str
    seconds: float | None
    share: float | None
    operations: float


class Attribution(NamedTuple):
    """The time of each part, and of what a model does outside of its modules.

    The shares of top-level parts and of the rest add up to 1.
    """

    parts: tuple[Part, ...]
    outside: Time


def attributed(prepared: Prepared, graph: Graph) -> Attribution | None:
    """Measure the modules of a network; None if its model has no parts that can be measured."""
    paths = ("", *graph.walk())
    runs = [prepared.seconds(paths) for _ in range(RUNS)]
    return divided(graph, runs) if all(runs) else None


def divided(graph: Graph, runs: Sequence[Mapping[str, float]]) -> Attribution:
    """Divide the time of a network, by the seconds in its modules during each of several runs."""
    times = _Times(graph, runs)
    top = [times.of(path) for path in graph.children("")]
    outside = median(times.outside(spent) for spent in runs)
    whole = sum(each for each in top if each is not None) + outside
    rows = by_module(graph, Totaller())
    operations = sum(row.totals.macs for row in rows if "." not in row.path) or 1
    parts = (_part(graph, row, times.of(row.path), whole, operations) for row in rows)
    return Attribution(tuple(parts), Time(outside, outside / whole))


def _part(graph: Graph, row: Row, seconds: float | None, whole: float, operations: int) -> Part:
    traced = graph.scopes.get(row.path) or graph.nodes[row.path]
    place = f"{traced.span.source.name}:{traced.span.line}" if traced.span else ""
    share = None if seconds is None else seconds / whole
    return Part(row.path, row.template, place, seconds, share, row.totals.macs / operations)


class _Times:
    """The seconds of several runs."""

    def __init__(self, graph: Graph, runs: Sequence[Mapping[str, float]]) -> None:
        self.graph, self.runs = graph, runs

    def of(self, path: str) -> float | None:
        """Return the median of a node or scope; None if nothing of it was measured."""
        found = [self._within(path, spent) for spent in self.runs]
        known = [each for each in found if each is not None]
        return median(known) if known else None

    def outside(self, spent: Mapping[str, float]) -> float:
        """Return what a run took less the seconds of the outermost modules."""
        inside = self._inside("", spent) or 0.0
        return spent.get("", inside) - inside

    def _within(self, path: str, spent: Mapping[str, float]) -> float | None:
        """Return what was measured of a node or scope, or else of all that is inside."""
        measured = spent.get(path)
        return self._inside(path, spent) if measured is None else measured

    def _inside(self, path: str, spent: Mapping[str, float]) -> float | None:
        found = [self._within(each, spent) for each in self.graph.children(path)]
        known = [each for each in found if each is not None]
        return sum(known) if known else None
