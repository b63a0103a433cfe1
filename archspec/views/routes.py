"""The ways of arrows: over points at which lines divide or bend, and through gates of frames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from archspec.views.drawing import Drawing
from archspec.views.forks import Fork, Frames, forks, innermost, nesting


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

    ``gates`` names for each frame that arrows enter the box from which they do first, and ``bent``
    are the points at which lines bend; neither exists unless ``gated``. ``free`` are the
    names of what arrows may leave in any order.
    """

    def __init__(self, drawing: Drawing, gated: bool) -> None:
        self.nesting = dict(nesting(drawing.contents))
        self.forks = forks(drawing)
        self.gated = gated
        self.gates: dict[str, str] = {}
        for fork in self.forks.values() if gated else ():
            for head in fork.heads:
                for frame in self._entered(fork.tail, head):
                    self.gates.setdefault(frame, fork.tail)
        self.bent = set(self._bent())
        self.free = set(self._free())

    def _bent(self) -> Iterator[str]:
        for fork in self.forks.values():
            yield from (bend(fork, head) for head in fork.heads if self.bends(fork, head))

    def _free(self) -> Iterator[str]:
        for fork in self.forks.values():
            if not fork.is_ordered:
                yield from (fork.tail, point(fork), gate(fork.frame))

    def divides(self, fork: Fork) -> bool:
        """Whether a line divides at a point of its own; else it does at a gate, or nowhere."""
        return fork.divides and self.gates.get(fork.frame) != fork.tail

    def bends(self, fork: Fork, head: str) -> bool:
        """Whether an arrow of a frame passes by the branches that begin there, as shortcuts do.

        It bends beside them, where dot would else forget on which side it is to be seen.
        """
        frame = innermost(self.nesting[head])
        row = fork.rows.get(frame, ()) if frame and self.gated else ()
        return bool(row) and head not in row

    def row(self, fork: Fork, frame: str) -> list[str]:
        """List what stands side by side in a frame where branches begin."""
        inside = [each for each in fork.heads if innermost(self.nesting[each]) == frame]
        beside = {head: bend(fork, head) for head in inside if self.bends(fork, head)}
        row = fork.rows.get(frame, ())
        return [beside.get(head, head) for head in inside if head in row or head in beside]

    def legs(self, fork: Fork) -> Iterator[Leg]:
        """List the lines out of a box, those that several arrows share once."""
        seen: set[tuple[str, str]] = set()
        for head in fork.heads:
            tail = fork.tail
            for stop in self._stops(fork, head):
                if stop == head or (tail, stop) not in seen:
                    shape = "" if seen else fork.shape
                    yield Leg(tail, stop, shape, stop == head, fork.is_alone)
                seen.add((tail, stop))
                tail = stop

    def _stops(self, fork: Fork, head: str) -> Iterator[str]:
        frames = [each for each in self._entered(fork.tail, head) if self._opens(each, fork)]
        yield from (gate(each) for each in frames if each in fork.frames)
        if self.divides(fork):
            yield point(fork)
        yield from (gate(each) for each in frames if each not in fork.frames)
        if self.bends(fork, head):
            yield bend(fork, head)
        yield head

    def _opens(self, frame: str, fork: Fork) -> bool:
        return self.gates.get(frame) == fork.tail

    def _entered(self, tail: str, head: str) -> Frames:
        """List the frames that an arrow enters, outermost first."""
        return tuple(each for each in self.nesting[head] if each not in self.nesting[tail])


def point(fork: Fork) -> str:
    """Name the point at which a line divides."""
    return f"fork of {fork.tail}"


def bend(fork: Fork, head: str) -> str:
    """Name the point at which an arrow bends."""
    return f"bend of {fork.tail} to {head}"


def gate(frame: str) -> str:
    """Name the place at which arrows enter a frame."""
    return f"gate of {frame}"
