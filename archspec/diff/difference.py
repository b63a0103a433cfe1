"""Comparing two graphs."""

from __future__ import annotations

from hashlib import blake2b

from archspec.collector import paused
from archspec.diff import consequences, content, interface, naming
from archspec.diff.edits import Difference, Edit
from archspec.diff.ledger import Ledger
from archspec.diff.matching import Matching
from archspec.diff.pairing import match
from archspec.diff.side import Side
from archspec.diff.wiring import Wiring
from archspec.graph import Graph


@paused()
def diff(old: Graph, new: Graph) -> Difference:
    """Compare two graphs; swapped graphs give the mirrored edits."""
    sides = Side(old), Side(new)
    if _signature(sides[0]) <= _signature(sides[1]):
        found = match(*sides)
        edits = _edits(found)
    else:
        back = match(sides[1], sides[0])
        found = back.mirrored()
        edits = [edit.mirrored() for edit in _edits(back)]
    return Difference(old, new, found, tuple(_ordered(found, edits)))


def _signature(side: Side) -> tuple[int, bytes]:
    """Put graphs into an order that does not depend on which is the old one."""
    digest = blake2b(digest_size=16)
    for node in side.graph.nodes.values():
        digest.update(f"{node.path} {node.sources} {node.output}".encode())
        digest.update(side.digests.operator(node.op))
    return len(side.graph.nodes), digest.digest()


def _edits(found: Matching) -> list[Edit]:
    ledger = Ledger(found)
    wiring = Wiring(ledger)
    content.record(ledger)
    wiring.record_order()
    naming.record(ledger)
    wiring.record_sources()
    interface.record(ledger, wiring)
    consequences.record(ledger)
    return [entry.edit() for entry in ledger.entries.values()]


def _ordered(found: Matching, edits: list[Edit]) -> list[Edit]:
    """Put edits into the order of the new graph; what was removed stands where it stood."""
    places = {path: (at, 0) for at, path in enumerate(found.new.graph.nodes)}
    at = -1
    for number, path in enumerate(found.old.graph.nodes):
        partner = found.nodes.get(path)
        at = places[partner][0] if partner else at
        if partner is None:
            places.setdefault(f" {path}", (at, number + 1))
    return sorted(edits, key=lambda edit: _place(found, edit, places))


Order = tuple[int, int]


def _place(found: Matching, edit: Edit, places: dict[str, Order]) -> Order:
    old, new = edit.parts[0]
    if new or not old:
        nodes = found.new.nodes(new) if new else ()
        return places[nodes[0].path] if nodes else (-1, 0)
    nodes = found.old.nodes(old)
    return places.get(f" {nodes[0].path}", (-1, 0)) if nodes else (-1, 0)
