"""Gates of frames: whether lines around a frame come to them in the order in which they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from archspec.views.layout.cells import Vertex
from archspec.views.layout.laying import Laid

_Pair = tuple[float, float]


def is_crossed(laid: Laid, frame: Vertex) -> bool:
    """Whether fewer lines around a frame would cross if everything in it were mirrored."""
    into = [_ends(route.points[::-1]) for route in laid.routes if route.link.head == frame]
    out = [_ends(route.points) for route in laid.routes if route.link.tail == frame]
    return sum(map(_crossed, (into, out))) > 0


def _ends(points: Sequence[_Pair]) -> _Pair:
    """Find where a line meets a gate, and where it is before or after its turn there."""
    gate = points[0][1]
    return gate, next((at for _, at in points if abs(at - gate) > 0.01), gate)


def _crossed(ends: Iterable[_Pair]) -> int:
    """Count the pairs that are in another order at their gates, less those in the same order."""
    turns = ((one[0] - two[0]) * (one[1] - two[1]) for one, two in combinations(ends, 2))
    return sum((turn < 0) - (turn > 0) for turn in turns)
