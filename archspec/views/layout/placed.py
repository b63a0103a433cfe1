"""A drawing that is placed: everything has its position, in points from the top left corner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from archspec.views.drawing import Box, Frame

Point = tuple[float, float]


class Area(NamedTuple):
    """A rectangle, by its top left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height


class PlacedBox(NamedTuple):
    """A box, with its label in lines."""

    box: Box
    area: Area
    lines: tuple[str, ...]


class PlacedFrame(NamedTuple):
    """A frame; ``level`` counts the frames around it."""

    frame: Frame
    area: Area
    level: int


class PlacedLine(NamedTuple):
    """A piece of an arrow with right angles; the last piece ends with an arrowhead.

    ``tail`` and ``head`` are the paths of the boxes or frames that this piece connects; empty at
    the label of an exit. ``value`` is the path of the box whose value it is. A ghost is dashed.
    """

    value: str
    tail: str
    head: str
    points: tuple[Point, ...]
    has_arrowhead: bool
    is_ghost: bool = False


class LabelKind(StrEnum):
    """What a label is: the title of a sheet or of a frame, a note, a shape, the name of an exit."""

    HEADLINE = "headline"
    TITLE = "title"
    NOTE = "note"
    SHAPE = "shape"
    EXIT = "exit"


SMALL = 0.9
"""The size of small labels, as a part of that of text in boxes, where there is room enough."""
_LARGE: Mapping[LabelKind, float] = {LabelKind.HEADLINE: 1.8, LabelKind.TITLE: 1.0}


def scale_of(kind: LabelKind, small: float) -> float:
    """Return how large a label is, as a part of the size of text in boxes."""
    return _LARGE.get(kind, small)


BOLD = frozenset({LabelKind.HEADLINE, LabelKind.TITLE})
STARTING = BOLD | {LabelKind.NOTE}
"""The kinds of label that start at the left edge of their area, whatever a font makes of them."""


class PlacedLabel(NamedTuple):
    """A text that is not inside a box; ``of`` is the path that it tells something about."""

    kind: LabelKind
    of: str
    text: str
    area: Area


class PlacedMeaning(NamedTuple):
    """A colour in the legend, with the patch that shows it and the place of its meaning.

    A heading has no colour.
    """

    colour: str
    text: str
    patch: Area
    area: Area


@dataclass(frozen=True)
class Placed:
    """A drawing with all positions; frames stand before those inside of them.

    ``size`` is that of the text in boxes, ``arrow`` the length of arrowheads, in points. Small
    labels are a part ``small`` of the size of text in boxes.
    """

    title: str
    width: float
    height: float
    size: float
    boxes: tuple[PlacedBox, ...]
    frames: tuple[PlacedFrame, ...]
    lines: tuple[PlacedLine, ...]
    labels: tuple[PlacedLabel, ...]
    legend: tuple[PlacedMeaning, ...] = ()
    arrow: float = 0.0
    small: float = SMALL
