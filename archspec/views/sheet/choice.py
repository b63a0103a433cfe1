"""Choosing how large and how dense a sheet is: large text first, in drawings as loose as fit."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from archspec.views.layout import Placed
from archspec.views.layout.legend import legend
from archspec.views.layout.moving import moved
from archspec.views.options import Options, Undrawable
from archspec.views.palette import Palette
from archspec.views.sheet.blocks import DENSITIES, Block, Density, Drawings, head
from archspec.views.sheet.contents import Contents
from archspec.views.sheet.page import GAP, Arrangement, Page
from archspec.views.sheet.paper import Paper, centimetres, paper
from archspec.views.sheet.shelves import Shelves, shelves

LEAST = 7.0
"""Points that the smallest text has at least."""
_PLEASANT = 9.0
_LARGEST, _USUAL, _STEP = 15.0, 10.0, 0.98
_TALL = 1.5
"""How high a sheet should be at most, in widths, where only its width is asked for."""


def sheet(said: Contents, options: Options) -> Placed:
    """Put a network on a sheet; raise ``Undrawable`` where it does not fit in readable size."""
    return _Choice(said, options, paper(options.width or "A4")).placed()


class _Choice:
    def __init__(self, said: Contents, options: Options, asked: Paper) -> None:
        self.said = said
        self.paper = asked
        self.direction = options.direction
        self.drawings = Drawings(said, replace(options, legend=False))
        self.meanings = Palette(said.drawing, options).legend() if options.has_legend else ()
        largest = _LARGEST if asked.height else _USUAL
        self.sizes = [largest * _STEP**power for power in range(200)]

    def placed(self) -> Placed:
        """Place everything as well as it fits, else as low as it can be; or refuse to."""
        for size, density in chain(self.looks(), self.lowest()):
            page = self.page(size, density, self.paper)
            if page is not None:
                return moved(page.placed(), 0.0, 0.0, size / density.size)
        raise Undrawable(self.refusal())

    def looks(self) -> Iterator[tuple[float, Density]]:
        """List sizes and densities with which everything fits, the best first."""
        limit = self.paper._replace(height=self.paper.height or _TALL * self.paper.width)
        upright = [density for density in DENSITIES if not density.turned]
        for pleasant, densities in ((_PLEASANT, upright), (0.0, DENSITIES)):
            for density in densities:
                least = max(pleasant, _least(density))
                sizes = [*(each for each in self.sizes if each > least), least]
                size = self.largest(sizes, density, limit)
                if size:
                    yield size, density

    def lowest(self) -> Iterator[tuple[float, Density]]:
        """Find the density with which a sheet is lowest, if it may be as high as it has to be."""
        if self.paper.height is None:
            pages = [(self.page(_least(each), each, self.paper), each) for each in DENSITIES]
            heights = [
                (each.turned, page.height / each.size, each)
                for page, each in pages
                if page is not None
            ]
            yield from ((_least(density), density) for *_, density in sorted(heights)[:1])

    def refusal(self) -> str:
        """Tell how wide a sheet would have to be."""
        title, wide = self.said.title, centimetres(self.paper.width)
        missing = max(map(self.missing, DENSITIES))
        if not missing:
            return f"the sheet of {title} is too large: draw a module of it"
        needed = centimetres(self.paper.width / missing)
        return (
            f"the sheet of {title} does not fit with text of {LEAST:g} pt on a page that is {wide}"
            f" wide: choose --width {needed}"
        )

    def missing(self, density: Density) -> float:
        """Find which part of the least size of text fits; 0 if none does."""
        least = _least(density)
        sizes = [each for each in self.sizes if each < least]
        return self.largest(sizes, density, self.paper) / least

    def largest(self, sizes: Sequence[float], density: Density, limit: Paper) -> float:
        """Find the largest size of text that fits; 0 if none does."""

        def fits(size: float) -> bool:
            page = self.page(size, density, limit)
            return page is not None and page.spare >= 0

        return sizes[bisect(sizes, 0, key=fits)] if fits(sizes[-1]) else 0.0

    def page(self, size: float, density: Density, limit: Paper) -> Page | None:
        """Arrange everything at a size of text; None if something is too wide."""
        scaled = limit.scaled(density.size / size)
        room = scaled.width - 2 * scaled.margin
        found = self.drawings.blocks(density, room)
        if found is None:
            return None
        arranged = shelves([each.size for each in found], density.pieces, room, GAP)
        if arranged is None:
            return None
        found, arranged = _settled(found, arranged, density, room)
        heading = self.heading(density, room)
        return Page(Arrangement(heading, found, arranged, self.direction), scaled)

    def heading(self, density: Density, room: float) -> Placed:
        """Write the title with its notes, and the legend beside it, or else below it."""
        size, text = density.size, head(self.said, density, room)
        (wide, high), beside = text.size, 2 * size
        shown = legend(self.meanings, size, 0.0, room, 0.0)
        reach = max((each.area.right for each in shown), default=0.0)
        if wide + beside + reach <= room:
            shown = legend(self.meanings, size, room - reach, room + 1.0, 0.0)
        else:
            shown = legend(self.meanings, size, 0.0, room, high)
        bottom = max([high, *(each.area.bottom for each in shown)])
        title = self.said.title
        return Placed(title, room, bottom, size, (), (), (), text.labels, shown, 0.0, density.small)


def _settled(
    blocks: Sequence[Block], arranged: Shelves, density: Density, room: float
) -> tuple[tuple[Block, ...], Shelves]:
    """Let cards use the width that their columns have come to."""
    found, sizes = list(blocks), [each.size for each in blocks]
    for shelf in arranged:
        for column, wide in zip(shelf.columns, shelf.widths(sizes, room), strict=True):
            for at in column:
                found[at] = found[at].widened(wide, density)
    lower = [each.size for each in found]
    return tuple(found), tuple(shelf.lowered(lower, GAP) for shelf in arranged)


def _least(density: Density) -> float:
    """Return the size of text in boxes with which the smallest text can be read."""
    return LEAST / min(density.small, 1.0)
