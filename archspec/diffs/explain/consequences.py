"""Nodes that differ for no reason of their own, and who is to blame for what each node costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from archspec.diffs.explain.cause import Cause, Said
from archspec.diffs.explain.edit_builder import Entry, Ledger
from archspec.diffs.explain.edits import Category, Change, Kind, key_of
from archspec.diffs.match.indexed_graph import IndexedGraph, parent
from archspec.graph import Node, Scope
from archspec.operator import Operator, RuleError
from archspec.tensor import TensorType

Sources = tuple[str, ...]


def record(ledger: Ledger) -> Mapping[str, Entry]:
    """Enter every node that is left under what changed before it; blame costs on entries.

    Returns who is to blame for each new path.
    """
    blaming = _Blaming(ledger, dict(ledger.owners))
    for node in ledger.found.old.graph.nodes.values():
        if node.path not in ledger.found.nodes:
            ledger.old_owners[node.path].blamed.append(Change(node, None))
    for node in ledger.found.new.graph.nodes.values():
        blaming.blame(node)
    return blaming.blamed


@dataclass
class _Blaming:
    ledger: Ledger
    blamed: dict[str, Entry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.found = self.ledger.found
        self.old, self.new = self.found.old.graph, self.found.new.graph

    def blame(self, new: Node) -> None:
        """Find who is to blame for a node of the new graph, if anybody is."""
        old = self.old.nodes.get(self.found.old_nodes.get(new.path, ""))
        if old is None:
            self.ledger.owners[new.path].blamed.append(Change(None, new))
        elif _kind(old) != _kind(new):
            self.blame_for_kind(old, new)
        elif old != new and not self.is_explained(new):
            self.ledger.rename(self.namer(old, new), Change(old, new))

    def is_explained(self, new: Node) -> bool:
        """Whether an entry answers for a node or for its name."""
        return new.path in self.ledger.owners or new.path in self.ledger.noted

    def blame_for_kind(self, old: Node, new: Node) -> None:
        """Blame a node's own entry if that alone would have done it, else what came before."""
        change = Change(old, new)
        entry = self.ledger.owners.get(new.path)
        if entry is None or not _answers(entry, change):
            entry = self.upstream(old, new) or entry or self.by_itself(old, new)
        self.blamed[new.path] = entry
        entry.blamed.append(change)
        self.ledger.follow(entry, change)

    def upstream(self, old: Node, new: Node) -> Entry | None:
        """Find who is to blame for what a node takes, else for what arrives at its lists."""
        pairs = list(self.slots(old.sources, new.sources))
        for scope in _around(self.found.new, new.path):
            before = self.found.old.scope(self.found.old_scopes.get(scope.path, ""))
            if before is not None:
                inputs = self.old.boundary(before.path).inputs, self.new.boundary(scope.path).inputs
                pairs += zip(*inputs, strict=False)
        differing = [
            each for each in pairs if self.old.type_of(each[0]) != self.new.type_of(each[1])
        ]
        culprits = (self.culprit(*each) for each in (*differing, *pairs))
        return next((entry for entry in culprits if entry), None)

    def slots(self, old: Sources, new: Sources) -> Iterator[tuple[str, str]]:
        """Put side by side what a node took and takes: first partners, then the rest in order."""
        kept = [(path, partner) for path in old if (partner := self.partner(path)) in new]
        yield from kept
        lost = [path for path in old if path not in dict(kept)]
        gained = [path for path in new if path not in dict(kept).values()]
        yield from zip(lost, gained, strict=False)

    def partner(self, path: str) -> str:
        """Find what an old value has become; empty if it is gone."""
        return self.found.nodes.get(path) or self.found.inputs.get(path) or ""

    def culprit(self, old: str, new: str) -> Entry | None:
        """Find who is to blame for a source: one that came or went is not if it keeps the type."""
        partner, origin = self.partner(old), self.found.old_nodes.get(new, "")
        if partner and self.new.type_of(partner) == self.new.type_of(new):
            return self.blamed.get(partner)
        if origin and self.old.type_of(origin) == self.old.type_of(old):
            return self.blamed.get(new)
        return self.blamed.get(new) or self.ledger.old_owners.get(old)

    def namer(self, old: Node, new: Node) -> Entry:
        """Find the entry that renamed something that a node takes."""
        renamed = [
            after for before, after in self.slots(old.sources, new.sources) if before != after
        ]
        known = (self.ledger.noted.get(path) or self.blamed.get(path) for path in renamed)
        return next((entry for entry in known if entry), None) or self.by_itself(old, new)

    def by_itself(self, old: Node, new: Node) -> Entry:
        """Enter a node that nothing else explains."""
        cause = Cause("node", Said(old.path, old.step.span), Said(new.path, new.step.span))
        entry = self.ledger.entry(cause, Kind.CHANGED, Category.ATTRIBUTE)
        self.ledger.own(entry, (old.path, new.path), [Change(old, new)])
        return entry


def _kind(node: Node) -> tuple[Operator, list[TensorType], TensorType]:
    """Describe a node without its name and without the order of what it takes."""
    return node.op, sorted(node.inputs), node.output


def _answers(entry: Entry, change: Change) -> bool:
    """Whether an entry touched a node, and would have changed its type by itself."""
    old, new = change
    assert old is not None
    assert new is not None
    is_touched = key_of(change) in entry.changes
    return is_touched and (old.inputs == new.inputs or _changes_type(old, new))


def _changes_type(old: Node, new: Node) -> bool:
    """Whether the new operator would have changed the type of what the old one took."""
    try:
        return old.op != new.op and new.op.infer(*old.inputs) != old.output
    except (RuleError, TypeError):
        return True


def _around(side: IndexedGraph, path: str) -> Iterator[Scope]:
    """List the scopes around a node, from the inside out."""
    while path := parent(path):
        scope = side.scope(path)
        if scope is not None:
            yield scope
