"""What explanations claim: a cause for some changes, or that some changes follow others.

An explanation is a pure function from a matching to claims and consequences. It never sees what
the others found; where its answer depends on theirs, it names the subject whose cause it shares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from archspec.diffs.explain.cause import Cause
from archspec.diffs.explain.edits import Category, Change, EditKind, EndChange
from archspec.diffs.match.matching import Matching

PathPair = tuple[str, str]
"""The old and the new path of one part; one of them is empty where it came or went."""


class Aspect(StrEnum):
    """What there is to explain about a path, which is of the new graph but for ``OLD_NODE``.

    A cause may be shared with aspects listed before its own and, within one, with paths before its
    own in the new graph; so no cause depends on itself.
    """

    NODE = "the node is new, or has another operator or other attributes"
    OLD_NODE = "the node is gone"
    INPUT = "the input is new or another"
    ORDER = "the steps of the list stand in another order"
    SOURCES = "the node takes other values"
    REWIRED = "the node takes other values because its author wrote so"
    LIST = "other steps stand in the list, or under other names"
    PART = "the part has another name or stands in another list"
    NAME = "the node has another path, or takes its values in another order"
    TYPES = "the node takes or gives values of another type"


class Subject(NamedTuple):
    """One aspect of one path."""

    aspect: Aspect
    path: str


@dataclass(frozen=True, eq=False)
class Claim:
    """A change of the source, and what it did to the graph.

    ``explains`` are the subjects for which it offers its cause to others; ``attribute`` is the
    position of what changed among the attributes that an operator declares.
    """

    cause: Cause
    kind: EditKind
    category: Category
    part: PathPair
    changes: tuple[Change, ...] = ()
    explains: tuple[Subject, ...] = ()
    ends: tuple[EndChange, ...] = ()
    attribute: int = 0


@dataclass(frozen=True, eq=False)
class Consequence:
    """Changes that have the cause of something else.

    That is the first subject of ``because`` that anything explains, and where nothing does, the
    claim that ``otherwise`` makes. The changes are ``follows``; ``blamed`` are those whose cost the
    cause answers for, ``category`` is what they mean at least, ``explains`` whom else the cause
    serves, and ``explains_otherwise`` whom the claim serves beside those.
    """

    because: tuple[Subject, ...]
    explains: tuple[Subject, ...] = ()
    follows: tuple[Change, ...] = ()
    blamed: tuple[Change, ...] = ()
    ends: tuple[EndChange, ...] = ()
    category: Category | None = None
    otherwise: Callable[[], Claim] | None = None
    explains_otherwise: tuple[Subject, ...] = ()


Finding = Claim | Consequence
Explanation = Callable[[Matching], Iterator[Finding]]
