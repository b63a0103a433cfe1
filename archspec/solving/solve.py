"""The values of params at which a network keeps within limits, at its best."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archspec.analysis.closed_form import NoClosedForm
from archspec.solving.family import Amounts, Values
from archspec.solving.goal import Goal, Row
from archspec.solving.space import Costs, Space, Tell


class Answer(NamedTuple):
    """Values, and what the network costs with them, as counted."""

    values: Values
    amounts: Amounts


@dataclass(frozen=True)
class Solution:
    """What was looked at, how many candidates keep the limits, of how many the answers are some.

    ``nearest`` is there where nothing keeps the limits. ``left_out`` are values at which the spec
    does not hold, by name.
    """

    space: Space
    goal: Goal
    costs: Costs
    feasible: int
    best: int
    answers: tuple[Answer, ...]
    nearest: Answer | None
    left_out: Mapping[str, Sequence[int | float]]


class Effort(NamedTuple):
    """How many answers are wanted, and how many networks are counted for them at most."""

    answers: int
    budget: int


def solve(space: Space, goal: Goal, effort: Effort, tell: Tell) -> Solution:
    """Find the best candidates within limits; each answer is checked and counted by itself."""
    reasons = []
    for costs in (space.by_closed_forms, space.by_parts):
        try:
            return _Search(space, goal, effort, costs(), tell).solution()
        except NoClosedForm as refused:
            reasons.append(str(refused))
    counted = space.by_counting(effort.budget, reasons[0], tell)
    return _Search(space, goal, effort, counted, tell).solution()


class _Search:
    """A search that goes on without the candidates that the language turns out to refuse."""

    def __init__(self, space: Space, goal: Goal, effort: Effort, costs: Costs, tell: Tell) -> None:
        self.space = space
        self.tell = tell
        self.goal = goal
        self.effort = effort
        self.costs = costs
        self.checked: dict[int, Amounts | None] = {}
        self.left_out: dict[str, set[int | float]] = {
            each.name: set(each.refused) for each in space.choices if each.refused
        }

    def solution(self) -> Solution:
        """Choose, check what was chosen, and choose again until all of it holds."""
        feasible = self.goal.feasible(self.costs.rows)
        chosen, best = self.goal.best(feasible, self.effort.answers)
        while (wrong := self.wrong(chosen)) and len(self.checked) < self.effort.budget:
            feasible = self.without(feasible, wrong)
            chosen, best = self.goal.best(feasible, self.effort.answers)
        answers = [row for row in chosen if self.holds(row)]
        nearest = None if answers else self.nearest()
        return Solution(
            self.space,
            self.goal,
            self.costs,
            len(feasible),
            best,
            tuple(map(self.answer, answers)),
            nearest,
            {name: sorted(values) for name, values in self.left_out.items()},
        )

    def nearest(self) -> Answer | None:
        """Find the candidate that is nearest to the limits and holds."""
        rows = self.costs.rows
        for _ in range(self.effort.answers):
            found = self.goal.nearest(rows)
            if found is None or self.holds(found):
                return found and self.answer(found)
            rows = self.without(rows, [found])
        return None

    def answer(self, row: Row) -> Answer:
        """Write a candidate out."""
        return Answer(self.space.values(row[0]), row[1])

    def wrong(self, rows: Iterable[Row]) -> list[Row]:
        """List the candidates that do not hold."""
        return [row for row in rows if not self.holds(row)]

    def holds(self, row: Row) -> bool:
        """Whether the spec holds at a candidate; raise ``NoClosedForm`` if it costs otherwise."""
        place, amounts = row
        if place not in self.checked:
            self.tell(f"{len(self.checked)} answers checked")
            self.checked[place] = self.space.family.checked(self.space.values(place))
        found = self.checked[place]
        if found is not None and found != amounts:
            raise NoClosedForm(f"it does not hold at {written(self.space.values(place))}")
        return found is not None

    def without(self, rows: Iterable[Row], wrong: Iterable[Row]) -> list[Row]:
        """Leave out candidates, and all that share a value at which the spec does not hold."""
        gone = {place for place, _ in wrong}
        for place in gone:
            self.blame(self.space.values(place))
        return [row for row in rows if row[0] not in gone and not self.is_left_out(row[0])]

    def blame(self, values: Values) -> None:
        """Find the values at which the spec does not hold even with all others as written."""
        for name, value in values.items():
            if self.space.family.at({**self.space.start, name: value}) is None:
                self.left_out.setdefault(name, set()).add(value)

    def is_left_out(self, place: int) -> bool:
        """Whether a candidate has a value at which the spec does not hold."""
        if not self.left_out:
            return False
        values = self.space.values(place)
        return any(values[name] in refused for name, refused in self.left_out.items())


def written(values: Values) -> str:
    """Write values as on the command line."""
    return ", ".join(f"{name}={value}" for name, value in values.items())
