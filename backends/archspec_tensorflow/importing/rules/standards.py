"""Numbers that data are scaled and shifted by, which nobody learns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archspec.importing.imported import Wordless
from archspec.importing.values import Value
from archspec.operators.standardize import Standardize
from archspec_tensorflow.importing.call import Call

_DIGITS = 9
"""Significant digits of quotients: more than float32 has."""


def numbers(said: Any) -> list[float]:
    """Return numbers that are one, or a list that may be nested in others."""
    if isinstance(said, list | tuple):
        return [number for each in said for number in numbers(each)]
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise Wordless("its numbers are not known")
    return [float(said)]


def spread(first: list[float], second: list[float]) -> list[tuple[float, float]]:
    """Pair numbers, where one stands for all."""
    count = max(len(first), len(second))
    sides = (each * count if len(each) == 1 else each for each in (first, second))
    return list(zip(*sides, strict=True))


def standardized(call: Call, mean: Sequence[float], deviation: Sequence[float]) -> Value:
    """Subtract a mean and divide by a deviation, unless that leaves everything as it is."""
    value = call.value()
    op = Standardize(mean=_rounded(mean), deviation=_rounded(deviation))
    if op.is_identity(value.wire.type):
        return value
    return value.over(call.add(op, value.wire))


def _rounded(each: Sequence[float]) -> float | tuple[float, ...]:
    found = tuple(float(f"{number:.{_DIGITS}g}") for number in each)
    return found[0] if len(set(found)) == 1 else found
