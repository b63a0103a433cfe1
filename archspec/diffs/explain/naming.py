"""Nodes whose paths changed: renamed by their author, regrouped, moved, or counted anew."""

from __future__ import annotations

from dataclasses import dataclass, field

from archspec.diffs.explain.cause import Cause, Said, between
from archspec.diffs.explain.edit_builder import Entry, Ledger
from archspec.diffs.explain.edits import Category, Change, Kind
from archspec.diffs.explain.uses import part_said
from archspec.diffs.match.indexed_graph import IndexedGraph, last, parent
from archspec.graph import Kind as ScopeKind
from archspec.graph import Template

Part = tuple[str, str]


def record(ledger: Ledger) -> None:
    """Enter why paths differ, each node under the entries of all parts that hold it."""
    naming = _Naming(ledger)
    naming.find("")
    naming.count_anew()
    naming.spread("", ())


@dataclass
class _Naming:
    ledger: Ledger
    reasons: dict[str, Entry] = field(default_factory=dict)
    counted: list[Part] = field(default_factory=list)
    wrappings: dict[Part, Entry | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.found = self.ledger.found
        self.old, self.new = self.found.old, self.found.new
        back = ((new, old) for old, new in self.old.graph.header.moved)
        self.declared = {*self.new.graph.header.moved, *back}

    def find(self, path: str) -> None:
        """Find the reason of each part inside whose own name or list is another."""
        for new in self.new.contents(path):
            old = self.found.old_of(new)
            if old is not None:
                self.compare(old, new)
            self.find(new)

    def compare(self, old: str, new: str) -> None:
        """Compare the place and the name of a part."""
        if old == new:
            return
        if (old, new) in self.declared:
            self.enter(self.of_place("moved", old, new), Kind.MOVED, (old, new))
        elif not self.found.are_paired(parent(old), parent(new)):
            self.moved(old, new)
        elif last(old) != last(new):
            self.renamed(old, new)

    def of_place(self, what: str, old: str, new: str) -> Cause:
        """Name both paths of a part as a cause."""
        spans = part_said(self.old, old)[1].span, part_said(self.new, new)[1].span
        return Cause(what, Said(old, spans[0]), Said(new, spans[1]))

    def renamed(self, old: str, new: str) -> None:
        """Tell a name given by the author from a module's, and from a counter."""
        words = self.old.word(old), self.new.word(new)
        entry = self.replacing(new) if words[0] != words[1] else None
        if entry is not None:
            self.reasons[new] = entry
            return
        before, after = part_said(self.old, old)[1].span, part_said(self.new, new)[1].span
        if self.old.name(old) or self.new.name(new):
            texts = Said(last(old), before), Said(last(new), after)
            is_branch = self.new.kind(new) is ScopeKind.BRANCH
            whats = ("branch", "branch") if is_branch else words
            cause = between((f"name of {whats[0]}", f"name of {whats[1]}"), *texts)
            self.enter(cause, Kind.RENAMED, (old, new))
        elif words[0] == words[1]:
            self.counted.append((old, new))
        else:
            self.of_words(old, new)

    def replacing(self, new: str) -> Entry | None:
        """Find the entry of a step that took the place of another, and brought its own name."""
        owners = (self.ledger.owners.get(path) for path in (new, *self.new.contents(new)))
        return next((entry for entry in owners if entry and entry.cause.what == "step"), None)

    def of_words(self, old: str, new: str) -> None:
        """Report a module of another name; another operator has been reported."""
        before, after = _template(self.old, old), _template(self.new, new)
        if before is not None and after is not None:
            cause = Cause("module", Said(before.name, before.span), Said(after.name, after.span))
            self.enter(cause, Kind.RENAMED, (old, new))
        else:
            self.counted.append((old, new))

    def moved(self, old: str, new: str) -> None:
        """Tell steps that were grouped otherwise from those that stand elsewhere."""
        groups = self.group(self.old, old), self.group(self.new, new)
        if groups == ("", ""):
            self.enter(self.of_place("place", old, new), Kind.MOVED, (old, new))
            return
        if groups not in self.wrappings:
            self.wrappings[groups] = self.wrapping(*groups)
        entry = self.wrappings[groups]
        if entry is not None:
            self.reasons[new] = entry
            self.ledger.stands_in(entry, (old, new))
            return
        said = _said(self.old, groups[0]), _said(self.new, groups[1])
        self.enter(Cause("grouping", *said), Kind.MOVED, (old, new))

    def group(self, side: IndexedGraph, path: str) -> str:
        """Find the widest scope around a part that has no partner; empty if all have one."""
        pairs = self.found.scopes if side is self.old else self.found.old_scopes
        found = ""
        path = parent(path)
        while path:
            found = found if path in pairs else path
            path = parent(path)
        return found

    def wrapping(self, old: str, new: str) -> Entry | None:
        """Find the entry of a merge, residual or repeat that came or went around steps."""
        sides = (
            (self.new, new, self.found.old_nodes, self.ledger.owners),
            (self.old, old, self.found.nodes, self.ledger.old_owners),
        )
        for side, path, pairs, owners in sides:
            if path and side.kind(path) is not ScopeKind.MODULE:
                nodes = (node.path for node in side.nodes(path) if node.path not in pairs)
                found = next((owners[each] for each in nodes if each in owners), None)
                if found is not None:
                    return found
        return None

    def enter(self, cause: Cause, kind: Kind, part: Part) -> None:
        """Enter a reason."""
        category = Category.MOVED if kind is Kind.MOVED else Category.RENAMED
        entry = self.ledger.entry(cause, kind, category)
        entry.parts[part] = None
        self.reasons[part[1]] = entry
        self.ledger.stands_in(entry, part)
        self.ledger.stands_in(entry, (part[0], ""))

    def count_anew(self) -> None:
        """Blame whatever else happened in a list for its counters."""
        for old, new in self.counted:
            others = self.ledger.in_lists.get(parent(new), [])
            owner = self.ledger.owners.get(new)
            if owner is None and not others:
                self.enter(self.of_place("name", old, new), Kind.RENAMED, (old, new))
            else:
                self.reasons[new] = owner or others[0]

    def spread(self, path: str, entries: tuple[Entry, ...]) -> None:
        """Enter each node whose path changed under the reasons of what holds it."""
        for new in self.new.contents(path):
            reason = self.reasons.get(new)
            inner = (*entries, reason) if reason and reason not in entries else entries
            self.spread(new, inner)
            old = self.found.old_nodes.get(new)
            if old is not None and old != new:
                change = Change(self.old.graph.nodes[old], self.new.graph.nodes[new])
                for entry in inner:
                    self.ledger.rename(entry, change)


def _template(side: IndexedGraph, path: str) -> Template | None:
    """Find the module that a step names, counted or not."""
    scope = side.scope(path)
    if scope is not None and scope.kind is ScopeKind.REPEAT and scope.contents:
        scope = side.scope(scope.contents[0])
    return scope.template if scope else None


def _said(side: IndexedGraph, path: str) -> Said:
    """Name a group of steps: a module by its template, else its step."""
    if not path:
        return Said("written out")
    template = _template(side, path) if side.kind(path) is ScopeKind.MODULE else None
    if template is None:
        return part_said(side, path)[1]
    return Said(f"module {template.name}", template.span)
