"""Ports: where lines arrive at a vertex."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

_MARGIN = 4.0
_STEP = 12.0
_LEAST = 5.0


def ports(low: float, high: float, axis: float, aims: Sequence[tuple[float, float]]) -> list[float]:
    """Find where lines arrive at a box that reaches from ``low`` to ``high``.

    Each line has an aim, where it would arrive straight, and a place, by which lines with one aim
    are ordered. Lines arrive at their aims if those are apart and within the box, or else side by
    side.
    """
    wanted = sorted(aim for aim, _ in aims)
    apart = all(b - a >= _LEAST for a, b in pairwise(wanted))
    if apart and low + _MARGIN <= wanted[0] and wanted[-1] <= high - _MARGIN:
        return [aim for aim, _ in aims]
    order = sorted(range(len(aims)), key=lambda at: aims[at][::-1])
    straight = [at for at, line in enumerate(order) if abs(aims[line][1] - axis) < 0.01]
    middle = straight[0] if len(straight) == 1 else (len(order) - 1) / 2
    reach = max(middle, len(order) - 1 - middle) or 1
    step = min(_STEP, (min(axis - low, high - axis) - _MARGIN) / reach)
    found = {line: axis + (at - middle) * step for at, line in enumerate(order)}
    return [found[line] for line in range(len(aims))]
