"""A page of a sheet, put in place: the heading above, blocks in the columns of shelves below."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from archspec.views.layout import Area, Placed, PlacedFrame
from archspec.views.layout.moving import joined, moved
from archspec.views.options import Direction
from archspec.views.sheet.blocks import PADDING, Block, Text
from archspec.views.sheet.paper import Paper
from archspec.views.sheet.shelves import Shelf, Shelves, height

GAP = 10.0
"""Room between blocks."""


class Arrangement(NamedTuple):
    """What stands on a page: its heading, blocks on shelves, and where their arrows point."""

    heading: Placed
    blocks: tuple[Block, ...]
    shelves: Shelves
    direction: Direction


class Page:
    """Collects an arrangement as one placed picture; ``spare`` is the height that is left over."""

    def __init__(self, found: Arrangement, paper: Paper) -> None:
        heading, self.blocks, self.shelves, self.direction = found
        self.margin, self.size = paper.margin, heading.size
        self.room = paper.width - 2 * self.margin
        self.top = self.margin + heading.height + GAP
        high = height([each.size for each in self.shelves], GAP)
        least = self.top + high + self.margin
        self.width, self.height = paper.width, paper.height or least
        self.spare = self.height - least
        self.pieces = [moved(heading, self.margin, self.margin)]

    def placed(self) -> Placed:
        """Put everything together; what is left of the height is shared by the shelves."""
        share = self.spare / len(self.shelves)
        heights = [each.size.height + share for each in self.shelves]
        for shelf, start, high in zip(self.shelves, self.starts(heights), heights, strict=False):
            self.shelf(shelf, start, high)
        return joined(self.pieces[0].title, self.width, self.height, self.pieces)

    def starts(self, heights: list[float]) -> Iterator[float]:
        """List where each shelf begins."""
        return accumulate((each + GAP for each in heights), initial=self.top)

    def shelf(self, shelf: Shelf, top: float, high: float) -> None:
        """Put columns beside each other; those of cards share what is left of the width."""
        widths = shelf.widths([block.size for block in self.blocks], self.room)
        x = self.margin
        for column, wide in zip(shelf.columns, widths, strict=True):
            self.column([self.blocks[at] for at in column], Area(x, top, wide, high))
            x += wide + GAP

    def column(self, stack: list[Block], area: Area) -> None:
        """Stack blocks, which share what is left of the height."""
        share = (area.height - height([each.size for each in stack], GAP)) / len(stack)
        top = area.y
        for block in stack:
            high = block.size.height + share
            self.block(block, Area(area.x, top, area.width, high))
            top += high + GAP

    def block(self, block: Block, area: Area) -> None:
        """Put a drawing into the middle of its area, below its text."""
        padding = PADDING if block.card else 0.0
        if block.card:
            frames = (PlacedFrame(block.card.frame, area, 0),)
            self.pieces.append(Placed("", 0.0, 0.0, self.size, (), frames, (), ()))
        self.pieces.append(moved(self.labels(block.text), area.x + padding, area.y + padding))
        top = area.y + padding + block.text.size.height
        spare = area.bottom - padding - top - block.drawing.height
        left = area.x + (area.width - block.drawing.width) / 2
        above = spare * self.share(block, spare)
        self.pieces.append(moved(block.drawing, left, top + above))

    def share(self, block: Block, spare: float) -> float:
        """Choose how much of its room is above a drawing: a network begins on a line with others.

        Where there is more room than drawing, it stands below the heading.
        """
        if block.card:
            return 0.5
        if self.direction is Direction.DOWN or spare > block.drawing.height:
            return 0.0
        return 1.0 if self.direction is Direction.UP else 0.5

    def labels(self, text: Text) -> Placed:
        """Make a picture of lines of text."""
        return Placed("", 0.0, 0.0, self.size, (), (), (), text.labels)
