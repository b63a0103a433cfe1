"""Cutting a network into pieces that stand beside each other."""

from __future__ import annotations

from itertools import pairwise

from archspec.views.drawing import Arrow, Box, BoxKind, Drawing, Exit

_LEAST = 4
"""Boxes that a piece has at least."""
_MOST = 4
"""Values that lead from one piece into others at most."""


def cut(drawing: Drawing, count: int) -> tuple[Drawing, ...]:
    """Cut a network into pieces of about equal length; empty if it cannot be cut.

    A piece ends with the values with which others begin.
    """
    paths = list(drawing.boxes)
    place = {path: at for at, path in enumerate(paths)}
    is_forward = all(place[tail] < place[head] for tail, head in drawing.arrows)
    if not is_forward or drawing.contents != tuple(paths) or len(paths) < _LEAST * count:
        return ()
    ends = [0, *(_end(drawing, place, len(paths) * at // count) for at in range(1, count))]
    found = tuple(_piece(drawing, paths, *run) for run in pairwise([*ends, len(paths)]))
    return found if all(len(each.exits) <= _MOST for each in found[:-1]) else ()


def _end(drawing: Drawing, place: dict[str, int], wanted: int) -> int:
    """Find where fewest values are cut, near to a place."""
    near = range(
        max(2, wanted - len(place) // 8), min(len(place) - 2, wanted + len(place) // 8) + 1
    )

    def cost(end: int) -> tuple[int, int]:
        values = {tail for tail, head in drawing.arrows if place[tail] < end <= place[head]}
        return len(values), abs(end - wanted)

    return min(near, key=cost)


def _piece(drawing: Drawing, paths: list[str], start: int, end: int) -> Drawing:
    """Take the boxes from one place to another, with what leads into them and out of them."""
    here = paths[start:end]
    inside, before = set(here), set(paths[:start])
    around = [arrow for arrow in drawing.arrows if arrow.head in inside]
    entries = {
        path: Box(f"from {path}", _named(drawing, paths, path), BoxKind.INPUT)
        for path in dict.fromkeys(arrow.tail for arrow in around if arrow.tail in before)
    }
    leaving = dict.fromkeys(
        arrow.tail for arrow in drawing.arrows if arrow.tail in inside and arrow.head not in inside
    )
    boxes = {box.path: box for box in entries.values()}
    boxes |= {path: drawing.boxes[path] for path in here}
    arrows = tuple(
        Arrow(entries[tail].path if tail in entries else tail, head) for tail, head in around
    )
    exits = (
        *(each for each in drawing.exits if each.box in inside),
        *(Exit(path, _named(drawing, paths, path)) for path in leaving),
    )
    return Drawing(drawing.title, boxes, tuple(boxes), arrows, exits)


def _named(drawing: Drawing, paths: list[str], path: str) -> str:
    """Say which value is cut: its shape, that which a strand showed last, or what it is from."""
    box = drawing.boxes[path]
    if box.shape or len(drawing.arrows) >= len(paths):
        return box.shape or box.label
    shown = (drawing.boxes[each].shape for each in paths[paths.index(path) :: -1])
    return next(filter(None, shown), "...")
