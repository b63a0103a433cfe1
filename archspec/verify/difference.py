"""How far two arrays lie apart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple


class Difference(NamedTuple):
    """The largest ``|a - b|``, and its share of the largest ``|a|``; infinite beside a NaN."""

    absolute: float
    relative: float


NONE = Difference(0.0, 0.0)
BEYOND = Difference(float("inf"), float("inf"))


def difference(a: Any, b: Any) -> Difference:
    """Compare two arrays; those of different shapes could not be further apart."""
    import numpy

    if a.shape != b.shape or not (numpy.isfinite(a).all() and numpy.isfinite(b).all()):
        return BEYOND
    absolute = float(abs(a - b).max(initial=0.0))
    largest = float(abs(a).max(initial=0.0))
    if absolute == 0.0:
        return NONE
    return Difference(absolute, absolute / largest if largest else float("inf"))


def worst(differences: Iterable[Difference]) -> Difference | None:
    """Return the largest of each kind; None where nothing was compared."""
    found = tuple(differences)
    if not found:
        return None
    return Difference(max(each.absolute for each in found), max(each.relative for each in found))
