"""Who reads what: by the places of steps in a list, and by the branches of a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Reads = tuple[int, ...]
"""References: the place of a step in its list, or ``-1 - n`` for the n-th value from outside."""

Starts = Mapping[str, Reads]
"""For each branch, which of the values that arrive it takes."""


@dataclass(frozen=True)
class Wiring:
    """Who reads what in a list of steps; ``outputs`` are the values that leave."""

    arrivals: int
    reads: tuple[Reads, ...]
    outputs: Reads

    @property
    def needed(self) -> frozenset[int]:
        """The places of the steps that lead to what leaves."""
        found, waiting = set[int](), list(self.outputs)
        while waiting:
            place = waiting.pop()
            if place >= 0 and place not in found:
                found.add(place)
                waiting += self.reads[place]
        return frozenset(found)

    @property
    def is_chain(self) -> bool:
        """Whether each step takes what the one before it gives, and nothing else is read."""
        chained = all(read == (index - 1,) for index, read in enumerate(self.reads))
        return self.arrivals == 1 and chained and self.outputs == (len(self.reads) - 1,)

    def flows_on(self, place: int) -> bool:
        """Whether nothing but the next step, or the end of the list, reads what a step gives."""
        readers = {later for later, read in enumerate(self.reads) if place in read}
        if place in self.outputs:
            return place == len(self.reads) - 1 and self.outputs == (place,)
        return readers == {place + 1}

    def read_after(self, place: int) -> frozenset[int]:
        """List what is read after a step, or leaves."""
        later = {reference for read in self.reads[place + 1 :] for reference in read}
        return frozenset((*later, *self.outputs))
