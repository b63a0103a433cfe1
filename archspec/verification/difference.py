"""How far two arrays lie apart, beside how much they vary from one example to another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

HARDLY = 1e-3
"""The share of its largest number below which what varies is hardly seen beside what does not."""
ROUNDED = 0.1
"""The share of its largest number that a difference is measured against at least.

What varies less drowns in the rounding of what does not.
"""
ROUGH = 0.1
"""The share of how much a value varies above which rounding alone leaves nothing to be seen."""


class Deviation(NamedTuple):
    """The largest ``|a - b|``, its share of how much ``a`` varies, and whether that can be seen.

    How much a value varies is how far its numbers lie, root mean square, from their means over the
    examples; or a tenth of its largest number, if that is more. Infinite beside a NaN. ``rounding``
    is the share that rounding alone may make.
    """

    absolute: float
    relative: float
    varies: bool = True
    rounding: float = 0.0

    def exceeds(self, tolerance: float) -> bool:
        """Whether it is more than is tolerated, and more than rounding may make."""
        return not self.relative <= max(tolerance, self.rounding)


BEYOND = Deviation(float("inf"), float("inf"))


def difference(a: Any, b: Any, rounding: float = 0.0) -> Deviation:
    """Compare two batches; those of different shapes could not be further apart.

    ``rounding`` is how far rounding alone may bring them apart.
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
    """Tell how far numbers lie from their means over the examples; squares need double room."""
    return float(np.sqrt(np.square(a - a.mean(axis=0, dtype=float)).mean()))


def worst(differences: Iterable[Deviation]) -> Deviation | None:
    """Return the largest of each kind; None where nothing was compared."""
    found = tuple(differences)
    if not found:
        return None
    absolute, relative, varies, rounding = zip(*found, strict=True)
    return Deviation(max(absolute), max(relative), all(varies), max(rounding))
