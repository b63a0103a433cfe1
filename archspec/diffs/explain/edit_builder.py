"""Edits in the making, by their causes, and which of them answers for a node."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field

from archspec.diffs.explain.cause import Cause
from archspec.diffs.explain.edits import Category, Change, Edit, EndChange, Kind, key_of
from archspec.diffs.match.indexed_graph import parent
from archspec.diffs.match.matching import Matching

_WEIGHTS = list(Category)


@dataclass(eq=False)
class Entry:
    """One edit in the making."""

    cause: Cause
    category: Category
    kinds: dict[Kind, None] = field(default_factory=dict)
    parts: dict[tuple[str, str], None] = field(default_factory=dict)
    changes: dict[tuple[str, str], Change] = field(default_factory=dict)
    follows: dict[tuple[str, str], Change] = field(default_factory=dict)
    blamed: list[Change] = field(default_factory=list)
    ends: list[EndChange] = field(default_factory=list)

    def weigh(self, category: Category) -> None:
        """Take a category if it is heavier than the one so far."""
        self.category = min(self.category, category, key=_WEIGHTS.index)

    def _outer_parts(self) -> Iterator[tuple[str, str]]:
        """List the parts without those operators of a layer that came or went with its change."""
        both = [part for part in self.parts if all(part)]
        olds, news = {old for old, _ in both}, {new for _, new in both}
        for old, new in self.parts:
            if (old and new) or (parent(old) not in olds and parent(new) not in news):
                yield old, new

    def edit(self) -> Edit:
        """Make the edit."""
        kinds = list(self.kinds)
        return Edit(
            kinds[0] if len(kinds) == 1 else Kind.CHANGED,
            self.category,
            self.cause,
            tuple(self._outer_parts()),
            tuple(self.changes.values()),
            tuple(each for key, each in self.follows.items() if key not in self.changes),
            tuple(self.blamed),
            tuple(self.ends),
        )


@dataclass(eq=False)
class Ledger:
    """All entries; ``owners`` tells for a new path, ``old_owners`` for an old one, who answers.

    ``noted`` tells for a new path which entry renamed or reordered it or what it takes.
    ``in_lists`` holds the entries that change what stands in a list, by the list's new path.
    """

    found: Matching
    entries: dict[Hashable, Entry] = field(default_factory=dict)
    owners: dict[str, Entry] = field(default_factory=dict)
    old_owners: dict[str, Entry] = field(default_factory=dict)
    noted: dict[str, Entry] = field(default_factory=dict)
    in_lists: dict[str, list[Entry]] = field(default_factory=dict)

    def entry(self, cause: Cause, kind: Kind, category: Category) -> Entry:
        """Find the entry of a cause, or open one."""
        found = self.entries.get(cause.key)
        if found is None:
            found = self.entries[cause.key] = Entry(cause, category)
        found.kinds[kind] = None
        found.weigh(category)
        return found

    def own(self, entry: Entry, part: tuple[str, str], changes: Iterable[Change]) -> None:
        """Let an entry answer for a part, by its old and new path, and for nodes of it."""
        entry.parts[part] = None
        for change in changes:
            entry.changes[key_of(change)] = change
            self._answer(entry, change)

    def follow(self, entry: Entry, change: Change) -> None:
        """Let an entry answer for a node that differs because of something before it."""
        entry.follows[key_of(change)] = change
        self._answer(entry, change)

    def _answer(self, entry: Entry, change: Change) -> None:
        if change.new is not None:
            self.owners.setdefault(change.new.path, entry)
        if change.old is not None:
            self.old_owners.setdefault(change.old.path, entry)

    def note(self, entry: Entry, change: Change) -> None:
        """Let an entry take part in a change for which others answer."""
        entry.changes[key_of(change)] = change
        assert change.new is not None
        self.noted.setdefault(change.new.path, entry)

    def rename(self, entry: Entry, change: Change) -> None:
        """Note that an entry changed a node's path, or that of something it takes."""
        entry.follows[key_of(change)] = change
        assert change.new is not None
        self.noted.setdefault(change.new.path, entry)

    def stands_in(self, entry: Entry, part: tuple[str, str]) -> None:
        """Note that an entry changes the list in which a part stands."""
        old, new = part
        path = parent(new) if new else self.found.scopes.get(parent(old))
        if path is not None:
            self.in_lists.setdefault(path, []).append(entry)
