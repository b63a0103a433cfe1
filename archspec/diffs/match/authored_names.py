"""Pairing steps by the names that their authors gave."""

from __future__ import annotations

from archspec.diffs.match.alignment import Pairs, equal_pairs
from archspec.diffs.match.indexed_graph import IndexedGraph, PartList
from archspec.diffs.match.similarity import similarity


def pairs_by_name(mine: PartList, other: PartList) -> Pairs:
    """Pair positions by name, in any order.

    Where a numbered series such as ``s1``, ``s2`` grew or shrank and its members have new numbers,
    they are paired by what they compute.
    """
    (old, before), (new, after) = mine, other
    names = {new.name(path): at for at, path in enumerate(after)}
    names.pop(None, None)
    found = ((at, names.get(old.name(path))) for at, path in enumerate(before))
    pairs = [
        (a, b) for a, b in found if b is not None and similarity((old, before[a]), (new, after[b]))
    ]
    changed = ((a, b) for a, b in pairs if old.digest(before[a]) != new.digest(after[b]))
    for stem in dict.fromkeys(_stem(old, before[a]) for a, _ in changed):
        shifted = _shifted(mine, other, stem) if stem else []
        if shifted:
            given = {b for _, b in shifted}
            others = (each for each in pairs if _stem(old, before[each[0]]) != stem)
            pairs = sorted([*(each for each in others if each[1] not in given), *shifted])
    return pairs


def _shifted(mine: PartList, other: PartList, stem: str) -> Pairs:
    """Pair a series by digests if the shorter version is a subsequence of the longer."""
    series = [
        [at for at, path in enumerate(paths) if _stem(side, path) == stem]
        for side, paths in (mine, other)
    ]
    digests = [
        [side.digest(paths[at]) for at in positions]
        for (side, paths), positions in zip((mine, other), series, strict=True)
    ]
    pairs = equal_pairs(*digests)
    lengths = sorted(map(len, series))
    is_whole = lengths[0] != lengths[1] and len(pairs) == lengths[0]
    return [(series[0][a], series[1][b]) for a, b in pairs] if is_whole else []


def _stem(side: IndexedGraph, path: str) -> str | None:
    """Return an author's name without the number at its end; None without a number."""
    name = side.name(path)
    stem = name.rstrip("0123456789") if name else name
    return stem if stem != name else None
