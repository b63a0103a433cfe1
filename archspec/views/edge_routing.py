"""Edge routing: arrows pass the points where lines fork or bend, and the gates of frames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from archspec.views.drawing import Drawing
from archspec.views.edge_bundles import EdgeBundle, Frames, edge_bundles, innermost, nesting


class Segment(NamedTuple):
    """One segment of a route between two boxes, points or gates, and the shape that labels it.

    ``is_straight`` asks the layout to keep it straight, so that its branch is easier to follow.
    """

    tail: str
    head: str
    shape: str
    is_last: bool
    is_straight: bool


class EdgeRouting:
    """Routes the arrows of a drawing; those that enter a frame share a gate, clear of its label.

    ``gates`` maps each frame that arrows enter to the box whose arrows enter it first, and ``bent``
    holds the points at which lines bend; both are empty unless ``gated``. ``free`` holds the names
    of the nodes whose outgoing arrows may be laid out in any order.
    """

    def __init__(self, drawing: Drawing, gated: bool) -> None:
        self.nesting = dict(nesting(drawing.contents))
        self.bundles = edge_bundles(drawing)
        self.gated = gated
        self.gates: dict[str, str] = {}
        for bundle in self.bundles.values() if gated else ():
            for head in bundle.heads:
                for frame in self._entered(bundle.tail, head):
                    self.gates.setdefault(frame, bundle.tail)
        self.bent = set(self._bent())
        self.free = set(self._free())

    def _bent(self) -> Iterator[str]:
        for bundle in self.bundles.values():
            yield from (bend(bundle, head) for head in bundle.heads if self.bends(bundle, head))

    def _free(self) -> Iterator[str]:
        for bundle in self.bundles.values():
            if not bundle.is_ordered:
                yield from (bundle.tail, point(bundle), gate(bundle.frame))

    def divides(self, bundle: EdgeBundle) -> bool:
        """Whether a line forks at a point of its own, rather than at a gate or not at all."""
        return bundle.divides and self.gates.get(bundle.frame) != bundle.tail

    def bends(self, bundle: EdgeBundle, head: str) -> bool:
        """Whether an arrow bypasses the branches that begin in its frame, as shortcuts do.

        It is bent beside them, since dot would not keep it on its side otherwise.
        """
        frame = innermost(self.nesting[head])
        row = bundle.rows.get(frame, ()) if frame and self.gated else ()
        return bool(row) and head not in row

    def row(self, bundle: EdgeBundle, frame: str) -> list[str]:
        """List the nodes on one rank of a frame, where branches begin."""
        inside = [each for each in bundle.heads if innermost(self.nesting[each]) == frame]
        beside = {head: bend(bundle, head) for head in inside if self.bends(bundle, head)}
        row = bundle.rows.get(frame, ())
        return [beside.get(head, head) for head in inside if head in row or head in beside]

    def segments(self, bundle: EdgeBundle) -> Iterator[Segment]:
        """List the segments of the arrows out of a box, each shared one once."""
        seen: set[tuple[str, str]] = set()
        for head in bundle.heads:
            tail = bundle.tail
            for stop in self._stops(bundle, head):
                if stop == head or (tail, stop) not in seen:
                    shape = "" if seen else bundle.shape
                    yield Segment(tail, stop, shape, stop == head, bundle.is_alone)
                seen.add((tail, stop))
                tail = stop

    def _stops(self, bundle: EdgeBundle, head: str) -> Iterator[str]:
        frames = [each for each in self._entered(bundle.tail, head) if self._opens(each, bundle)]
        yield from (gate(each) for each in frames if each in bundle.frames)
        if self.divides(bundle):
            yield point(bundle)
        yield from (gate(each) for each in frames if each not in bundle.frames)
        if self.bends(bundle, head):
            yield bend(bundle, head)
        yield head

    def _opens(self, frame: str, bundle: EdgeBundle) -> bool:
        return self.gates.get(frame) == bundle.tail

    def _entered(self, tail: str, head: str) -> Frames:
        """List the frames that an arrow enters, outermost first."""
        return tuple(each for each in self.nesting[head] if each not in self.nesting[tail])


def point(bundle: EdgeBundle) -> str:
    """Name the point at which a line forks."""
    return f"fork of {bundle.tail}"


def bend(bundle: EdgeBundle, head: str) -> str:
    """Name the point at which an arrow bends."""
    return f"bend of {bundle.tail} to {head}"


def gate(frame: str) -> str:
    """Name the place at which arrows enter a frame."""
    return f"gate of {frame}"
