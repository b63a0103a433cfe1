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
    found: Paths = []
    for path in paths:
        opens = _repeats if side.kind(path) is Kind.REPEAT else _groups
        found.extend(side.contents(path) if opens(mine[0], path, other) else (path,))
    return found


def _repeats(side: Side, path: str, other: tuple[Side, Paths]) -> bool:
    """Whether a repeat holds what stands by itself on the other side."""
    others, theirs = other
    digests = {others.digest(each) for each in theirs}
    single = {others.word(each) for each in theirs if others.kind(each) is Kind.MODULE}
    copies = side.contents(path)
    return any(_holds(side, each, digests) for each in copies) or side.word(path) in single


def _groups(side: Side, path: str, other: tuple[Side, Paths]) -> bool:
    """Whether a module or copy that the other side lacks holds what that has."""
    others, theirs = other
    if (side.kind(path), side.word(path)) in {(others.kind(it), others.word(it)) for it in theirs}:
        return False
    return side.kind(path) in GROUPING and _holds(side, path, {others.digest(it) for it in theirs})


def _holds(side: Side, path: str, digests: set[Digest]) -> bool:
    """Whether a part is one of some digests, or groups steps of which a good deal are."""
    if side.digest(path) in digests:
        return True
    contents = side.contents(path) if side.kind(path) in GROUPING else ()
    shared = sum(_holds(side, each, digests) for each in contents)
    if side.kind(path) is Kind.REPEAT:
        return shared > 0
    return shared * 2 >= len(contents) > 0 or shared == len(digests) > 1


def unwrapped(mine: tuple[Side, Paths], other: tuple[Side, Paths]) -> tuple[Paths, Paths]:
    """Put the steps of a branch in the place of its merge or residual where the other has them.

    Returns the steps, and the other branches of what was opened.
    """
    side, paths = mine
    others, theirs = other
    digests = {others.digest(each) for each in theirs}
    found: Paths = []
    left: Paths = []
    for path in paths:
        branch = _branch_with(side, path, digests)
        found.extend(side.contents(branch) if branch else (path,))
        left.extend(each for each in side.contents(path) if branch and each != branch)
    return found, left


def _branch_with(side: Side, path: str, digests: set[Digest]) -> str | None:
    """Find the branch of a merge or residual that holds a step of some digest."""
    if side.kind(path) not in _BRANCHING:
        return None
    for branch in side.contents(path):
        if any(side.digest(each) in digests for each in side.contents(branch)):
            return branch
    return None
