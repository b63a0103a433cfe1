"""Inlining, for comparison, of modules, repeats and branches that only one side has."""

from __future__ import annotations

from typing import NamedTuple

from archspec.diffs.match.digest import Digest
from archspec.diffs.match.indexed_graph import IndexedGraph, PartList, Paths
from archspec.graph import Kind

GROUPING = (Kind.MODULE, Kind.REPEAT, Kind.COPY)
"""Scopes that only group steps: inlining them does not change what is computed."""

BRANCHING = (Kind.MERGE, Kind.RESIDUAL)


class _Facts(NamedTuple):
    """The parts of a list: their digests, and the kind and word of each."""

    digests: frozenset[Digest]
    words: frozenset[tuple[Kind | None, str]]


def _facts(side: IndexedGraph, paths: Paths) -> _Facts:
    return _Facts(
        frozenset(map(side.digest, paths)),
        frozenset((side.kind(path), side.word(path)) for path in paths),
    )


def written_out(mine: PartList, other: PartList) -> Paths:
    """Inline the modules and repeats whose contents the other side has in its list."""
    side, paths = mine
    theirs = _facts(*other)
    found: Paths = []
    for path in paths:
        opens = _repeats if side.kind(path) is Kind.REPEAT else _groups
        found.extend(side.graph.children(path) if opens(side, path, theirs) else (path,))
    return found


def _repeats(side: IndexedGraph, path: str, theirs: _Facts) -> bool:
    """Whether the other side has the contents of a repeat in its list."""
    is_single = (Kind.MODULE, side.word(path)) in theirs.words
    return is_single or any(
        _holds(side, each, theirs.digests) for each in side.graph.children(path)
    )


def _groups(side: IndexedGraph, path: str, theirs: _Facts) -> bool:
    """Whether the other side lacks a module or copy, and has its contents in its list."""
    if side.kind(path) not in GROUPING or (side.kind(path), side.word(path)) in theirs.words:
        return False
    return _holds(side, path, theirs.digests)


def _holds(side: IndexedGraph, path: str, digests: frozenset[Digest]) -> bool:
    """Whether a part has one of the digests, or is a group of which at least half does."""
    if side.digest(path) in digests:
        return True
    contents = side.graph.children(path) if side.kind(path) in GROUPING else ()
    shared = sum(_holds(side, each, digests) for each in contents)
    if side.kind(path) is Kind.REPEAT:
        return shared > 0
    return shared * 2 >= len(contents) > 0 or shared == len(digests) > 1


def unwrapped(mine: PartList, other: PartList) -> tuple[Paths, Paths]:
    """Replace a merge or residual by the steps of a branch, where the other side has those steps.

    Returns the list, and the other branches of what was replaced.
    """
    side, paths = mine
    others, theirs = other
    digests = frozenset(map(others.digest, theirs))
    found: Paths = []
    left: Paths = []
    for path in paths:
        branch = _branch_with(side, path, digests)
        found.extend(side.graph.children(branch) if branch else (path,))
        left.extend(each for each in side.graph.children(path) if branch and each != branch)
    return found, left


def _branch_with(side: IndexedGraph, path: str, digests: frozenset[Digest]) -> str | None:
    """Find the branch of a merge or residual with a step that has one of the digests."""
    if side.kind(path) not in BRANCHING:
        return None
    for branch in side.graph.children(path):
        if any(side.digest(each) in digests for each in side.graph.children(branch)):
            return branch
    return None
