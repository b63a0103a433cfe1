"""What stands on a sheet in one piece: a drawing, with a heading and notes above it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from archspec.views.drawing import Drawing
from archspec.views.layout import (
    SMALL,
    Area,
    Composition,
    LabelKind,
    Placed,
    PlacedLabel,
    Sizes,
    composed,
    place,
    scale_of,
)
from archspec.views.layout.text import width, wrapped
from archspec.views.options import Direction, Options
from archspec.views.sheet.contents import Card, Contents
from archspec.views.sheet.shelves import Size
from archspec.views.sheet.strands import cut

PADDING = 8.0
"""Room around what stands in a card."""
_LEADING = 1.25
_NOTES = 17.0
"""How wide a note may be that stands above a narrow drawing, in sizes of text."""


class Density(NamedTuple):
    """How close things stand: the size of text, since all else keeps its size, and its lines.

    ``widths`` are those that labels of boxes may have, in sizes of text; of the drawings that come
    of them the smallest is taken. The network is cut into ``pieces``, or ``lies`` from left to
    right. If the sheet is ``turned``, modules that are smaller so lie, too, and the highest come
    first. Labels are a part ``small`` of the size of text in boxes; in ladders they are ``stacked``
    on boxes where room beside them is dear.
    """

    size: float
    widths: tuple[float, ...]
    pieces: int = 1
    lies: bool = False
    turned: bool = False
    small: float = SMALL
    stacked: bool = False


_MEDIUM, _NARROW, _SEVERAL = (24.0, 6.0, 4.4), (24.0, 6.0, 3.0), (6.0, 4.4, 3.0)
DENSITIES = (
    Density(10.0, (24.0,)),
    Density(10.0, (24.0, 8.4)),
    Density(10.0, (24.0, 8.4), pieces=2),
    Density(12.0, _MEDIUM),
    Density(14.0, _MEDIUM),
    Density(14.0, _MEDIUM, pieces=2),
    Density(14.0, _MEDIUM, lies=True),
    Density(18.0, _NARROW),
    Density(18.0, _NARROW, lies=True),
    Density(24.0, _NARROW),
    Density(18.0, _NARROW, turned=True),
    Density(24.0, _NARROW, turned=True),
    Density(24.0, _NARROW, pieces=2, turned=True),
    Density(30.0, _SEVERAL, turned=True, small=1.0, stacked=True),
    Density(30.0, _SEVERAL, pieces=2, turned=True, small=1.0, stacked=True),
)
_LYING = {Direction.UP: Direction.RIGHT, Direction.DOWN: Direction.RIGHT}


class Text(NamedTuple):
    """Lines of text below each other, from the place 0, 0 on."""

    labels: tuple[PlacedLabel, ...]
    size: Size


class Block(NamedTuple):
    """A drawing below its text; in a card, there is a frame around both."""

    drawing: Placed
    text: Text
    size: Size
    card: Card | None = None

    def widened(self, wide: float, density: Density) -> Block:
        """Write the text of a card anew for a greater width, which may take fewer lines."""
        if self.card is None:
            return self
        text = _said(self.card, density, wide - 2 * PADDING)
        high = self.size.height - self.text.size.height + text.size.height
        return self._replace(text=text, size=Size(self.size.width, high))


def head(said: Contents, density: Density, room: float) -> Text:
    """Write the title of a sheet, and the lines below it."""
    return _text("", (said.title, *said.notes), LabelKind.HEADLINE, density, room)


class Drawings:
    """The network of a sheet and its modules, placed as often as a sheet tries them."""

    def __init__(self, said: Contents, options: Options) -> None:
        self.said = said
        self.options = options
        self.lying = replace(options, direction=_LYING.get(options.direction, options.direction))
        self.known: dict[tuple[object, ...], Placed] = {}
        self.compositions: dict[tuple[str, ...], Composition] = {}

    def blocks(self, density: Density, room: float) -> tuple[Block, ...] | None:
        """Take the smallest drawings that fit into a width; None if there are none."""
        pieces = self.pieces(density.pieces)
        network = [self.smallest(each, density, room, density.lies) for each in pieces]
        cards = self.cards(density, room - 2 * PADDING)
        drawings = [each for each in network if each is not None]
        if not pieces or cards is None or len(drawings) < len(network):
            return None
        return (*map(_bare, drawings), *cards)

    def cards(self, density: Density, room: float) -> list[Block] | None:
        """Take the smallest cards of modules."""
        ways = (False, True) if density.turned else (False,)
        found = []
        for card in self.said.cards:
            placed = (self.smallest(card.drawing, density, room, lies) for lies in ways)
            sized = [_card(card, each, density) for each in placed if each is not None]
            if not sized:
                return None
            found.append(min(sized, key=_area))
        return sorted(found, key=_height, reverse=True) if density.turned else found

    def pieces(self, count: int) -> tuple[Drawing, ...]:
        """Return the network, or cut it."""
        return (self.said.network,) if count == 1 else cut(self.said.network, count)

    def smallest(
        self, drawing: Drawing, density: Density, room: float, lies: bool = False
    ) -> Placed | None:
        """Place a drawing as small as can be within a width."""
        found = [self.placed(drawing, density, width, lies) for width in density.widths]
        fitting = (each for each in found if each.width <= room)
        return min(fitting, key=lambda each: each.width * each.height, default=None)

    def placed(self, drawing: Drawing, density: Density, widest: float, lies: bool) -> Placed:
        """Place a drawing once."""
        size, small, paths = density.size, density.small, tuple(drawing.boxes)
        sizes = Sizes(size, size * widest, small, density.stacked)
        key = (paths, sizes, lies)
        if key not in self.known:
            composition = self.compositions.get(paths) or composed(drawing)
            self.compositions[paths] = composition
            options = self.lying if lies else self.options
            self.known[key] = place(drawing, options, sizes, composition)
        return self.known[key]


def _area(block: Block) -> float:
    """Measure a block."""
    return block.size.width * block.size.height


def _height(block: Block) -> float:
    return block.size.height


def _bare(drawing: Placed) -> Block:
    """Let a drawing stand without a frame."""
    return Block(drawing, Text((), Size(0.0, 0.0)), Size(drawing.width, drawing.height))


def _card(card: Card, drawing: Placed, density: Density) -> Block:
    size = density.size
    notes = max(width(note, size * density.small) for note in card.notes)
    room = max(drawing.width, min(notes, _NOTES * size) + 0.1)
    text = _said(card, density, room)
    wide = max(drawing.width, text.size.width) + 2 * PADDING
    high = drawing.height + text.size.height + 2 * PADDING
    return Block(drawing, text, Size(wide, high), card)


def _said(card: Card, density: Density, room: float) -> Text:
    said = (card.frame.label, *card.notes)
    return _text(card.frame.path, said, LabelKind.TITLE, density, room)


def _text(of: str, said: tuple[str, ...], kind: LabelKind, density: Density, room: float) -> Text:
    """Write a heading, and notes below it."""
    labels: list[PlacedLabel] = []
    down = 0.0
    kinds = (kind, *(LabelKind.NOTE for _ in said[1:]))
    for each, text in zip(kinds, said, strict=True):
        high = density.size * scale_of(each, density.small)
        for line in wrapped(text, high, room):
            wide = width(line, high, bold=each is kind)
            labels.append(PlacedLabel(each, of, line, Area(0.0, down, wide, high * _LEADING)))
            down += high * _LEADING
    return Text(tuple(labels), Size(max(each.area.right for each in labels), down))
