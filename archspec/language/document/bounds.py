"""Bounds on totals: ``42679816``, ``<= 12.3G``."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "==": operator.eq,
}
UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_BOUND = re.compile(r"\s*(<=|>=|<|>|==)?\s*([0-9][0-9_]{0,30}(?:\.[0-9]{1,15})?)\s*([KMGT]?)\s*")


class Bound(NamedTuple):
    """A comparison with a number, and its text."""

    comparison: str
    number: int
    text: str

    def holds(self, found: float) -> bool:
        """Whether a total is within the bound."""
        return COMPARISONS[self.comparison](found, self.number)


def read_bound(text: str) -> Bound | None:
    """Read a bound; one without a comparison is an exact number. None for any other text."""
    found = _BOUND.fullmatch(text)
    if found is None:
        return None
    comparison, digits, unit = found.groups()
    return Bound(comparison or "==", _scaled(digits, unit), found.group().strip())


def _scaled(digits: str, unit: str) -> int:
    whole, _, fraction = digits.replace("_", "").partition(".")
    tenths: int = 10 ** len(fraction)
    return int(whole + fraction) * UNITS[unit] // tenths
