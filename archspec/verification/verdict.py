"""Comparing sides value by value, and summing up by module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from archspec.analysis.count import Totaller, by_module
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.interpreter.rule import require_rules
from archspec.verification import gaps
from archspec.verification.difference import Deviation, worst
from archspec.verification.first_divergence import FirstDivergence, find
from archspec.verification.party import Interpreter, Party
from archspec.verification.side import Side, Trial

TOLERANCE = 1e-4
ABSENT = "backend/no-framework"

Ran = tuple[Party, Side]


class PartRow(NamedTuple):
    """The difference of a module or step; None if nothing inside could be compared."""

    path: str
    template: str
    difference: Deviation | None


class Answer(StrEnum):
    """The outcome of a comparison; it shows nothing if some output hardly depends on the inputs."""

    AGREE = "agree"
    DISAGREE = "disagree"
    NOTHING = "show nothing"


@dataclass(frozen=True, eq=False)
class Agreement:
    """The result of a comparison: differences by module and by value, and the first divergence.

    ``values`` is the number of values in the network, ``ends`` are the paths of its outputs.
    """

    tolerance: float
    versions: tuple[str, ...]
    rows: tuple[PartRow, ...]
    differences: Mapping[str, Deviation]
    values: int
    ends: tuple[str, ...]
    first_divergence: FirstDivergence | None = None
    left_out: tuple[Diagnostic, ...] = ()
    kind: str = "values"

    @property
    def worst(self) -> Deviation | None:
        """The largest differences of all."""
        return worst(self.differences.values())

    @property
    def still(self) -> tuple[str, ...]:
        """The values that hardly vary from one example to another, and so show nothing."""
        return tuple(path for path, each in self.differences.items() if not each.varies)

    @property
    def answer(self) -> Answer:
        """Whether all differences are tolerable, and the outputs depend on the inputs."""
        if any(each.exceeds(self.tolerance) for each in self.differences.values()):
            return Answer.DISAGREE
        seen = self.differences.keys() - self.still
        return Answer.AGREE if seen >= set(self.ends) else Answer.NOTHING

    @property
    def agree(self) -> bool:
        """Whether the comparison shows that all sides compute the same."""
        return self.answer is Answer.AGREE


class Demand(NamedTuple):
    """The parties to compare, and the tolerance; the interpreter, else the first, is the reference.

    ``chosen`` says that the user named them, so that none may be left out.
    """

    parties: Sequence[Party]
    tolerance: float = TOLERANCE
    chosen: bool = True


class Compared(NamedTuple):
    """A party that was compared with the reference, its results, and their differences."""

    party: Party
    side: Side
    gaps: Mapping[str, Deviation]


def verify(trial: Trial, demand: Demand) -> Agreement:
    """Run a graph on every side and compare all values with the interpreter's, else the first's.

    Raise ``SpecError`` where fewer than two sides can run it.
    """
    parties = sorted(demand.parties, key=lambda each: not isinstance(each, Interpreter))
    demand = demand._replace(parties=parties)
    version, compared, left_out = _compared(trial, demand)
    merged = _merged(trial.graph, [each.gaps for each in compared])
    return Agreement(
        demand.tolerance,
        (version, *(each.side.version for each in compared)),
        rows(trial.graph, merged),
        merged,
        len(trial.graph.nodes),
        trial.graph.leaving,
        _blame(trial, compared, demand),
        left_out,
    )


def _compared(trial: Trial, demand: Demand) -> tuple[str, list[Compared], tuple[Diagnostic, ...]]:
    """Compare all others with the reference; an interpreter follows them node by node."""
    first, *others = demand.parties
    if isinstance(first, Interpreter):
        require_rules(trial.graph)
        ran, left_out = sides(trial, demand._replace(parties=others))
        _require(ran, demand, left_out)
        follow = gaps.from_rules
        found = [Compared(*each, follow(trial, each[1], first.precision)) for each in ran]
        return first.version, found, left_out
    ran, left_out = sides(trial, demand)
    _require(ran[1:], demand, left_out)
    (_, reference), *rest = ran
    rounded = gaps.rounding(trial)
    found = [
        Compared(*each, gaps.between(trial.graph, reference, each[1], rounded)) for each in rest
    ]
    return reference.version, found, left_out


def _require(ran: Sequence[Ran], demand: Demand, absent: Sequence[Diagnostic]) -> None:
    if not ran:
        raise SpecError((alone(demand.parties, absent),))


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


def _blame(trial: Trial, compared: Sequence[Compared], demand: Demand) -> FirstDivergence | None:
    """Locate the first divergence of the first side that differs."""
    for party, side, gaps_of_it in compared:
        if any(gap.exceeds(demand.tolerance) for gap in gaps_of_it.values()):
            known = {**trial.inputs, **side.values}
            return find(trial, known, gaps_of_it, (demand.parties[0], party), demand.tolerance)
    return None


def rows(graph: Graph, differences: Mapping[str, Deviation]) -> tuple[PartRow, ...]:
    """List each top step of the network and each module, with the largest differences inside."""
    return tuple(
        PartRow(
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


def _merged(graph: Graph, found: Sequence[Mapping[str, Deviation]]) -> dict[str, Deviation]:
    merged = {path: worst(each[path] for each in found if path in each) for path in graph.nodes}
    return {path: each for path, each in merged.items() if each is not None}


def alone(parties: Sequence[Party], absent: Sequence[Diagnostic]) -> Diagnostic:
    """Say that there is nothing to compare, and which frameworks would help."""
    names = ", ".join(each.name for each in parties)
    message = f"a comparison needs two sides, and this is one: {names}"
    if absent:
        message = f"no framework is installed that could be compared with: {names} take part"
    return Diagnostic(
        "command/backends",
        message,
        help=next((each.help for each in absent if each.help), None)
        or "name another backend, or leave --backends out to compare all",
        notes=tuple(each.message for each in absent),
    )
