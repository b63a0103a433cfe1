"""Steps that one side groups in a module, a repeat or a branch and the other writes out."""

from __future__ import annotations

from archspec.diff.digest import Digest
from archspec.diff.side import Side
from archspec.graph import Kind

GROUPING = (Kind.MODULE, Kind.REPEAT, Kind.COPY)
"""Scopes that only group steps: writing their contents out changes nothing."""

_BRANCHING = (Kind.MERGE, Kind.RESIDUAL)

Paths = list[str]


def written_out(mine: tuple[Side, Paths], other: tuple[Side, Paths]) -> Paths:
    """Replace the modules and repeats that hold what the other side has by their contents."""
    side, paths = mine
    others, theirs = other
    digests = {others.digest(path) for path in theirs}
    words = {(others.kind(path), others.word(path)) for path in theirs}
    found: Paths = []
    for path in paths:
        is_there = (side.kind(path), side.word(path)) in words
        opens = _holds(side, path, digests) and (side.kind(path) is Kind.REPEAT or not is_there)
        found.extend(side.contents(path) if opens else (path,))
    return found


def _holds(side: Side, path: str, digests: set[Digest]) -> bool:
    """Whether a part only groups steps, of which the other side has a good deal."""
    kind, contents = side.kind(path), side.contents(path)
    if kind not in GROUPING:
        return False
    shared = sum(side.digest(each) in digests or _holds(side, each, digests) for each in contents)
    if kind is Kind.REPEAT:
        return shared > 0
    return shared * 2 >= len(contents) > 0 or shared == len(digests) > 1


def branch_with(side: Side, path: str, digests: set[Digest]) -> str | None:
    """Find the branch of a merge or residual that holds a step of some digest."""
    if side.kind(path) not in _BRANCHING:
        return None
    for branch in side.contents(path):
        if any(side.digest(each) in digests for each in side.contents(branch)):
            return branch
    return None
