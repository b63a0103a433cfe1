"""Comparing two graphs."""

from __future__ import annotations

from hashlib import blake2b

from archspec.collector import paused
from archspec.diffs.explain.cause import NOTHING, Cause, SourceText
from archspec.diffs.explain.edits import (
    Category,
    Change,
    Difference,
    Edit,
    EditKind,
    End,
    EndChange,
)
from archspec.diffs.explain.explanations import explain
from archspec.diffs.explain.reading_order import in_reading_order
from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.diffs.match.matching import Matching
from archspec.diffs.match.pairing import match
from archspec.graph import Graph, Header, Kind, Scope


@paused()
def diff(old: Graph, new: Graph) -> Difference:
    """Compare two graphs; swapped graphs give the mirrored edits."""
    sides = IndexedGraph(old), IndexedGraph(new)
    if _signature(sides[0]) <= _signature(sides[1]):
        matching = match(*sides)
        edits = explain(matching)
    else:
        back = match(sides[1], sides[0])
        matching = back.mirrored()
        edits = [edit.mirrored() for edit in explain(back)]
    return Difference(old, new, matching, in_reading_order(matching, edits))


def whole(graph: Graph, *, is_added: bool) -> Difference:
    """Describe a network that was added or deleted with its file: one edit."""
    nodes = tuple(graph.nodes.values())
    said, name = SourceText(graph.name), (graph.name, "")
    if is_added:
        old, new, cause, kind = (
            _nothing(graph),
            graph,
            Cause("file", NOTHING, said),
            EditKind.INSERTED,
        )
        changes = tuple(Change(None, node) for node in nodes)
        ends: tuple[EndChange, ...] = (EndChange(End.NAME, None, name),)
    else:
        old, new, cause, kind = (
            graph,
            _nothing(graph),
            Cause("file", said, NOTHING),
            EditKind.REMOVED,
        )
        changes = tuple(Change(node, None) for node in nodes)
        ends = (EndChange(End.NAME, name, None),)
    edit = Edit(kind, Category.INTERFACE, cause, (("", ""),), changes, (), changes, ends)
    return Difference(
        old, new, Matching(IndexedGraph(old), IndexedGraph(new), scopes={"": ""}), (edit,)
    )


def _nothing(graph: Graph) -> Graph:
    """Make a network without steps."""
    root = Scope("", Kind.NETWORK, (), {}, None)
    return Graph(Header(graph.name), {}, {"": root}, {}, {}, {})


def _signature(side: IndexedGraph) -> tuple[int, bytes]:
    """Return a key that orders two graphs, whichever of them is the old one."""
    digest = blake2b(digest_size=16)
    for node in side.graph.nodes.values():
        digest.update(f"{node.path} {node.sources} {node.output}".encode())
        digest.update(side.digests.operator(node.op))
    return len(side.graph.nodes), digest.digest()
