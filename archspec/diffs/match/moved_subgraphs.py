"""Moved subgraphs: parts that left their list, found elsewhere by what they compute."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Iterator
from enum import Enum
from functools import partial

from archspec.diffs.match.digest import Digest, learns
from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.diffs.match.matching import Matching
from archspec.graph import Kind, parent

_SUBSTANTIAL = (Kind.MODULE, Kind.REPEAT, Kind.MERGE, Kind.RESIDUAL, Kind.HEAD)

Queue = deque[str]


class _Standing(Enum):
    """Whether a part is in a copy that came or went, with the count or with its repeat."""

    ALONE = 0
    COPIED = 1
    COUNTED = 2


_OTHERS = {
    _Standing.ALONE: (_Standing.ALONE, _Standing.COPIED, _Standing.COUNTED),
    _Standing.COPIED: (_Standing.ALONE, _Standing.COPIED),
    _Standing.COUNTED: (_Standing.ALONE,),
}
"""Where a part may have moved from, by where it stands now.

Copies that come and go with counts do not move from one repeat to another.
"""


def moved_subgraphs(
    matching: Matching, loose: tuple[Iterable[str], Iterable[str]]
) -> Iterator[tuple[str, str]]:
    """Find pairs of equal parts among the unpaired ones that are substantial.

    Each pair has to be entered into the matching before the next one is requested.
    """
    waiting: dict[tuple[Digest, _Standing], Queue] = {}
    for path in _substantial(matching.old, loose[0]):
        key = matching.old.digest(path), _standing(matching.old, path, matching.scopes)
        waiting.setdefault(key, deque()).append(path)
    given, kept = set(matching.nodes.values()), set(matching.scopes.values())
    for path in _substantial(matching.new, loose[1]):
        if any(each.path in given for each in matching.new.nodes(path)):
            continue
        digest, standing = matching.new.digest(path), _standing(matching.new, path, kept)
        queues = (waiting.get((digest, each), deque()) for each in _OTHERS[standing])
        old = next((each for queue in queues if (each := _first_free(matching, queue))), None)
        if old is not None:
            yield old, path
            given.update(each.path for each in matching.new.nodes(path))


def _first_free(matching: Matching, candidates: Queue) -> str | None:
    """Take the first of some old parts without a paired node."""
    while candidates:
        path = candidates.popleft()
        if not any(each.path in matching.nodes for each in matching.old.nodes(path)):
            return path
    return None


def _substantial(side: IndexedGraph, paths: Iterable[str]) -> Iterator[str]:
    """List parts large enough to be recognized elsewhere, outermost first."""
    for path in paths:
        yield from filter(partial(_is_substantial, side), (path, *side.graph.walk(path)))


def _is_substantial(side: IndexedGraph, path: str) -> bool:
    """Whether a part has a structure or a name of its own, and learned tensors."""
    named = side.name(path) is not None and side.kind(path) is not Kind.BRANCH
    is_known = named or side.kind(path) in _SUBSTANTIAL
    return is_known and any(learns(node.op) for node in side.nodes(path))


def _standing(side: IndexedGraph, path: str, paired: Container[str]) -> _Standing:
    """Return whether a part is in a copy without a partner, and whether its repeat has one."""
    while path and side.kind(parent(path)) is not Kind.REPEAT:
        path = parent(path)
    if not path or path in paired:
        return _Standing.ALONE
    return _Standing.COUNTED if parent(path) in paired else _Standing.COPIED
