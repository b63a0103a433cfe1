"""Comparing sides value by value, and what is to be said of each module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from archspec.analysis.count import Totaller, by_module
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.verify import gaps
from archspec.verify.culprit import Culprit, find
from archspec.verify.difference import Difference, worst
from archspec.verify.party import Interpreter, Party
from archspec.verify.side import Side, Trial

TOLERANCE = 1e-4
ABSENT = "backend/no-framework"

Ran = tuple[Party, Side]


class Row(NamedTuple):
    """How far a module or a step differs; None where nothing inside could be compared."""

    path: str
    template: str
    difference: Difference | None


class Answer(StrEnum):
    """What a comparison comes to; it shows nothing where no output depends on the inputs."""

    AGREE = "agree"
    DISAGREE = "disagree"
    NOTHING = "show nothing"


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a comparison found: rows, how many values of how many were compared, who is to blame.

    ``ends`` are those of the values that leave the network.
    """

    tolerance: float
    versions: tuple[str, ...]
    rows: tuple[Row, ...]
    differences: Mapping[str, Difference]
    values: int
    ends: tuple[str, ...]
    culprit: Culprit | None = None
    left_out: tuple[Diagnostic, ...] = ()
    kind: str = "values"

    @property
    def worst(self) -> Difference | None:
        """The largest differences of all."""
        return worst(self.differences.values())

    @property
    def still(self) -> tuple[str, ...]:
        """The values that hardly vary from one example to another, and so show nothing."""
        return tuple(path for path, each in self.differences.items() if not each.varies)

    @property
    def answer(self) -> Answer:
        """Whether all lies within the tolerance, and the outputs depend on the inputs."""
        if any(each.exceeds(self.tolerance) for each in self.differences.values()):
            return Answer.DISAGREE
        seen = self.differences.keys() - self.still
        return Answer.AGREE if seen >= set(self.ends) else Answer.NOTHING

    @property
    def agree(self) -> bool:
        """Whether the comparison shows that all sides compute the same."""
        return self.answer is Answer.AGREE


class Demand(NamedTuple):
    """Who is compared how strictly; all others with the first.

    ``chosen`` says that somebody asked for these, so that none may be left out.
    """

    parties: Sequence[Party]
    tolerance: float = TOLERANCE
    chosen: bool = True


def verify(trial: Trial, demand: Demand) -> Verdict:
    """Run a graph on every side and compare all values with the first one's.

    Raise ``SpecError`` where fewer than two sides can run it.
    """
    ran, left_out = sides(trial, demand)
    if len(ran) < 2:
        raise SpecError((alone(demand.parties, left_out),))
    found = _gaps(trial, ran)
    merged = _merged(trial.graph, found)
    return Verdict(
        demand.tolerance,
        tuple(side.version for _, side in ran),
        rows(trial.graph, merged),
        merged,
        len(trial.graph.nodes),
        (*trial.graph.outputs.values(), *trial.graph.heads.values()),
        _blame(trial, ran, found, demand.tolerance),
        left_out,
    )


def sides(trial: Trial, demand: Demand) -> tuple[list[Ran], tuple[Diagnostic, ...]]:
    """Run every side; leave out those without their framework, unless they were chosen."""
    ran: list[Ran] = []
    absent: list[Diagnostic] = []
    for each in demand.parties:
        try:
            ran.append((each, each.run(trial)))
        except SpecError as error:
            if demand.chosen or any(found.code != ABSENT for found in error.diagnostics):
                raise
            absent += error.diagnostics
    return ran, tuple(absent)


def _gaps(trial: Trial, ran: Sequence[Ran]) -> list[dict[str, Difference]]:
    """Compare all others with the first; the interpreter follows each of them node by node."""
    (first, reference), *others = ran
    if isinstance(first, Interpreter):
        return [gaps.from_rules(trial, side, first.precision) for _, side in others]
    rounded = gaps.rounding(trial)
    return [gaps.between(trial.graph, reference, side, rounded) for _, side in others]


def _blame(
    trial: Trial, ran: Sequence[Ran], found: Sequence[Mapping[str, Difference]], tolerance: float
) -> Culprit | None:
    """Find the first operator of the first side that disagrees."""
    first, *others = ran
    for other, differences in zip(others, found, strict=True):
        wrong = next((p for p, gap in differences.items() if gap.exceeds(tolerance)), None)
        if wrong is not None:
            return find(trial, (wrong, differences[wrong]), (first, other), tolerance)
    return None


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


def _merged(graph: Graph, found: Sequence[Mapping[str, Difference]]) -> dict[str, Difference]:
    merged = {path: worst(each[path] for each in found if path in each) for path in graph.nodes}
    return {path: each for path, each in merged.items() if each is not None}


def alone(parties: Sequence[Party], absent: Sequence[Diagnostic]) -> Diagnostic:
    """Say that there is nothing to compare, and which frameworks would help."""
    listed = ", ".join(each.name for each in parties) or "nothing"
    return Diagnostic(
        "command/backends",
        f"a comparison needs two sides, and of {listed} fewer can run",
        help=next((each.help for each in absent if each.help), None)
        or "leave --backends out to compare all",
        notes=tuple(each.message for each in absent),
    )
