"""Amounts of a network as polynomials in its params, found from their values at a few points.

Newton's forward differences on a lattice are exact in whole numbers. A difference of higher order
is taken only where all below it are not zero, so that a sum of few terms takes few points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, product
from math import comb, lcm, prod
from random import Random
from typing import NamedTuple

LARGEST_DEGREE = 4
LARGEST_STEP = 1024
MOST_POINTS = 400
CHECKS = 6
"""At how many random points a polynomial is compared."""

Values = Mapping[str, int]
Amount = Callable[[Values], int | None]
"""The amount at values of params; None where the spec does not hold."""

Index = tuple[int, ...]


class NoClosedForm(Exception):
    """An amount is no polynomial, for the reason in the message."""


class Axis(NamedTuple):
    """The values of a param, ``start`` among them, from which differences are taken upwards."""

    name: str
    start: int
    values: range

    @property
    def above(self) -> int:
        """How many values are above the start: no difference of higher order matters."""
        return (self.values[-1] - self.start) // self.values.step


def around(start: int, step: int) -> range:
    """Return the values from about half of a start to four times as much."""
    below = (start - 1) // 2 // step * step
    return range(start - max(below, 0), max(4 * start, start + 8 * step) + 1, step)


class Term(NamedTuple):
    """A product of powers of the names, with a factor."""

    coefficient: Fraction
    powers: Index


class Polynomial(NamedTuple):
    """A sum of terms, the constant first, in as many names as each term has powers."""

    names: tuple[str, ...]
    terms: tuple[Term, ...]

    def at(self, values: Values) -> Fraction:
        """Compute the amount."""
        given = [values[name] for name in self.names]
        return sum(
            (term.coefficient * prod(map(pow, given, term.powers)) for term in self.terms),
            Fraction(0),
        )

    def tabulate(self, along: Sequence[Sequence[int]]) -> Iterator[int]:
        """Compute whole amounts at all combinations of values of the names, the last fastest."""
        scale = lcm(*(term.coefficient.denominator for term in self.terms))
        scaled = {term.powers: int(term.coefficient * scale) for term in self.terms}
        found = _tabulated(scaled, along)
        return found if scale == 1 else (amount // scale for amount in found)

    def __str__(self) -> str:
        written = "".join(f" {_written(term, self.names)}" for term in self.terms)
        return written.removeprefix(" + ").strip() or "0"


def _tabulated(terms: Mapping[Index, int], along: Sequence[Sequence[int]]) -> Iterator[int]:
    """Put in the values of the first name, and go on with what is left in the others."""
    if not along:
        yield terms.get((), 0)
        return
    for value in along[0]:
        left: dict[Index, int] = {}
        for (power, *others), coefficient in terms.items():
            rest = tuple(others)
            left[rest] = left.get(rest, 0) + coefficient * value**power
        yield from _tabulated(left, along[1:])


def _written(term: Term, names: Sequence[str]) -> str:
    """Write a term with its sign: ``+ 9 k l``."""
    powers = zip(names, term.powers, strict=True)
    factors = [name if power == 1 else f"{name}^{power}" for name, power in powers if power]
    size = abs(term.coefficient)
    shown = [f"{size.numerator:,}" + (f"/{size.denominator:,}" if size.denominator > 1 else "")]
    sign = "-" if term.coefficient < 0 else "+"
    return " ".join((sign, *(factors if factors and size == 1 else shown + factors)))


def axes(amount: Amount, start: Values) -> tuple[Axis, ...]:
    """Find for each param the smallest step, a power of two, at which the spec holds."""
    steps = {name: _step(amount, start, name) for name in start}
    return tuple(Axis(name, at, around(at, steps[name])) for name, at in start.items())


def _step(amount: Amount, start: Values, name: str) -> int:
    step = 1
    while amount({**start, name: start[name] + step}) is None:
        step *= 2
        if step > LARGEST_STEP:
            raise NoClosedForm(f"the spec holds at no value of {name} above {start[name]}")
    return step


def sample(amount: Amount, along: Sequence[Axis]) -> tuple[Values, ...]:
    """Draw points at which the spec holds, the same ones each time."""
    random = Random(0)  # noqa: S311, since nothing is secret
    drawn = ({axis.name: random.choice(axis.values) for axis in along} for _ in range(4 * CHECKS))
    return tuple(islice((each for each in drawn if amount(each) is not None), CHECKS))


def closed_form(amount: Amount, along: Sequence[Axis], points: Sequence[Values]) -> Polynomial:
    """Find the polynomial that an amount is, and compare it at the points.

    Raises ``NoClosedForm``.
    """
    if not points:
        raise NoClosedForm("the spec holds at none of the values that would check it")
    found = _polynomial(along, _differences(amount, along))
    for point in points:
        if found.at(point) != amount(point):
            raise NoClosedForm(_differs(point, amount(point), found))
    return found


def _differs(point: Values, counted: int | None, found: Polynomial) -> str:
    where = ", ".join(f"{name}={value}" for name, value in point.items())
    return (
        f"at {where} there are {counted:,}, where a polynomial has {round(found.at(point)):,}: "
        "something is rounded, or has a limit"
    )


def _differences(amount: Amount, along: Sequence[Axis]) -> dict[Index, int]:
    """Take the differences of all orders that are not zero."""
    start = (0,) * len(along)
    found = {start: _difference(amount, along, start)}
    layer = [start]
    while layer:
        raised = _above(layer, found, tuple(axis.above for axis in along))
        if len(found) + len(raised) > MOST_POINTS:
            raise NoClosedForm(f"it would take more than {MOST_POINTS} points: name fewer params")
        taken = {each: _difference(amount, along, each) for each in raised}
        layer = [index for index, difference in taken.items() if difference]
        if layer and sum(layer[0]) > LARGEST_DEGREE:
            names = [axis.name for axis, order in zip(along, layer[0], strict=True) if order]
            raise NoClosedForm(f"no polynomial of degree {LARGEST_DEGREE} in {', '.join(names)}")
        found |= {index: taken[index] for index in layer}
    return found


def _above(layer: Sequence[Index], found: Mapping[Index, int], most: Index) -> list[Index]:
    """List the orders one above a layer, to ``most``, whose lower neighbours are all not zero."""
    raised = dict.fromkeys(
        _moved(index, place, 1)
        for index in layer
        for place, order in enumerate(index)
        if order < most[place]
    )
    return [each for each in raised if all(lower in found for lower in _below(each))]


def _below(index: Index) -> Iterator[Index]:
    return (_moved(index, place, -1) for place, order in enumerate(index) if order)


def _moved(index: Index, place: int, by: int) -> Index:
    return (*index[:place], index[place] + by, *index[place + 1 :])


def _difference(amount: Amount, along: Sequence[Axis], orders: Index) -> int:
    """Take the forward difference of the given order in each param."""
    total = 0
    for index in product(*(range(order + 1) for order in orders)):
        sign = -1 if (sum(orders) - sum(index)) % 2 else 1
        total += sign * prod(map(comb, orders, index)) * _at(amount, along, index)
    return total


def _at(amount: Amount, along: Sequence[Axis], index: Index) -> int:
    point = {
        axis.name: axis.start + place * axis.values.step
        for axis, place in zip(along, index, strict=True)
    }
    found = amount(point)
    if found is None:
        where = ", ".join(f"{name}={value}" for name, value in point.items())
        raise NoClosedForm(f"the spec does not hold at {where}")
    return found


def _polynomial(along: Sequence[Axis], differences: Mapping[Index, int]) -> Polynomial:
    """Multiply Newton's form out: the sum of differences, each times its binomials."""
    found: dict[Index, Fraction] = {}
    for orders, difference in differences.items():
        factors = [_binomial(axis, order) for axis, order in zip(along, orders, strict=True)]
        for powers in product(*(range(len(each)) for each in factors)):
            chosen = (each[power] for each, power in zip(factors, powers, strict=True))
            found[powers] = found.get(powers, Fraction(0)) + difference * prod(chosen)
    terms = (Term(found[powers], powers) for powers in sorted(found))
    return Polynomial(
        tuple(axis.name for axis in along), tuple(each for each in terms if each.coefficient)
    )


def _binomial(axis: Axis, order: int) -> list[Fraction]:
    """Return the coefficients of C((x - start) / step, order) by the power of x."""
    found = [Fraction(1)]
    for place in range(order):
        zero = axis.start + place * axis.values.step
        scale = Fraction(1, axis.values.step * (place + 1))
        pairs = zip([Fraction(0), *found], [*found, Fraction(0)], strict=True)
        found = [scale * (raised - zero * same) for raised, same in pairs]
    return found
