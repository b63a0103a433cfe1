"""Where a line divides: in which frame, and which boxes then stand side by side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from archspec.views.drawing import Drawing, Frame

Frames = tuple[str, ...]


class Fork(NamedTuple):
    """The arrows out of one box.

    ``frame`` is the path of the innermost frame that holds all heads, empty for none. ``divides``
    says that one line leaves the box and divides there: where its shape is to stand beside it, or
    where it enters a frame. ``row`` are the heads that begin branches.
    """

    tail: str
    heads: tuple[str, ...]
    shape: str
    frame: str
    divides: bool
    row: tuple[str, ...]


def forks(drawing: Drawing) -> dict[str, Fork]:
    """Describe the arrows out of each box that has any."""
    heads: dict[str, list[str]] = defaultdict(list)
    for arrow in drawing.arrows:
        heads[arrow.tail].append(arrow.head)
    forking = _Forking(drawing)
    return {tail: forking.fork(tail, heads[tail]) for tail in drawing.boxes if tail in heads}


class _Forking:
    def __init__(self, drawing: Drawing) -> None:
        self.boxes = drawing.boxes
        self.arriving = Counter(arrow.head for arrow in drawing.arrows)
        self.nesting = dict(_nesting(drawing.contents, ()))
        self.leaving = {each.box for each in drawing.exits}

    def fork(self, tail: str, heads: list[str]) -> Fork:
        """Describe the arrows from one box; an exit says the shape of what leaves."""
        shape = "" if tail in self.leaving else self.boxes[tail].shape
        frames = _common([self.nesting[each] for each in heads])
        enters = frames != _common([frames, self.nesting[tail]])
        divides = len(heads) > 1 and (enters or bool(shape))
        row = (each for each in heads if self.arriving[each] == 1 and self.nesting[each] == frames)
        return Fork(tail, tuple(heads), shape, frames[-1] if frames else "", divides, tuple(row))


def _common(nestings: list[Frames]) -> Frames:
    """Find the frames, outermost first, that are around all."""
    shared: list[str] = []
    for level in zip(*nestings, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return tuple(shared)


def _nesting(contents: tuple[Frame | str, ...], around: Frames) -> Iterator[tuple[str, Frames]]:
    """List each box with the frames around it, outermost first."""
    for each in contents:
        if isinstance(each, str):
            yield each, around
        else:
            yield from _nesting(each.contents, (*around, each.path))
