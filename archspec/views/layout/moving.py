"""What is placed, scaled and moved, so that it can stand beside other things."""

from __future__ import annotations

from collections.abc import Iterable

from archspec.views.layout.placed import Area, Placed, Point


def moved(placed: Placed, x: float, y: float, scale: float = 1.0) -> Placed:
    """Scale everything, then move it."""

    def area(old: Area) -> Area:
        return Area(old.x * scale + x, old.y * scale + y, old.width * scale, old.height * scale)

    def point(old: Point) -> Point:
        return (old[0] * scale + x, old[1] * scale + y)

    return Placed(
        placed.title,
        placed.width * scale,
        placed.height * scale,
        placed.size * scale,
        tuple(each._replace(area=area(each.area)) for each in placed.boxes),
        tuple(each._replace(area=area(each.area)) for each in placed.frames),
        tuple(each._replace(points=tuple(map(point, each.points))) for each in placed.lines),
        tuple(each._replace(area=area(each.area)) for each in placed.labels),
        tuple(
            each._replace(area=area(each.area), patch=area(each.patch)) for each in placed.legend
        ),
        placed.arrow * scale,
        placed.small,
    )


def joined(title: str, width: float, height: float, pieces: Iterable[Placed]) -> Placed:
    """Put what is placed on one page, frames of all behind the lines of all."""
    found = tuple(pieces)
    return Placed(
        title,
        width,
        height,
        found[0].size,
        tuple(each for piece in found for each in piece.boxes),
        tuple(each for piece in found for each in piece.frames),
        tuple(each for piece in found for each in piece.lines),
        tuple(each for piece in found for each in piece.labels),
        tuple(each for piece in found for each in piece.legend),
        max(piece.arrow for piece in found),
        found[0].small,
    )
