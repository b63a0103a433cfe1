"""All combinations of the values of names, and what networks cost with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from math import prod
from random import Random
from typing import NamedTuple

from archspec.analysis.closed_form import (
    LARGEST_DEGREE,
    Axis,
    NoClosedForm,
    Polynomial,
    closed_form,
    sample,
)
from archspec.solving.choices import Choice
from archspec.solving.family import AMOUNTS, Amounts, Family, Values
from archspec.solving.goal import Row

Tell = Callable[[str], None]
"""Shows how far long work is."""


class Costs(NamedTuple):
    """What candidates cost: all, by closed forms; else those that were counted, and why."""

    rows: list[Row]
    forms: Mapping[str, Polynomial]
    counted: int = 0
    reason: str = ""


class Space:
    """The candidates, each with its place among all; the values of the last name go fastest."""

    def __init__(self, family: Family, choices: tuple[Choice, ...]) -> None:
        self.family = family
        self.choices = choices
        self.size = prod(len(each.values) for each in choices)

    @cached_property
    def start(self) -> Values:
        """The spec's own values."""
        found = {each.name: self.family.values[each.name] for each in self.choices}
        return {name: value for name, value in found.items() if isinstance(value, int | float)}

    def values(self, place: int) -> dict[str, int | float]:
        """Return the values of the candidate at a place."""
        found = []
        for choice in reversed(self.choices):
            place, at = divmod(place, len(choice.values))
            found.append((choice.name, choice.values[at]))
        return dict(reversed(found))

    def by_closed_forms(self) -> Costs:
        """Compute what all candidates cost; raise ``NoClosedForm``."""
        axes = list(self._axes())
        ends = [{axis.name: axis.values[at] for axis in axes} for at in (0, -1)]
        amount = self.family.amount("macs")
        points = [*(each for each in ends if amount(each) is not None), *sample(amount, axes)]
        forms = {key: closed_form(self.family.amount(key), axes, points) for key in AMOUNTS}
        along = [axis.values for axis in axes]
        amounts = map(Amounts, *(forms[key].tabulate(along) for key in AMOUNTS))
        return Costs(list(enumerate(amounts)), forms)

    def _axes(self) -> Iterator[Axis]:
        """Begin at the spec's own values where enough candidates are above them."""
        for name, values, _ in self.choices:
            if not isinstance(values, range):
                is_whole = all(isinstance(each, int) for each in values)
                lack = "at even distances" if is_whole else "whole numbers"
                raise NoClosedForm(f"the values of {name} are not {lack}")
            own = self.start[name]
            at = values.index(int(own)) if own in values else 0
            last = max(len(values) - 1 - LARGEST_DEGREE, 0)
            yield Axis(name, values[min(at, last)], values)

    def by_counting(self, budget: int, reason: str, tell: Tell) -> Costs:
        """Count all candidates, or as many as the budget allows, drawn the same way each time."""
        random = Random(0)  # noqa: S311, since nothing is secret
        drawn = sorted(random.sample(range(self.size), min(budget, self.size)))
        rows = []
        for done, place in enumerate(drawn):
            tell(f"{done} of {len(drawn)} candidates counted")
            found = self.family.at(self.values(place))
            if found is not None:
                rows.append((place, found))
        return Costs(rows, {}, len(drawn), reason)
