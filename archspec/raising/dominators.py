"""Immediate dominators of the values of a list, whose order is topological."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

ENTRY = ""
"""What dominates all: the outside of the list."""


def immediate_dominators(sources: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Map each value to the last one that every way to it passes.

    ``sources`` maps values to those that they are computed from, in topological order; a value that
    it does not map comes from outside. Source: Cooper, Harvey and Kennedy, A Simple, Fast
    Dominance Algorithm, 2001, of which a graph without cycles needs one pass.
    """
    depth, found = {ENTRY: 0}, {ENTRY: ENTRY}
    for value, given in sources.items():
        for each in given:
            if each not in depth:
                found[each], depth[each] = ENTRY, 1
        found[value] = _common(list(given) or [ENTRY], found, depth)
        depth[value] = depth[found[value]] + 1
    return found


def _common(values: list[str], found: Mapping[str, str], depth: Mapping[str, int]) -> str:
    first, *others = values
    for each in others:
        other = each
        while first != other:
            deeper_first = depth[first] >= depth[other]
            first, other = (found[first], other) if deeper_first else (first, found[other])
    return first
