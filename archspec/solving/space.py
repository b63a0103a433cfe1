"""All combinations of the values of names, and what networks cost with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, product
from math import prod
from operator import mul
from random import Random
from typing import NamedTuple

from archspec.analysis.closed_form import (
    LARGEST_DEGREE,
    Amount,
    Axis,
    NoClosedForm,
    Polynomial,
    closed_form,
    sample,
)
from archspec.solving.choices import Choice
from archspec.solving.family import AMOUNTS, Amounts, Family, Values
from archspec.solving.goal import Row

MOST_PARTS = 64
"""For how many combinations of values closed forms are found."""

Tell = Callable[[str], None]
"""Shows how far long work is."""


class Costs(NamedTuple):
    """What candidates cost: all, by closed forms; else those that were counted, and why.

    There are closed forms for each combination of values of the choices that are ``apart``.
    """

    rows: list[Row]
    forms: Mapping[str, Polynomial]
    apart: tuple[Choice, ...] = ()
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

    def by_closed_forms(self, apart: tuple[Choice, ...] = ()) -> Costs:
        """Compute what all candidates cost, by forms for each combination of what is apart.

        Raises ``NoClosedForm``.
        """
        rest = tuple(each for each in self.choices if each not in apart)
        axes = tuple(self._axes(rest))
        along = [axis.values for axis in axes]
        offsets = self._places(rest)
        rows: list[Row] = []
        forms: Mapping[str, Polynomial] = {}
        combinations = product(*(each.values for each in apart))
        for base, fixed in zip(self._places(apart), combinations, strict=True):
            forms = self._forms(axes, dict(zip((each.name for each in apart), fixed, strict=True)))
            amounts = map(Amounts, *(forms[key].tabulate(along) for key in AMOUNTS))
            rows += zip((base + offset for offset in offsets), amounts, strict=True)
        return Costs(rows, {} if apart else forms, apart)

    def by_parts(self) -> Costs:
        """Keep apart what has no closed form by itself, or so few values that any would fit.

        Raises ``NoClosedForm`` if that is too much.
        """
        apart = tuple(
            each
            for each in self.choices
            if len(each.values) <= LARGEST_DEGREE or not self._has_form(each)
        )
        parts = prod(len(each.values) for each in apart)
        if len(apart) in (0, len(self.choices)) or parts > MOST_PARTS:
            raise NoClosedForm("too much has no closed form by itself")
        return self.by_closed_forms(apart)

    def _has_form(self, choice: Choice) -> bool:
        try:
            self._forms(tuple(self._axes((choice,))), {})
        except NoClosedForm:
            return False
        return True

    def _places(self, some: Sequence[Choice]) -> list[int]:
        """List what the values of some choices add to the place of a candidate."""
        names = [each.name for each in reversed(self.choices)]
        sizes = (len(each.values) for each in reversed(self.choices))
        strides = dict(zip(names, accumulate(sizes, mul, initial=1), strict=False))
        steps = [
            range(0, len(each.values) * strides[each.name], strides[each.name]) for each in some
        ]
        return [sum(each) for each in product(*steps)]

    def _forms(self, axes: Sequence[Axis], fixed: Values) -> Mapping[str, Polynomial]:
        """Find the closed forms along axes with other values fixed; raise ``NoClosedForm``."""

        def amount(key: str) -> Amount:
            counted = self.family.amount(key)
            return lambda values: counted({**fixed, **values})

        ends = [{axis.name: axis.values[at] for axis in axes} for at in (0, -1)]
        held = [each for each in ends if amount("macs")(each) is not None]
        points = [*held, *sample(amount("macs"), axes)]
        return {key: closed_form(amount(key), axes, points) for key in AMOUNTS}

    def _axes(self, rest: Sequence[Choice]) -> Iterator[Axis]:
        """Begin at the spec's own values where enough candidates are above them."""
        for name, values, _ in rest:
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
        return Costs(rows, {}, counted=len(drawn), reason=reason)
