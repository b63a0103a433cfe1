"""Edge bundles: the arrows out of one box, the frame in which their line forks, and ranks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from archspec.views.drawing import Drawing, Frame

Frames = tuple[str, ...]


class EdgeBundle(NamedTuple):
    """The arrows out of one box.

    ``frames`` are the paths of the frames around all heads, outermost first. ``divides`` says that
    one line leaves the box and forks in the innermost of them, because a shape labels it or because
    it enters a frame. ``rows`` are the heads that begin branches, by frame. ``is_ordered`` says
    that the layout keeps the order of the heads: each leads to a box that joins several arrows,
    unlike one before an exit. ``is_alone`` says that there is one head, and one arrow into it.
    """

    tail: str
    heads: tuple[str, ...]
    shape: str
    frames: Frames
    divides: bool
    rows: Mapping[str, tuple[str, ...]]
    is_ordered: bool
    is_alone: bool

    @property
    def frame(self) -> str:
        """The innermost frame around all heads; empty for none."""
        return innermost(self.frames)


def edge_bundles(drawing: Drawing) -> dict[str, EdgeBundle]:
    """Describe the arrows out of each box that has any."""
    heads: dict[str, list[str]] = defaultdict(list)
    for arrow in drawing.arrows:
        heads[arrow.tail].append(arrow.head)
    bundling = _Bundling(drawing)
    return {tail: bundling.bundle(tail, heads[tail]) for tail in drawing.boxes if tail in heads}


class _Bundling:
    def __init__(self, drawing: Drawing) -> None:
        self.boxes = drawing.boxes
        self.arriving = Counter(arrow.head for arrow in drawing.arrows)
        self.nesting = dict(nesting(drawing.contents))
        self.leaving = {each.box for each in drawing.exits}
        self.meeting = _meeting(drawing)

    def bundle(self, tail: str, heads: list[str]) -> EdgeBundle:
        """Describe the arrows from one box; where it has an exit, that shows the shape."""
        shape = "" if tail in self.leaving else self.boxes[tail].shape
        frames = _common([self.nesting[each] for each in heads])
        enters = frames != _common([frames, self.nesting[tail]])
        divides = len(heads) > 1 and (enters or bool(shape))
        is_ordered = self.meeting.issuperset(heads)
        is_alone = len(heads) == 1 and self.arriving[heads[0]] == 1
        return EdgeBundle(
            tail, tuple(heads), shape, frames, divides, self.rows(heads), is_ordered, is_alone
        )

    def rows(self, heads: list[str]) -> Mapping[str, tuple[str, ...]]:
        """Find the heads that begin branches, which are joined further on, by frame."""
        found: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for head in heads:
            if self.arriving[head] == 1 and head in self.meeting:
                found[innermost(self.nesting[head])] += (head,)
        return found


def innermost(frames: Frames) -> str:
    """Return the innermost of some frames; empty for none."""
    return frames[-1] if frames else ""


def _meeting(drawing: Drawing) -> set[str]:
    """Find the boxes that join several arrows, and all boxes from which one can be reached."""
    tails: dict[str, list[str]] = defaultdict(list)
    for tail, head in drawing.arrows:
        tails[head].append(tail)
    found = {head for head, arriving in tails.items() if len(arriving) > 1}
    rest = list(found)
    while rest:
        new = set(tails[rest.pop()]) - found
        found |= new
        rest += new
    return found


def _common(nestings: list[Frames]) -> Frames:
    """Find the longest common prefix: the frames around all boxes, outermost first."""
    shared: list[str] = []
    for level in zip(*nestings, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return tuple(shared)


def nesting(contents: tuple[Frame | str, ...], around: Frames = ()) -> Iterator[tuple[str, Frames]]:
    """List each box with the frames around it, outermost first."""
    for each in contents:
        if isinstance(each, str):
            yield each, around
        else:
            yield from nesting(each.contents, (*around, each.path))
