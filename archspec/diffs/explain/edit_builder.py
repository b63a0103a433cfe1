"""Grouping what explanations claim into edits, one per cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from archspec.diffs.explain.cause import Cause, CauseKey
from archspec.diffs.explain.claims import Claim, Consequence, Finding, PathPair
from archspec.diffs.explain.edits import Category, Change, Edit, EditKind, End, EndChange, key_of
from archspec.diffs.explain.resolution import Resolution
from archspec.graph import parent

Changes = dict[PathPair, Change]
EndKey = tuple[int, str, str]


@dataclass(eq=False)
class EditBuilder:
    """Accumulates one edit; the result does not depend on the order of findings."""

    cause: Cause
    kinds: set[EditKind] = field(default_factory=set)
    categories: set[Category] = field(default_factory=set)
    parts: set[PathPair] = field(default_factory=set)
    changes: Changes = field(default_factory=dict)
    follows: Changes = field(default_factory=dict)
    blamed: Changes = field(default_factory=dict)
    ends: dict[EndKey, EndChange] = field(default_factory=dict)

    def claim(self, claim: Claim) -> None:
        """Add a direct effect of the cause."""
        self.kinds.add(claim.kind)
        self.categories.add(claim.category)
        self.parts.add(claim.part)
        self.changes.update(_keyed(claim.changes))
        self.ends.update(_ends(claim.ends))

    def follow(self, consequence: Consequence) -> None:
        """Add an indirect effect of the cause."""
        self.categories.update([consequence.category] if consequence.category else ())
        self.follows.update(_keyed(consequence.follows))
        self.blamed.update(_keyed(consequence.blamed))
        self.ends.update(_ends(consequence.ends))

    def edit(self) -> Edit:
        """Make the edit."""
        return Edit(
            next(iter(self.kinds)) if len(self.kinds) == 1 else EditKind.CHANGED,
            min(self.categories, key=list(Category).index),
            self.cause,
            tuple(sorted(self._outer_parts())),
            _ordered(self.changes),
            _ordered({key: self.follows[key] for key in self.follows.keys() - self.changes.keys()}),
            _ordered(self.blamed),
            tuple(self.ends[key] for key in sorted(self.ends)),
        )

    def _outer_parts(self) -> Iterator[PathPair]:
        """List the parts, except operators that came or went within a layer that is one."""
        both = [part for part in self.parts if all(part)]
        olds, news = {old for old, _ in both}, {new for _, new in both}
        for old, new in self.parts:
            if (old and new) or (parent(old) not in olds and parent(new) not in news):
                yield old, new


def _keyed(changes: Iterable[Change]) -> Changes:
    return {key_of(change): change for change in changes}


def _ends(ends: Iterable[EndChange]) -> Iterator[tuple[EndKey, EndChange]]:
    for each in ends:
        old, new = (name[0] if name else "" for name in (each.old, each.new))
        yield (list(End).index(each.end), old, new), each


def _ordered(changes: Changes) -> tuple[Change, ...]:
    return tuple(changes[key] for key in sorted(changes))


def build(findings: tuple[Finding, ...]) -> list[Edit]:
    """Make one edit of all findings with the same cause."""
    resolution = Resolution(findings)
    builders: dict[CauseKey, EditBuilder] = {}
    for finding in findings:
        if isinstance(finding, Claim):
            _builder(builders, finding.cause).claim(finding)
        else:
            _consequence(builders, resolution, finding)
    return [builder.edit() for builder in builders.values()]


def _builder(builders: dict[CauseKey, EditBuilder], cause: Cause) -> EditBuilder:
    return builders.setdefault(cause.key, EditBuilder(cause))


def _consequence(
    builders: dict[CauseKey, EditBuilder], resolution: Resolution, consequence: Consequence
) -> None:
    cause = resolution.because(consequence)
    if cause is None and consequence.otherwise:
        claim = consequence.otherwise()
        cause = claim.cause
        _builder(builders, cause).claim(claim)
    if cause is not None:
        _builder(builders, cause).follow(consequence)
