"""The ways of arrows: over the points at which lines divide, and through the gates of frames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from archspec.views.drawing import Drawing
from archspec.views.forks import Fork, Frames, forks, nesting


class Leg(NamedTuple):
    """One line of a way: between which boxes, points or gates, and what stands beside it.

    ``is_straight`` says that a branch is better seen if the line is straight.
    """

    tail: str
    head: str
    shape: str
    is_last: bool
    is_straight: bool


class Routes:
    """Leads arrows into each frame at one gate, so that its label can stand clear of them.

    ``gates`` names for each frame that arrows enter the box from which they do first; frames have
    no gates unless ``gated``.
    """

    def __init__(self, drawing: Drawing, gated: bool) -> None:
        self.nesting = dict(nesting(drawing.contents))
        self.forks = forks(drawing)
        self.gates: dict[str, str] = {}
        for fork in self.forks.values() if gated else ():
            for head in fork.heads:
                for frame in self._entered(fork.tail, head):
                    self.gates.setdefault(frame, fork.tail)

    def divides(self, fork: Fork) -> bool:
        """Whether a line divides at a point of its own; else it does at a gate, or nowhere."""
        return fork.divides and self.gates.get(fork.frame) != fork.tail

    def legs(self, fork: Fork) -> Iterator[Leg]:
        """List the lines out of a box, those that several arrows share once."""
        seen: set[tuple[str, str]] = set()
        for head in fork.heads:
            tail = fork.tail
            for stop in self._stops(fork, head):
                if (tail, stop) not in seen:
                    shape = "" if seen else fork.shape
                    yield Leg(tail, stop, shape, stop == head, self._is_straight(fork))
                seen.add((tail, stop))
                tail = stop

    def _is_straight(self, fork: Fork) -> bool:
        """Whether a line is all there is between two boxes; in frames, dot would mix branches."""
        return fork.is_alone and not self.nesting[fork.heads[0]]

    def _stops(self, fork: Fork, head: str) -> Iterator[str]:
        frames = [each for each in self._entered(fork.tail, head) if self._opens(each, fork)]
        yield from (gate(each) for each in frames if each in fork.frames)
        if self.divides(fork):
            yield point(fork)
        yield from (gate(each) for each in frames if each not in fork.frames)
        yield head

    def _opens(self, frame: str, fork: Fork) -> bool:
        return self.gates.get(frame) == fork.tail

    def _entered(self, tail: str, head: str) -> Frames:
        """List the frames that an arrow enters, outermost first."""
        return tuple(each for each in self.nesting[head] if each not in self.nesting[tail])


def point(fork: Fork) -> str:
    """Name the point at which a line divides."""
    return f"fork of {fork.tail}"


def gate(frame: str) -> str:
    """Name the place at which arrows enter a frame."""
    return f"gate of {frame}"
