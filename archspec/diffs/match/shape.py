"""The shapes of parts: their operators, merges and residuals, apart from attributes.

A block that was moved into a module and changed there is still a residual around convolutions. So
groups that only one side has are compared by shape: first with the contents of merges and
residuals, then without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence

from archspec.diffs.match.alignment import Pairs, equal_pairs
from archspec.diffs.match.grouping import BRANCHING, GROUPING
from archspec.diffs.match.indexed_graph import IndexedGraph, PartList, Paths
from archspec.graph import Kind

ShapeOf = Callable[[IndexedGraph, str], tuple[str, ...]]
"""Returns the shape of a part: ``IndexedGraph.shape``, or the coarser ``outline``."""

_LEAST_SHARED = 0.5


def pairs_of_shape(mine: PartList, other: PartList) -> Pairs:
    """Pair groups of steps by shape, in order, if only one side has a group among them.

    Other steps are left to the comparison by attributes.
    """
    keys = [[_key(side, path) for path in paths] for side, paths in (mine, other)]
    found = equal_pairs(*keys)
    foreign = _foreign(mine, other), _foreign(other, mine)
    return found if any(a in foreign[0] or b in foreign[1] for a, b in found) else []


def _key(side: IndexedGraph, path: str) -> Hashable:
    """Return the shape of a group as a key; any other part has a key of its own."""
    is_group = side.kind(path) in (*GROUPING, *BRANCHING)
    return _whole(side, path, IndexedGraph.shape) if is_group else (path, id(side))


def _whole(side: IndexedGraph, path: str, shape: ShapeOf) -> Hashable:
    """Return the shape of a part; that of a repeat does not depend on its count."""
    if side.kind(path) is Kind.REPEAT:
        return "repeat", *(shape(side, copy) for copy in side.graph.children(path)[:1])
    return shape(side, path)


def _foreign(mine: PartList, other: PartList) -> set[int]:
    """Find the positions of groups that the other side has no word for."""
    side, paths = mine
    words = {(other[0].kind(path), other[0].word(path)) for path in other[1]}
    return {
        at
        for at, path in enumerate(paths)
        if side.kind(path) in GROUPING and (side.kind(path), side.word(path)) not in words
    }


def written_out_by(shape: ShapeOf, mine: PartList, other: PartList) -> Paths:
    """Inline the groups whose contents the other side groups otherwise.

    These are groups of which the other side has neither the word nor the shape, but most contents.
    """
    side, paths = mine
    items = Counter(item for path in other[1] for item in shape(other[0], path))
    known = {_whole(other[0], path, shape) for path in other[1]}
    found: Paths = []
    foreign = _foreign(mine, other)
    for at, path in enumerate(paths):
        is_unknown = at in foreign and _whole(side, path, shape) not in known
        opens = is_unknown and _is_held(shape(side, path), items)
        found.extend(side.graph.children(path) if opens else (path,))
    return found


def _is_held(shape: Sequence[str], items: Counter[str]) -> bool:
    """Whether at least half of a shape is among some items."""
    shared = (Counter(shape) & items).total()
    return len(shape) > 0 and shared >= _LEAST_SHARED * len(shape)
