"""Edits: what turns the old graph into the new one, one edit per cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from archspec.diffs.explain.cause import Cause
from archspec.diffs.match.matching import Matching
from archspec.graph import Graph, Input, Node


class EditKind(StrEnum):
    """The kind of an edit."""

    INSERTED = "inserted"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    RENAMED = "renamed"
    REWIRED = "rewired"


class Category(StrEnum):
    """The significance of an edit to a reviewer, the heaviest first."""

    INTERFACE = "interface"
    TOPOLOGY = "topology"
    ATTRIBUTE = "attribute"
    NUMERICS = "numerics"
    MOVED = "moved"
    RENAMED = "renamed"
    COSMETIC = "cosmetic"
    COST = "cost"


NAMING = (Category.MOVED, Category.RENAMED, Category.COSMETIC)
"""Categories of edits that rename, regroup or reorder, and do not change what is computed."""


class Change(NamedTuple):
    """One node before and after; None before an insertion, None after a removal."""

    old: Node | None
    new: Node | None


def key_of(change: Change) -> tuple[str, str]:
    """Name a change by the paths of its node."""
    return change.old.path if change.old else "", change.new.path if change.new else ""


class End(StrEnum):
    """The interface of a network: its name, inputs, outputs and auxiliary heads."""

    NAME = "name"
    INPUT = "input"
    OUTPUT = "output"
    HEAD = "auxiliary head"


class EndChange(NamedTuple):
    """A part of the interface before and after: its name, and its type or its path."""

    end: End
    old: tuple[str, Input | str] | None
    new: tuple[str, Input | str] | None


@dataclass(frozen=True)
class Edit:
    """One cause and everything that it did.

    ``parts`` are the parts it touched, by old and new path, one of them empty where a part came or
    went. ``changes`` are the nodes that it changed itself, ``follows`` those that differ only
    because something upstream does, ``blamed`` those of both whose cost is attributed to it, as
    that of every node is to one edit, ``ends`` the changes of the interface.
    """

    kind: EditKind
    category: Category
    cause: Cause
    parts: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...] = field(default=(), repr=False)
    follows: tuple[Change, ...] = field(default=(), repr=False)
    blamed: tuple[Change, ...] = field(default=(), repr=False)
    ends: tuple[EndChange, ...] = field(default=(), repr=False)

    @property
    def path(self) -> str:
        """The first part that it touched, by its new path where it has one."""
        old, new = self.parts[0]
        return new or old

    @property
    def old_path(self) -> str:
        """The old path of the first part that it touched; empty where that came."""
        return self.parts[0][0]

    @property
    def paths(self) -> tuple[str, ...]:
        """All parts that it touched."""
        return tuple(dict.fromkeys(new or old for old, new in self.parts))

    def mirrored(self) -> Edit:
        """Swap old and new."""
        return Edit(
            _MIRRORED.get(self.kind, self.kind),
            self.category,
            self.cause.mirrored(),
            tuple((new, old) for old, new in self.parts),
            _swapped(self.changes),
            _swapped(self.follows),
            _swapped(self.blamed),
            tuple(EndChange(end, new, old) for end, old, new in self.ends),
        )


def _swapped(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(Change(new, old) for old, new in changes)


_MIRRORED = {EditKind.INSERTED: EditKind.REMOVED, EditKind.REMOVED: EditKind.INSERTED}


@dataclass(frozen=True)
class Difference:
    """Everything that differs between two graphs, and which part became which."""

    old: Graph
    new: Graph
    matching: Matching = field(repr=False)
    edits: tuple[Edit, ...]

    @property
    def identical(self) -> bool:
        """Whether nothing in the graph changed, names included."""
        return not self.edits

    @property
    def is_cosmetic(self) -> bool:
        """Whether only the text changed, not the graph."""
        return self.identical and self.old.header.digest != self.new.header.digest

    @property
    def is_of_file(self) -> bool:
        """Whether the network came or went with its file."""
        return not self.old.inputs or not self.new.inputs

    @cached_property
    def unchanged(self) -> list[tuple[Node, Node]]:
        """The pairs of nodes that are unchanged, except perhaps in name."""
        pairs = self.matching.nodes.items()
        nodes = ((self.old.nodes[old], self.new.nodes[new]) for old, new in pairs)
        return [(old, new) for old, new in nodes if self._is_same(old, new)]

    def _is_same(self, old: Node, new: Node) -> bool:
        """Whether two nodes apply equal operators to the same values."""
        if (old.op, old.inputs, old.output) != (new.op, new.inputs, new.output):
            return False
        nodes, inputs = self.matching.nodes, self.matching.inputs
        return tuple(nodes.get(each) or inputs.get(each) for each in old.sources) == new.sources
