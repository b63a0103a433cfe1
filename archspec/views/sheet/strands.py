"""Cutting a network that is one strand of boxes into pieces that stand beside each other."""

from __future__ import annotations

from itertools import pairwise

from archspec.views.drawing import Arrow, Box, BoxKind, Drawing, Exit


def cut(drawing: Drawing, count: int) -> tuple[Drawing, ...]:
    """Cut a strand into pieces of about equal length; empty if it is none.

    A piece ends with the shape of its last value, with which the next one begins.
    """
    paths = list(drawing.boxes)
    is_strand = drawing.arrows == tuple(Arrow(*pair) for pair in pairwise(paths))
    if not is_strand or drawing.contents != tuple(paths) or len(paths) < 4 * count:
        return ()
    ends = [len(paths) * at // count for at in range(count + 1)]
    return tuple(_piece(drawing, paths, start, end) for start, end in pairwise(ends))


def _piece(drawing: Drawing, paths: list[str], start: int, end: int) -> Drawing:
    here = paths[start:end]
    boxes = {path: drawing.boxes[path] for path in here}
    exits = tuple(each for each in drawing.exits if each.box in boxes)
    if end < len(paths):
        exits = (*exits, Exit(here[-1], _shape(drawing, paths, end)))
    if start:
        entry = Box("", _shape(drawing, paths, start), BoxKind.INPUT)
        boxes = {entry.path: entry, **boxes}
    arrows = tuple(Arrow(*pair) for pair in pairwise(boxes))
    return Drawing(drawing.title, boxes, tuple(boxes), arrows, exits)


def _shape(drawing: Drawing, paths: list[str], end: int) -> str:
    """Find the shape that was shown last before a place, or say that the strand goes on."""
    shown = [drawing.boxes[path].shape for path in paths[:end] if drawing.boxes[path].shape]
    return shown[-1] if shown else "..."
