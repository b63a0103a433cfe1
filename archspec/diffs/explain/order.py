"""Explaining steps that changed places with others of their list.

The steps that stayed are a longest increasing subsequence of the old positions, so that the fewest
have moved (S. Chawathe et al., "Change Detection in Hierarchically Structured Information", 1996).
"""

from __future__ import annotations

from collections.abc import Iterator

from archspec.diffs.explain.cause import Cause, SourceText
from archspec.diffs.explain.claims import Aspect, Claim, Finding, PathPair, Subject
from archspec.diffs.explain.edits import Category, Change, EditKind
from archspec.diffs.explain.presence import lists_of
from archspec.diffs.explain.written_part import part_text
from archspec.diffs.match.alignment import in_order
from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.diffs.match.matching import Matching
from archspec.graph import Kind, parent

_UNORDERED = (Kind.MERGE, Kind.RESIDUAL, Kind.REPEAT)


def changed_order(matching: Matching) -> Iterator[Finding]:
    """Explain the order of lists."""
    for old, new in matching.scopes.items():
        if matching.new.kind(new) not in _UNORDERED:
            for part in _out_of_order(matching, old, new):
                yield _claim(matching, part)


def _out_of_order(matching: Matching, old: str, new: str) -> Iterator[PathPair]:
    """List the steps of a list that changed places with others."""
    places = {path: at for at, path in enumerate(matching.old.graph.children(old))}
    partners = ((matching.old_of(path) or "", path) for path in matching.new.graph.children(new))
    pairs = [(partner, path) for partner, path in partners if partner in places]
    stayed = set(in_order([places[partner] for partner, _ in pairs]))
    return (pair for at, pair in enumerate(pairs) if at not in stayed)


def _claim(matching: Matching, part: PathPair) -> Claim:
    old, new = part
    cause = Cause("order", _standing(matching.old, old), _standing(matching.new, new))
    nodes = ((matching.old_node(node), node) for node in matching.new.nodes(new))
    changes = tuple(Change(before, after) for before, after in nodes if before)
    subjects = (
        Subject(Aspect.ORDER, parent(new)),
        *lists_of(matching, part),
        *(Subject(Aspect.NAME, each.new.path) for each in changes if each.new),
    )
    return Claim(cause, EditKind.MOVED, Category.TOPOLOGY, part, changes, subjects)


def _standing(side: IndexedGraph, path: str) -> SourceText:
    """Describe the place of a step in its list."""
    (text, span), steps = part_text(side, path)[1], side.graph.children(parent(path))
    at = steps.index(path)
    before = part_text(side, steps[at - 1])[1].text if at else ""
    return SourceText(f"{text} {f'behind {before}' if before else 'first'}", span)
