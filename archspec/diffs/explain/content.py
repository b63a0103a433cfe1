"""Nodes that came, went or have other attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate

from archspec.diffs.explain.cause import Cause
from archspec.diffs.explain.edit_builder import Ledger
from archspec.diffs.explain.edits import Category, Change, Kind
from archspec.diffs.explain.tracing import Causes
from archspec.diffs.match.indexed_graph import IndexedGraph, parent
from archspec.graph import Kind as ScopeKind
from archspec.graph import Node

NUMERIC = frozenset(
    "approximate axis ceil count_padding epsilon factor initial momentum padding rate slope".split()
)
"""Attributes that change numbers, and neither wires nor the shape of a parameter."""


_CATEGORIES = {True: Category.TOPOLOGY, False: Category.ATTRIBUTE}
"""What a step means that takes the place of another, by whether its operator is another."""


def record(ledger: Ledger) -> None:
    """Enter what was removed, inserted and changed."""
    found, causes = ledger.found, Causes(ledger.found)
    for path in outermost(found.old, found.nodes):
        nodes = [Change(node, None) for node in _without(found.old, path, found.nodes)]
        _part(ledger, causes.of_part(path, inserted=False), (path, ""), nodes)
    for path in outermost(found.new, found.old_nodes):
        nodes = [Change(None, node) for node in _without(found.new, path, found.old_nodes)]
        _part(ledger, causes.of_part(path, inserted=True), ("", path), nodes)
    for after in found.new.graph.nodes.values():
        before = found.old.node(found.old_nodes.get(after.path, ""))
        if before is not None and before.op != after.op:
            _attributes(ledger, causes, Change(before, after))


def _without(side: IndexedGraph, path: str, paired: Mapping[str, str]) -> Iterator[Node]:
    """List the nodes of a part that have no partner: a merge may have gone alone."""
    return (node for node in side.nodes(path) if node.path not in paired)


def outermost(side: IndexedGraph, paired: Mapping[str, str]) -> Iterator[str]:
    """List the largest parts none of whose nodes has a partner, and merges that went alone."""
    before = [0, *accumulate(path not in paired for path in side.graph.nodes)]

    def unpaired(path: str) -> tuple[int, int]:
        start, end = side.extent(path)
        return before[end] - before[start], end - start

    waiting = [""]
    while waiting:
        path = waiting.pop()
        count, nodes = unpaired(path)
        if path and count == nodes > 0:
            yield path
        elif count:
            waiting.extend(reversed(side.contents(path)))
            if side.node(path) and path not in paired:
                yield path


def _part(
    ledger: Ledger, causes: list[Cause], part: tuple[str, str], changes: list[Change]
) -> None:
    kind = Kind.INSERTED if part[1] else Kind.REMOVED
    side = ledger.found.new if part[1] else ledger.found.old
    is_head = side.kind(part[1] or part[0]) is ScopeKind.HEAD
    for cause in causes:
        entry = ledger.entry(cause, kind, Category.INTERFACE if is_head else Category.TOPOLOGY)
        ledger.own(entry, part, changes)
        ledger.stands_in(entry, part)


def _attributes(ledger: Ledger, causes: Causes, change: Change) -> None:
    old, new = change
    assert old is not None
    assert new is not None
    part = layer_of(ledger.found.old, old), layer_of(ledger.found.new, new)
    is_other = old.op.word != new.op.word and not new.op.role
    if is_other or old.step.word != new.step.word:
        cause, category = causes.of_step(*part), _CATEGORIES[is_other]
        ledger.own(ledger.entry(cause, Kind.CHANGED, category), part, [change])
        return
    fits = old.inputs != new.inputs or old.output == new.output
    for name in _differing(old, new):
        category = Category.NUMERICS if fits and name in NUMERIC else Category.ATTRIBUTE
        for cause in causes.of_attribute(old, new, name):
            ledger.own(ledger.entry(cause, Kind.CHANGED, category), part, [change])


def _differing(old: Node, new: Node) -> list[str]:
    if old.op.word != new.op.word:
        return [new.op.role]
    return [name for name in new.op.attributes if getattr(old.op, name) != getattr(new.op, name)]


def layer_of(side: IndexedGraph, node: Node) -> str:
    """Find the layer that a node belongs to; its own path where it stands by itself."""
    around = parent(node.path)
    return around if side.kind(around) is ScopeKind.LAYER else node.path
