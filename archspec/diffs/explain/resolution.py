"""Resolving conflicts between explanations, and tracing consequences to their causes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from archspec.diffs.explain.cause import Cause, CauseKey, CausePosition
from archspec.diffs.explain.claims import Aspect, Claim, Consequence, Finding, PathPair, Subject
from archspec.diffs.explain.edits import Category, EditKind, key_of

_CATEGORIES, _KINDS = (
    {name: at for at, name in enumerate(names)} for names in (Category, EditKind)
)
"""Their precedence is the order in which they are declared."""

Rank = tuple[int, int, int, int, int, CausePosition]
S = TypeVar("S", Claim, Consequence)


@dataclass(eq=False)
class Resolution:
    """The cause of every subject, whatever the order of the findings.

    Of several claims the first by ``rank`` wins; claims have precedence over consequences. Causes
    are memoized by subject.
    """

    findings: tuple[Finding, ...]
    _claims: dict[Subject, list[Claim]] = field(init=False)
    _consequences: dict[Subject, list[Consequence]] = field(init=False)
    _causes: dict[Subject, Cause | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        claims = [each for each in self.findings if isinstance(each, Claim)]
        consequences = [each for each in self.findings if isinstance(each, Consequence)]
        self._claims = _by_subject((subject, each) for each in claims for subject in each.explains)
        self._consequences = _by_subject(
            (subject, each) for each in consequences for subject in _offered(each)
        )
        for subject in self._consequences:
            if subject.aspect is Aspect.TYPES:  # in order, so that long chains do not recurse
                self.cause(subject)

    @cached_property
    def _coverage(self) -> dict[CauseKey, set[PathPair]]:
        """The changes that each cause claims."""
        found: dict[CauseKey, set[PathPair]] = {}
        for claim in self.findings:
            if isinstance(claim, Claim):
                found.setdefault(claim.cause.key, set()).update(map(key_of, claim.changes))
        return found

    def cause(self, subject: Subject) -> Cause | None:
        """Find the cause of a subject; None if nothing explains it."""
        if subject not in self._causes:
            self._causes[subject] = self._search(subject)
        return self._causes[subject]

    def _search(self, subject: Subject) -> Cause | None:
        claims = self._claims.get(subject)
        if claims:
            return min(claims, key=self.rank).cause if len(claims) > 1 else claims[0].cause
        consequences = sorted(self._consequences.get(subject, ()), key=_breadth)
        found = (self._shared(each, subject) for each in consequences)
        return next((cause for cause in found if cause), None)

    def rank(self, claim: Claim) -> Rank:
        """Return the precedence of a claim among those to one subject, the least first.

        A new shape is not explained by a constant, nor by another padding where channels changed as
        well: the heavier category wins, then the attribute that the operator declares first. Among
        the rest the more specific claim wins, whose cause covers more changes in fewer words. This
        is minimum description length: the shortest text that accounts for the most is the most
        probable (J. Rissanen, "Modeling by Shortest Data Description", 1978). Ties are broken by
        kind and by position in the sources.
        """
        cause = claim.cause
        weight = _CATEGORIES[claim.category], claim.attribute
        specificity = -len(self._coverage[cause.key]), cause.words
        return *weight, *specificity, _KINDS[claim.kind], cause.position

    def _shared(self, consequence: Consequence, subject: Subject) -> Cause | None:
        """Find the cause that a consequence gives to a subject."""
        cause = self.because(consequence)
        if cause is not None:
            return cause if subject in consequence.explains else None
        return consequence.otherwise().cause if consequence.otherwise else None

    def because(self, consequence: Consequence) -> Cause | None:
        """Find the first cause among those of the subjects that a consequence names."""
        found = map(self.cause, consequence.because)
        return next((cause for cause in found if cause), None)


def _offered(consequence: Consequence) -> Iterator[Subject]:
    """List the subjects that a consequence may explain."""
    yield from consequence.explains
    yield from consequence.explains_otherwise


def _by_subject(pairs: Iterable[tuple[Subject, S]]) -> dict[Subject, list[S]]:
    found: dict[Subject, list[S]] = {}
    for subject, each in pairs:
        found.setdefault(subject, []).append(each)
    return found


def _breadth(consequence: Consequence) -> tuple[int, tuple[Subject, ...]]:
    """Order consequences by the number of changes, the most first, then by name."""
    return -len(consequence.follows), consequence.because
