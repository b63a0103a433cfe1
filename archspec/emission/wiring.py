"""Wiring: which values the steps of a list read, and which the branches of a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Reads = tuple[int, ...]
"""References: the number of a value among the outputs of all steps of a list, in order, or
``-1 - n`` for the n-th live-in."""

Starts = Mapping[str, Reads]
"""For each branch, the live-ins that it reads."""


def references(arrivals: Sequence[str]) -> dict[str, int]:
    """Refer to live-ins by number; one that is listed twice has its first number."""
    return {path: -1 - index for index, path in reversed(list(enumerate(arrivals)))}


@dataclass(frozen=True)
class Wiring:
    """The def-use relation of a list of steps: what each of them reads, and the ``outputs``.

    ``arrivals`` counts the live-ins, ``widths`` the outputs of each step.
    """

    arrivals: int
    reads: tuple[Reads, ...]
    outputs: Reads
    widths: tuple[int, ...]

    def given(self, place: int) -> range:
        """List the outputs of a step."""
        start = sum(self.widths[:place])
        return range(start, start + self.widths[place])

    @property
    def needed(self) -> frozenset[int]:
        """The places of the steps that some output depends on; the others are dead code."""
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
        """Whether each step reads the output of the one before it, and nothing else."""
        if self.arrivals != 1 or max(self.widths, default=1) > 1:
            return False
        chained = all(read == (index - 1,) for index, read in enumerate(self.reads))
        return chained and self.outputs == (len(self.reads) - 1,)

    def flows_on(self, place: int) -> bool:
        """Whether only the next step, or the end of the list, reads the output of a step."""
        value = self.given(place)[0]
        readers = {later for later, read in enumerate(self.reads) if value in read}
        if value in self.outputs:
            return place == len(self.reads) - 1 and self.outputs == (value,)
        return readers == {place + 1}

    def read_after(self, place: int) -> frozenset[int]:
        """List the values that are live after a step: read later, or outputs."""
        later = {reference for read in self.reads[place + 1 :] for reference in read}
        return frozenset((*later, *self.outputs))
