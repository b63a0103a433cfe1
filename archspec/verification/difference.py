"""The difference of two arrays, relative to their variation between examples."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

HARDLY = 1e-3
"""The share of the largest number below which variation hardly shows beside the constant part."""
ROUNDED = 0.1
"""The share of the largest number that a difference is at least measured against.

Less variation is lost in the rounding of the constant part.
"""
ROUGH = 0.1
"""The share of the variation above which rounding alone hides any error."""


class Deviation(NamedTuple):
    """The largest ``|a - b|``, absolute and relative to the variation of ``a``.

    The variation is the root mean square distance of numbers from their means over the examples, or
    a tenth of the largest number if that is more. Differences from NaN are infinite. ``varies``
    says whether the variation is large enough to show errors, ``rounding`` is the relative
    difference that rounding alone may cause.
    """

    absolute: float
    relative: float
    varies: bool = True
    rounding: float = 0.0

    def exceeds(self, tolerance: float) -> bool:
        """Whether it is larger than the tolerance, and than rounding may cause."""
        return not self.relative <= max(tolerance, self.rounding)


BEYOND = Deviation(float("inf"), float("inf"))


def difference(a: Any, b: Any, rounding: float = 0.0) -> Deviation:
    """Compare two batches of examples; the difference of different shapes is infinite.

    ``rounding`` is the absolute difference that rounding alone may cause.
    """
    if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return BEYOND
    absolute = float(abs(a - b).max(initial=0.0))
    largest = float(abs(a).max(initial=0.0))
    spread = _spread(a) if a.size else 0.0
    measure = max(spread, ROUNDED * largest)
    varies = spread > HARDLY * largest and rounding <= ROUGH * measure
    if not measure:
        return Deviation(absolute, float("inf") if absolute else 0.0, varies)
    return Deviation(absolute, absolute / measure, varies, rounding / measure)


def _spread(a: Any) -> float:
    """Return the RMS distance from the means over examples; in float64, as squares overflow."""
    return float(np.sqrt(np.square(a - a.mean(axis=0, dtype=float)).mean()))


def worst(differences: Iterable[Deviation]) -> Deviation | None:
    """Return the largest of each kind; None where nothing was compared."""
    found = tuple(differences)
    if not found:
        return None
    absolute, relative, varies, rounding = zip(*found, strict=True)
    return Deviation(max(absolute), max(relative), all(varies), max(rounding))
