"""Comparing sides value by value, and what is to be said of each module."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archspec.analysis.count import Totaller, by_module
from archspec.backend import Backend
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.installing import install
from archspec.verify import apart, side
from archspec.verify.culprit import Culprit, find
from archspec.verify.difference import Difference, difference, worst
from archspec.verify.side import Side, Trial

TOLERANCE = 1e-4
ABSENT = "backend/no-framework"


class Row(NamedTuple):
    """How far a module or a step differs; None where nothing inside could be compared."""

    path: str
    template: str
    difference: Difference | None


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a comparison found: rows, how many values of how many were compared, who is to blame."""

    tolerance: float
    versions: tuple[str, ...]
    rows: tuple[Row, ...]
    differences: Mapping[str, Difference]
    values: int
    culprit: Culprit | None = None
    left_out: tuple[Diagnostic, ...] = ()
    kind: str = "values"

    @property
    def worst(self) -> Difference | None:
        """The largest differences of all."""
        return worst(self.differences.values())

    @property
    def agree(self) -> bool:
        """Whether everything that was compared lies within the tolerance."""
        return all(each.relative <= self.tolerance for each in self.differences.values())


class Demand(NamedTuple):
    """Which backends are compared how strictly, and whether each runs in a process of its own.

    ``chosen`` says that somebody asked for these backends, so that none may be left out.
    """

    backends: Sequence[Backend]
    tolerance: float = TOLERANCE
    isolate: bool = False
    chosen: bool = True


def verify(trial: Trial, demand: Demand) -> Verdict:
    """Run a graph on every backend and compare all values with the first one's.

    Raise ``SpecError`` where fewer than two backends can run it.
    """
    ran, left_out = sides(trial, demand)
    if len(ran) < 2:
        raise SpecError((_alone(demand.backends), *left_out))
    (first, reference), *others = ran
    gaps = {each.name: compare(trial.graph, reference, other) for each, other in others}
    merged = _merged(trial.graph, gaps)
    culprit = None
    for each, other in others:
        wrong = _first(gaps[each.name], demand.tolerance)
        if wrong is not None:
            culprit = find(trial, wrong, (reference, other), (first, each), demand.tolerance)
            break
    return Verdict(
        demand.tolerance,
        tuple(found.version for _, found in ran),
        rows(trial.graph, merged),
        merged,
        len(trial.graph.nodes),
        culprit,
        left_out,
    )


def sides(
    trial: Trial, demand: Demand
) -> tuple[list[tuple[Backend, Side]], tuple[Diagnostic, ...]]:
    """Run every backend; leave out those without their framework, unless they were chosen."""
    run: Callable[[Backend, Trial], Side] = apart.run if demand.isolate else side.run
    ran: list[tuple[Backend, Side]] = []
    absent: list[Diagnostic] = []
    for each in demand.backends:
        try:
            ran.append((each, run(each, trial)))
        except SpecError as error:
            if demand.chosen or any(found.code != ABSENT for found in error.diagnostics):
                raise
            absent += error.diagnostics
    return ran, tuple(absent)


def compare(graph: Graph, one: Side, other: Side) -> dict[str, Difference]:
    """Compare all values that both sides have, in writing order."""
    return {
        path: difference(one.values[path], other.values[path])
        for path in graph.nodes
        if path in one.values and path in other.values
    }


def rows(graph: Graph, differences: Mapping[str, Difference]) -> tuple[Row, ...]:
    """List each top step of the network and each module, with the largest differences inside."""
    return tuple(
        Row(
            row.path,
            row.template,
            worst(
                differences[node.path]
                for node in graph.within(row.path)
                if node.path in differences
            ),
        )
        for row in by_module(graph, Totaller())
    )


def _merged(graph: Graph, gaps: Mapping[str, Mapping[str, Difference]]) -> dict[str, Difference]:
    found = {
        path: worst(each[path] for each in gaps.values() if path in each) for path in graph.nodes
    }
    return {path: each for path, each in found.items() if each is not None}


def _first(gaps: Mapping[str, Difference], tolerance: float) -> str | None:
    return next((path for path, gap in gaps.items() if not gap.relative <= tolerance), None)


def _alone(backends: Sequence[Backend]) -> Diagnostic:
    listed = ", ".join(each.name for each in backends) or "none"
    return Diagnostic(
        "command/backends",
        f"a comparison needs two backends that can run; there are: {listed}",
        help=f"{install('torch,tensorflow')}, or compare with a model by --against",
    )
