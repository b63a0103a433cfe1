"""Findings of explanations: claims of a cause for changes, and consequences of other changes.

An explanation is a pure function from a matching to findings. It does not see those of others;
where its answer depends on them, it names the subject whose cause it shares.
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
    """An aspect of a path to explain; the path is one of the new graph except for ``OLD_NODE``.

    A subject may share the cause of aspects listed before its own and, within its own, of paths
    before its own in the new graph; so the dependences between subjects have no cycle.
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
    """A change of the source, and its direct effect on the graph.

    ``explains`` are the subjects whose cause it offers to be; ``attribute`` is the position of the
    changed attribute among those that the operator declares.
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
    """Changes that share the cause of something else.

    Their cause is that of the first explained subject in ``because``; if none is explained, that of
    the claim which ``otherwise`` makes. ``follows`` are the changes, ``blamed`` those whose cost is
    attributed to the cause, ``category`` is the least category of its edit. ``explains`` are the
    subjects that share the cause, ``explains_otherwise`` those that share only the claim's.
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
