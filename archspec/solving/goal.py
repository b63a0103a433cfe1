"""What is asked of candidates: limits that they keep, and what is to be largest or smallest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nsmallest
from typing import NamedTuple

from archspec.language.document.bounds import Bound
from archspec.solving.family import AMOUNTS, Amounts


class Limit(NamedTuple):
    """A bound on an amount."""

    key: str
    bound: Bound

    def holds(self, amounts: Amounts) -> bool:
        """Whether a network keeps it."""
        return self.bound.holds(getattr(amounts, self.key))

    def excess(self, amounts: Amounts) -> float:
        """Tell how far beyond the bound a network is, as a share of it; 0 if it keeps it."""
        beyond = abs(getattr(amounts, self.key) - self.bound.number)
        return 0.0 if self.holds(amounts) else beyond / max(self.bound.number, 1)

    def __str__(self) -> str:
        written = self.bound.text if self.bound.comparison in self.bound.text else ""
        return f"{AMOUNTS[self.key]} {written or f'== {self.bound.text}'}"


class Objective(NamedTuple):
    """An amount that is to be as large or as small as can be."""

    key: str
    is_most: bool

    def rank(self, amounts: Amounts) -> int:
        """Return what is smaller the better a network is."""
        amount: int = getattr(amounts, self.key)
        return -amount if self.is_most else amount

    def __str__(self) -> str:
        return f"the {'most' if self.is_most else 'fewest'} {AMOUNTS[self.key]}"


FRONT = (Objective("parameters", is_most=True), Objective("macs", is_most=False))
"""What is sought where nothing is said: capacity for little work."""

Row = tuple[int, Amounts]
"""The place of a candidate among all, and what it costs."""


class Goal(NamedTuple):
    """Limits, and one objective or two that are weighed against each other."""

    limits: tuple[Limit, ...]
    objectives: tuple[Objective, ...] = FRONT

    def feasible(self, rows: Iterable[Row]) -> list[Row]:
        """Keep the candidates within all limits."""
        return [row for row in rows if all(limit.holds(row[1]) for limit in self.limits)]

    def nearest(self, rows: Iterable[Row]) -> Row | None:
        """Find the candidate whose largest excess is least."""
        excess = [(max(each.excess(row[1]) for each in self.limits), row) for row in rows]
        return min(excess)[1] if excess else None

    def best(self, rows: Sequence[Row], most: int) -> tuple[list[Row], int]:
        """Choose the best, or some of the front from end to end; return of how many, too."""
        first, *others = self.objectives
        if not others:
            return nsmallest(most, rows, lambda row: (first.rank(row[1]), row[1])), len(rows)
        found = front(rows, first, others[0])
        return spread(found, most), len(found)


def front(rows: Iterable[Row], first: Objective, second: Objective) -> list[Row]:
    """Return the candidates than which none is as good by one objective and better by the other.

    They are in the order of the second objective, the best first; of equals there is one.
    """
    ranked = sorted((second.rank(row[1]), first.rank(row[1]), row[0], row) for row in rows)
    found: list[Row] = []
    least: int | None = None
    for _, rank, _, row in ranked:
        if least is None or rank < least:
            least = rank
            found.append(row)
    return found


def spread(rows: Sequence[Row], most: int) -> list[Row]:
    """Choose rows at even distances, the first and the last among them."""
    if len(rows) <= most:
        return list(rows)
    gaps = max(most - 1, 1)
    return [rows[place * (len(rows) - 1) // gaps] for place in range(most)]
