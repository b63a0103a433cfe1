"""The similarity of two parts that are not equal."""

from __future__ import annotations

from collections.abc import Mapping

from archspec.attributes import Value
from archspec.diffs.match.grouping import GROUPING
from archspec.diffs.match.indexed_graph import Part, dice
from archspec.graph import Kind, Node, last

SAME_WORD, REPLACED, LEAST_SHARED = 2.0, 0.25, 0.5
SAME_NAME = 0.01
"""The score of an equal name with a counter: it only breaks ties."""


def similarity(old: Part, new: Part) -> float:
    """Score how similar two parts are; 0 where they cannot be paired."""
    score = _score(old, new)
    return score + SAME_NAME if score and last(old[1]) == last(new[1]) else score


def _score(old: Part, new: Part) -> float:
    a, b = old[0].node(old[1]), new[0].node(new[1])
    kinds = old[0].kind(old[1]), new[0].kind(new[1])
    if kinds[0] is not kinds[1] and set(kinds) & set(GROUPING):
        return _of_grouped(old, new)
    if a and b and Kind.MERGE not in kinds:
        return _of_nodes(a, b)
    if a and b and a.op.variadic and b.op.variadic:
        return _of_scopes(old, new)
    return _of_scopes(old, new) if kinds[0] is kinds[1] else 0.0


def _of_nodes(old: Node, new: Node) -> float:
    if old.op.word == new.op.word:
        return SAME_WORD + _share(vars(old.op), vars(new.op))
    if old.op.role or new.op.role or old.op.variadic or new.op.variadic:
        same_part = (old.op.role, old.op.variadic) == (new.op.role, new.op.variadic)
        return REPLACED if same_part else 0.0
    names = (dict.fromkeys(each.op.attributes, 0) for each in (old, new))
    return REPLACED if _share(*names) >= LEAST_SHARED else 0.0


def _of_scopes(old: Part, new: Part) -> float:
    (before, a), (after, b) = old, new
    is_same = before.word(a) == after.word(b)
    first, second = before.scope(a), after.scope(b)
    if first and second and first.kind is Kind.LAYER:
        return SAME_WORD + _share(first.arguments, second.arguments) if is_same else REPLACED
    shared = dice(before.words(a), after.words(b))
    if is_same:
        return SAME_WORD + shared
    return shared if shared >= LEAST_SHARED else 0.0


def _of_grouped(old: Part, new: Part) -> float:
    """Score a part and a group around a part of its kind."""
    (before, a), (after, b) = old, new
    shared = dice(before.words(a), after.words(b))
    is_same = before.outline(a) == after.outline(b)
    return shared if is_same and shared >= LEAST_SHARED else 0.0


def _share(old: Mapping[str, Value], new: Mapping[str, Value]) -> float:
    """Return the share of equal values of two records; sizes count by their ratio."""
    every = len(old.keys() | new.keys())
    close = sum(_closeness(value, new[name]) for name, value in old.items() if name in new)
    return close / every if every else 1.0


def _closeness(old: Value, new: Value) -> float:
    if old == new:
        return 1.0
    if isinstance(old, int) and isinstance(new, int) and old > 0 and new > 0:
        return min(old, new) / max(old, new)
    return 0.0
