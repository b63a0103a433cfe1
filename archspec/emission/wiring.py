"""Who reads what: the steps of a list, and the branches of a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Reads = tuple[int, ...]
"""References: the number of a value among all that the steps of a list give, in order, or
``-1 - n`` for the n-th value from outside."""

Starts = Mapping[str, Reads]
"""For each branch, which of the values that arrive it takes."""


def references(arrivals: Sequence[str]) -> dict[str, int]:
    """Refer to values that arrive by number: to two that are one, by the first."""
    return {path: -1 - index for index, path in reversed(list(enumerate(arrivals)))}


@dataclass(frozen=True)
class Wiring:
    """Who reads what in a list of steps; ``outputs`` are the values that leave.

    ``widths`` says how many values each step gives.
    """

    arrivals: int
    reads: tuple[Reads, ...]
    outputs: Reads
    widths: tuple[int, ...]

    def given(self, place: int) -> range:
        """List the values that a step gives."""
        start = sum(self.widths[:place])
        return range(start, start + self.widths[place])

    @property
    def needed(self) -> frozenset[int]:
        """The places of the steps that lead to what leaves."""
        makers = [place for place, width in enumerate(self.widths) for _ in range(width)]
        found, waiting = set[int](), list(self.outputs)
        while waiting:
            value = waiting.pop()
            if value >= 0 and makers[value] not in found:
                found.add(makers[value])
                waiting += self.reads[makers[value]]
        return frozenset(found)

    @property
    def is_chain(self) -> bool:
        """Whether each step takes what the one before it gives, and nothing else is read."""
        if self.arrivals != 1 or max(self.widths, default=1) > 1:
            return False
        chained = all(read == (index - 1,) for index, read in enumerate(self.reads))
        return chained and self.outputs == (len(self.reads) - 1,)

    def flows_on(self, place: int) -> bool:
        """Whether nothing but the next step, or the end of the list, reads what a step gives."""
        value = self.given(place)[0]
        readers = {later for later, read in enumerate(self.reads) if value in read}
        if value in self.outputs:
            return place == len(self.reads) - 1 and self.outputs == (value,)
        return readers == {place + 1}

    def read_after(self, place: int) -> frozenset[int]:
        """List what is read after a step, or leaves."""
        later = {reference for read in self.reads[place + 1 :] for reference in read}
        return frozenset((*later, *self.outputs))
