"""Idioms: what takes several operators of a source and is one word, found by patterns."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any, Protocol, TypeAlias

Pattern: TypeAlias = "str | float | tuple[Any, ...]"
"""What a value has to be: of any kind, by a name that means one value wherever it stands; a number;
or made by an operator, ``(operator, *operands)``, whose last operands may be left out.

``name=operator`` finds what the operator makes as ``name=``, of which only the attributes are read.
"""
MOST_MERGED = 8
"""The number of values up to which several operators that merge them are found to be one word."""
Found: TypeAlias = Mapping[str, Any]
"""The values that the names of a pattern stand for."""


class Operations(Protocol):
    """How the values of a source were made."""

    def made(self, value: Any) -> tuple[str, Sequence[Any]] | None:
        """Return the operator that made a value and its operands; None if none did."""

    def number(self, value: Any) -> float | None:
        """Return the number that a value is; None if it is computed, or no single number."""


def operator_of(pattern: Pattern) -> str:
    """Return the operator that makes what a pattern finds; nothing where any may."""
    return pattern[0].rpartition("=")[2] if isinstance(pattern, tuple) else ""


def quotients(add: str, divide: str) -> Iterator[Pattern]:
    """Yield how a sum of ``value_0``, ``value_1`` and so on is divided by how many they are."""
    total: Pattern = "value_0"
    for place in range(1, MOST_MERGED):
        total = (add, total, f"value_{place}")
        yield (divide, total, place + 1)


def half_products(multiply: str, factor: Pattern) -> Iterator[Pattern]:
    """Yield how half of ``x`` is multiplied by a factor, in whichever order."""
    yield (multiply, (multiply, "x", 0.5), factor)
    yield (multiply, "x", (multiply, factor, 0.5))
    yield (multiply, (multiply, "x", factor), 0.5)


def matched(
    pattern: Pattern,
    value: Any,
    operations: Operations,
    commutative: Iterable[str],
    found: Found | None = None,
) -> Found | None:
    """Match a value with a pattern, the operands of ``commutative`` operators in either order."""
    known = found or {}
    if isinstance(pattern, str):
        return _named(pattern, value, known)
    if not isinstance(pattern, tuple):
        return known if operations.number(value) == pattern else None
    name, within, operator = pattern[0].rpartition("=")
    made = operations.made(value)
    if made is None or made[0] != operator:
        return None
    known = {**known, name + within: value} if within else known
    orders = permutations(made[1][:2]) if operator in commutative else (made[1],)
    ways = (_all(pattern[1:], each, operations, commutative, known) for each in orders)
    return next((way for way in ways if way is not None), None)


def _named(name: str, value: Any, known: Found) -> Found | None:
    if name not in known:
        return {**known, name: value}
    return known if known[name] is value or known[name] == value else None


def _all(
    patterns: Sequence[Pattern],
    operands: Sequence[Any],
    operations: Operations,
    commutative: Iterable[str],
    known: Found,
) -> Found | None:
    if len(patterns) > len(operands):
        return None
    found: Found | None = known
    for pattern, operand in zip(patterns, operands, strict=False):
        if found is not None:
            found = matched(pattern, operand, operations, commutative, found)
    return found


def needed(
    leaving: Iterable[Hashable], sources: Callable[[Any], Iterable[Hashable]]
) -> set[Hashable]:
    """Collect the values that lead to those that leave; ``sources`` are those of one value."""
    found: set[Hashable] = set()
    waiting = [*leaving]
    while waiting:
        value = waiting.pop()
        if value not in found:
            found.add(value)
            waiting.extend(sources(value))
    return found


def first_match(
    patterns: Iterable[tuple[Pattern, Any]],
    value: Any,
    operations: Operations,
    commutative: Iterable[str],
) -> tuple[Any, Found] | None:
    """Return what stands beside the first pattern that a value matches, and what its names mean."""
    matches: Iterator[tuple[Any, Found | None]] = (
        (rule, matched(pattern, value, operations, commutative)) for pattern, rule in patterns
    )
    return next(((rule, found) for rule, found in matches if found is not None), None)
