"""Nodes that came, went or have other attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archspec.diff.cause import Cause
from archspec.diff.causes import Causes
from archspec.diff.edits import Category, Change, Kind
from archspec.diff.ledger import Ledger
from archspec.diff.side import Side, parent
from archspec.graph import Graph, Node
from archspec.graph import Kind as ScopeKind

NUMERIC = frozenset(
    "approximate axis ceil count_padding epsilon factor initial momentum padding rate slope".split()
)
"""Attributes that change numbers, and neither wires nor the shape of a parameter."""


def record(ledger: Ledger) -> None:
    """Enter what was removed, inserted and changed."""
    found, causes = ledger.found, Causes(ledger.found)
    for path in outermost(found.old, found.nodes):
        nodes = [Change(node, None) for node in found.old.nodes(path)]
        _part(ledger, causes.of_part(path, inserted=False), (path, ""), nodes)
    for path in outermost(found.new, found.old_nodes):
        nodes = [Change(None, node) for node in found.new.nodes(path)]
        _part(ledger, causes.of_part(path, inserted=True), ("", path), nodes)
    for old, new in found.nodes.items():
        before, after = found.old.graph.nodes[old], found.new.graph.nodes[new]
        if before.op != after.op:
            _attributes(ledger, causes, Change(before, after))


def outermost(side: Side, paired: Mapping[str, str]) -> Iterator[str]:
    """List the largest parts none of whose nodes has a partner."""
    counts = _unpaired(side.graph, paired)
    return _outermost(side, "", counts)


def _outermost(side: Side, path: str, counts: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    for inner in side.contents(path):
        unpaired, nodes = counts.get(inner, (0, 0))
        if unpaired and unpaired == nodes:
            yield inner
        elif unpaired:
            yield from _outermost(side, inner, counts)
    own, _ = counts.get(path, (0, 0))
    if own and side.node(path):
        inside = sum(counts.get(each, (0, 0))[0] for each in side.contents(path))
        if own > inside:
            yield path


def _unpaired(graph: Graph, paired: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Count, for each part, its nodes without a partner and all of its nodes."""
    counts: dict[str, tuple[int, int]] = {}
    for path in graph.nodes:
        is_unpaired = path not in paired
        around = path
        while True:
            unpaired, nodes = counts.get(around, (0, 0))
            counts[around] = unpaired + is_unpaired, nodes + 1
            if not around:
                break
            around = parent(around)
    return counts


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
    if old.op.word != new.op.word and not new.op.role:
        cause = causes.of_step(*part)
        ledger.own(ledger.entry(cause, Kind.CHANGED, Category.TOPOLOGY), part, [change])
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


def layer_of(side: Side, node: Node) -> str:
    """Find the layer that a node belongs to; its own path where it stands by itself."""
    around = parent(node.path)
    return around if side.kind(around) is ScopeKind.LAYER else node.path
