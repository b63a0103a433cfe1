"""Cards on shelves, as books are: each shelf has columns, each column cards, all in their order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple


class Size(NamedTuple):
    """How wide and how high a card is."""

    width: float
    height: float


class Shelf(NamedTuple):
    """The positions of the cards of each column, and the size of all columns together."""

    columns: tuple[tuple[int, ...], ...]
    size: Size

    def widths(self, cards: Sequence[Size], room: float) -> list[float]:
        """Divide a width among the columns, which share what none of them needs."""
        least = [max(cards[at].width for at in column) for column in self.columns]
        share = (room - self.size.width) / sum(least)
        return [wide * (1 + share) for wide in least]

    def lowered(self, cards: Sequence[Size], gap: float) -> Shelf:
        """Measure the height again, of cards that have become lower."""
        high = max(height([cards[at] for at in column], gap) for column in self.columns)
        return self._replace(size=Size(self.size.width, high))


Shelves = tuple[Shelf, ...]
_MOST = 12
"""Cards that one shelf holds at most."""


def shelves(cards: Sequence[Size], alone: int, width: float, gap: float) -> Shelves | None:
    """Put cards on shelves of a width, low together; None if a card is too wide.

    The first cards stand ``alone`` in their columns, all on one shelf.
    """
    best: list[tuple[float, Shelves] | None] = [(-gap, ())]
    for end in range(1, len(cards) + 1):
        found = []
        for start in range(max(0, end - _MOST), end):
            before = best[start]
            shelf = _shelf(cards, start, end, 0 if start else alone, width, gap)
            if before is not None and shelf is not None:
                found.append((before[0] + gap + shelf.size.height, (*before[1], shelf)))
        best.append(min(found, key=lambda each: each[0], default=None))
    whole = best[-1]
    return whole[1] if whole else None


def height(cards: Sequence[Size], gap: float) -> float:
    """Measure cards in one column."""
    return sum(card.height for card in cards) + gap * (len(cards) - 1)


def _shelf(
    cards: Sequence[Size], start: int, end: int, alone: int, width: float, gap: float
) -> Shelf | None:
    """Put some cards on one shelf; those that stand alone may not be parted."""
    if alone > end:
        return None
    columns = tuple((at,) for at in range(alone))
    wide = sum(cards[at].width + gap for at in range(alone))
    high = max((cards[at].height for at in range(alone)), default=0.0)
    if start + alone == end:
        return Shelf(columns, Size(wide - gap, high)) if wide - gap <= width else None
    rest = _narrowest(cards, start + alone, end, high, gap)
    if rest is None or wide + rest.size.width > width:
        rest = _lowest(cards, start + alone, end, width - wide, gap)
    if rest is None:
        return None
    size = Size(wide + rest.size.width, max(high, rest.size.height))
    return Shelf((*columns, *rest.columns), size)


def _lowest(cards: Sequence[Size], start: int, end: int, width: float, gap: float) -> Shelf | None:
    """Divide cards among columns beside each other, the highest as low as can be."""
    runs = combinations(range(start, end + 1), 2)
    heights = sorted({height(cards[one:other], gap) for one, other in runs})
    found, low, high = None, 0, len(heights)
    while low < high:
        middle = (low + high) // 2
        tried = _narrowest(cards, start, end, heights[middle], gap)
        if tried is not None and tried.size.width <= width:
            found, high = tried, middle
        else:
            low = middle + 1
    return found


def _narrowest(
    cards: Sequence[Size], start: int, end: int, most: float, gap: float
) -> Shelf | None:
    """Divide cards among columns of a height at most, with the least width of all together."""
    best: dict[int, Shelf] = {start: Shelf((), Size(-gap, 0.0))}
    for stop in range(start + 1, end + 1):
        wide, high = 0.0, -gap
        for begin in range(stop - 1, start - 1, -1):
            wide, high = max(wide, cards[begin].width), high + gap + cards[begin].height
            if high > most:
                break
            if begin in best:
                found = _with(best[begin], begin, stop, Size(wide, high), gap)
                best[stop] = min(best.get(stop, found), found, key=lambda each: each.size.width)
    return best.get(end)


def _with(shelf: Shelf, begin: int, stop: int, column: Size, gap: float) -> Shelf:
    """Put one more column on a shelf."""
    wide = shelf.size.width + gap + column.width
    size = Size(wide, max(shelf.size.height, column.height))
    return Shelf((*shelf.columns, tuple(range(begin, stop))), size)
