"""Placement of a drawing from its structure, in three stages.

1. ``groups.grouped(drawing)`` divides a drawing into groups, itself and each of its frames, and
   ``structure.structure(group)`` says how each is composed: a ``cells.Chain`` of vertices in series
   and of forks in parallel, with tangles where neither holds. Sizes play no part.
2. ``laying.lay(chain, bodies, room)`` gives everything in a group positions along the flow and
   across it, from the sizes of its vertices, the inner groups first.
3. ``place(drawing, options)`` does both and converts the positions to those on a page: ``Placed``,
   plain data in points, which writers such as ``archspec.views.svg`` write.

Vertices in series share one axis. Branches stand side by side in the order of their arrows, and
begin in one row. A shortcut is a branch with nothing in it: it runs straight beside the others and
arrives at the side of a box. A box at which branches meet is as wide as they are, so that all
arrive straight. Lines run across the flow only in channels between rows, each on a track.
"""

from archspec.views.layout.placed import (
    BOLD,
    SMALL,
    STARTING,
    Area,
    LabelKind,
    Placed,
    PlacedBox,
    PlacedFrame,
    PlacedLabel,
    PlacedLine,
    PlacedMeaning,
    Point,
    scale_of,
)
from archspec.views.layout.placing import Composition, Sizes, composed, place

__all__ = [
    "BOLD",
    "SMALL",
    "STARTING",
    "Area",
    "Composition",
    "LabelKind",
    "Placed",
    "PlacedBox",
    "PlacedFrame",
    "PlacedLabel",
    "PlacedLine",
    "PlacedMeaning",
    "Point",
    "Sizes",
    "composed",
    "place",
    "scale_of",
]
