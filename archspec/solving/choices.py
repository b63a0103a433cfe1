"""The values of params and options that are candidates: ``k=64..256:8``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import NamedTuple

from archspec.solving.family import Family

MOST = 1_000_000
"""How many candidates there may be."""
_FINENESS = 8
"""A step that nobody names is at most this part of the spec's value."""
_MOST_TRIED = 400
"""For how many values of a name the spec is tried, one by one."""
_NUMBER = r"([0-9]{1,15}(?:\.[0-9]{1,15})?)"
_ASKED = re.compile(rf"([a-z][a-z0-9_.]{{0,128}})(?:={_NUMBER}\.\.{_NUMBER}(?::{_NUMBER})?)?")


class Unanswerable(Exception):
    """What is asked has no answer, for the reason in the message."""


class Asked(NamedTuple):
    """A name, and the ends and the step of its values as far as they are given."""

    name: str
    low: Fraction | None = None
    high: Fraction | None = None
    step: Fraction | None = None


class Choice(NamedTuple):
    """The candidate values of a name; whole numbers at even distances are a range.

    At those ``refused`` the spec does not hold while all else is as written.
    """

    name: str
    values: Sequence[int] | Sequence[float]
    refused: tuple[int, ...] = ()

    def __str__(self) -> str:
        first, *rest = self.values
        if not rest:
            return f"{self.name}={first}"
        if self.refused and not isinstance(self.values, range):
            return f"{self.name}={', '.join(map(str, self.values))}"
        step = Fraction(str(rest[0])) - Fraction(str(first))
        steps = "" if step == 1 else f" in steps of {float(step):g}"
        return f"{self.name}={first}..{rest[-1]}{steps}"


def read(text: str) -> tuple[Asked, ...]:
    """Read names with their ranges, divided by commas; raise ``Unanswerable``."""
    found = tuple(_read(each.strip()) for each in text.split(",") if each.strip())
    if not found:
        raise Unanswerable("nothing is named, as in k,l or k=64..256:8")
    names = [each.name for each in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Unanswerable(f"`{twice}` is named twice")
    return found


def _read(text: str) -> Asked:
    found = _ASKED.fullmatch(text)
    if found is None:
        raise Unanswerable(f"`{text}` is no NAME or NAME=LOW..HIGH:STEP, as in k=64..256:8")
    low, high, step = (None if each is None else Fraction(each) for each in found.groups()[1:])
    if low is not None and high is not None and (low > high or step == 0):
        raise Unanswerable(f"`{text}`: values go upwards, from LOW to HIGH, in steps above 0")
    return Asked(found[1], low, high, step)


def choices(family: Family, asked: Sequence[Asked]) -> tuple[Choice, ...]:
    """Find the candidates of each name; raise ``Unanswerable``."""
    found = tuple(_choice(family, each) for each in asked)
    candidates = prod(len(each.values) for each in found)
    if candidates > MOST:
        raise Unanswerable(
            f"there are {candidates:,} candidates, of at most {MOST:,}: name fewer, or give "
            f"{found[0].name}=LOW..HIGH:STEP a larger step"
        )
    return found


def _choice(family: Family, asked: Asked) -> Choice:
    value = family.values.get(asked.name)
    if value is None:
        raise Unanswerable(unknown(asked.name, family))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unanswerable(f"`{asked.name}` is {value}, which is no number")
    given = [each for each in asked[1:] if each is not None]
    if isinstance(value, int) and all(each.denominator == 1 for each in given):
        return _holding(family, asked.name, _whole(asked, value), value)
    return Choice(asked.name, _fractions(asked, value))


def unknown(name: str, family: Family) -> str:
    """Say that a name is none of the spec's, and which there are."""
    if name in family.graph.inputs:
        return (
            f"`{name}` is an input, and no amount is a polynomial in its size: give it by --input"
        )
    several = [each for each in family.values if each.endswith(f".{name}")]
    if several:
        return f"`{name}` is an option of several steps: name one of {', '.join(several)}"
    offered = f"there are {', '.join(family.names)}" if family.names else "there are none"
    return f"`{name}` is no param, and no option of a step of the network: {offered}"


def _fractions(asked: Asked, value: float) -> tuple[float, ...]:
    low, high = asked.low, asked.high
    if low is None or high is None or asked.step is None:
        raise Unanswerable(
            f"`{asked.name}` is {value}: give the values, as in {asked.name}=0.5..2:0.25"
        )
    count = (high - low) // asked.step + 1
    if count > MOST:
        raise Unanswerable(f"`{asked.name}` has {count:,} values, of at most {MOST:,}")
    return tuple(float(low + place * asked.step) for place in range(count))


def _whole(asked: Asked, value: int) -> range:
    """Return the values asked for, else whole steps from the spec's, from half to twice of it."""
    finest = 1 << max(value // _FINENESS, 1).bit_length() - 1
    step = finest if asked.step is None else int(asked.step)
    if asked.low is None or asked.high is None:
        return range(value - value // 2 // step * step, 2 * value + 1, step)
    low, last = int(asked.low), int(asked.high)
    first = low if asked.step is not None else low + (value - low) % step
    return range(first if first <= last else low, last + 1, step)


def _holding(family: Family, name: str, values: range, own: int) -> Choice:
    """Leave out values at which the spec does not hold, where there are any near its own."""
    near = [value for value in values if abs(value - own) <= 2 * values.step]
    if len(values) > _MOST_TRIED or all(_holds(family, name, each) for each in near or values[:1]):
        return Choice(name, values)
    kept = [value for value in values if _holds(family, name, value)]
    if not kept:
        raise Unanswerable(
            f"the spec holds at none of {Choice(name, values)}: begin or step otherwise"
        )
    step = kept[1] - kept[0] if len(kept) > 1 else 1
    even = range(kept[0], kept[-1] + 1, step)
    refused = tuple(value for value in values if value not in kept)
    return Choice(name, even if list(even) == kept else kept, refused)


def _holds(family: Family, name: str, value: int) -> bool:
    return family.at({name: value}) is not None
