"""What parts are made of, apart from their attributes: operators, merges and residuals.

Two parts of equal shape may be one that was grouped otherwise and changed: a block that was moved
into a module and widened there is the same residual around the same convolutions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from archspec.diffs.alignment import Pairs, equal_pairs
from archspec.diffs.grouping import GROUPING
from archspec.diffs.side import Side
from archspec.graph import Kind

Paths = list[str]

_BRANCHING = (Kind.MERGE, Kind.RESIDUAL)
_LEAST_SHARED = 0.5


def pairs_of_shape(mine: tuple[Side, Paths], other: tuple[Side, Paths]) -> Pairs:
    """Pair groups of steps by their shape, in order, if one of them is a group of one side alone.

    Steps that are no groups are left to those who compare their attributes.
    """
    sides = (mine, other)
    found = equal_pairs(
        *([_key(side, at, paths) for at in range(len(paths))] for side, paths in sides)
    )
    foreign = _foreign(mine, other), _foreign(other, mine)
    return found if any(a in foreign[0] or b in foreign[1] for a, b in found) else []


def _key(side: Side, at: int, paths: Paths) -> object:
    """Name the shape of a group; what is none is like nothing else."""
    path = paths[at]
    is_group = side.kind(path) in (*GROUPING, *_BRANCHING)
    return side.shape(path) if is_group else (path, at, id(side))


def _foreign(mine: tuple[Side, Paths], other: tuple[Side, Paths]) -> set[int]:
    """Find the positions of groups that the other side has no word for."""
    side, paths = mine
    words = {(other[0].kind(path), other[0].word(path)) for path in other[1]}
    return {
        at
        for at, path in enumerate(paths)
        if side.kind(path) in GROUPING and (side.kind(path), side.word(path)) not in words
    }


def written_out_by_shape(mine: tuple[Side, Paths], other: tuple[Side, Paths]) -> Paths:
    """Replace groups by their contents that are made of what the other side writes out.

    That is, if the other side has no word and no part for them, and most of what they hold.
    """
    side, paths = mine
    items = Counter(item for path in other[1] for item in other[0].shape(path))
    shapes = {other[0].shape(path) for path in other[1]}
    foreign = _foreign(mine, other)
    found: Paths = []
    for at, path in enumerate(paths):
        shape = side.shape(path)
        opens = at in foreign and shape not in shapes and _is_held(shape, items)
        found.extend(side.contents(path) if opens else (path,))
    return found


def _is_held(shape: Sequence[str], items: Counter[str]) -> bool:
    """Whether most of what a group is made of is among some items."""
    shared = (Counter(shape) & items).total()
    return len(shape) > 0 and shared >= _LEAST_SHARED * len(shape)
