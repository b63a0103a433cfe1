"""Clipping to a range, as the word that it is."""

from __future__ import annotations

from archspec.importing.imported import Wordless
from archspec.operator import Operator
from archspec.operators.activation import HardTanh, Relu, Relu6


def clipping(low: float | None, high: float | None) -> Operator:
    """Return what clips to a range, of which a bound may be left out; raise ``Wordless``."""
    if (low, high) == (0, None):
        return Relu()
    if (low, high) == (0, 6):
        return Relu6()
    if low is None or high is None:
        raise Wordless("it clips on one side alone: give it the other bound, too, a distant one")
    return HardTanh(low=float(low), high=float(high))
