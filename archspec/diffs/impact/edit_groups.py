"""Grouping equal edits of several places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archspec.diffs.explain.cause import Cause
from archspec.diffs.explain.edits import Category, Edit, EditKind
from archspec.diffs.impact.cost import Blame
from archspec.source import Span


@dataclass(frozen=True)
class EditGroup:
    """Edits with the same kind and text, and their cost together."""

    edits: tuple[Edit, ...]
    blame: Blame

    @property
    def kind(self) -> EditKind:
        """The kind of the edits."""
        return self.edits[0].kind

    @property
    def category(self) -> Category:
        """The heaviest category of the edits."""
        return min((edit.category for edit in self.edits), key=list(Category).index)

    @property
    def cause(self) -> Cause:
        """The cause of the first edit."""
        return self.edits[0].cause

    @property
    def parts(self) -> list[tuple[str, str]]:
        """All parts that were touched, by old and new path."""
        return list(dict.fromkeys(part for edit in self.edits for part in edit.parts))

    @property
    def spans(self) -> list[Span]:
        """The places in the source, one for each edit that has any."""
        return [edit.cause.span for edit in self.edits if edit.cause.span]

    @property
    def touched(self) -> int:
        """How many nodes were touched."""
        return sum(len(edit.changes) for edit in self.edits)

    @property
    def following(self) -> int:
        """How many nodes differ only because something before them does."""
        return sum(len(edit.follows) for edit in self.edits)


def grouped(edits: Iterable[Edit], blames: Sequence[Blame]) -> list[EditGroup]:
    """Group edits with the same kind and text, in the order of the first of each."""
    found: dict[tuple[EditKind, str], EditGroup] = {}
    for edit, blame in zip(edits, blames, strict=True):
        key = edit.kind, str(edit.cause)
        known = found.get(key, EditGroup((), Blame()))
        found[key] = EditGroup((*known.edits, edit), known.blame.plus(blame))
    return list(found.values())
