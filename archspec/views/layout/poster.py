"""How large boxes are on a poster."""

from __future__ import annotations

from math import sqrt

from archspec.tensor import TensorType

_LOW, _NARROW = 4.0, 4.0
"""The height of a single pixel, and the width of what has no channels, in points."""
_PER_PIXEL, _PER_CHANNEL = 5.0, 0.9


def proportions(output: TensorType | None) -> tuple[float, float]:
    """Measure a box: its width by channels, its height by resolution, both by square roots.

    So much do they differ that in proportion the small ones would vanish.
    """
    if output is None:
        return _NARROW, _LOW
    high = max(output.grid, default=1)
    return _NARROW + _PER_CHANNEL * sqrt(output.channels), _LOW + _PER_PIXEL * sqrt(high)
