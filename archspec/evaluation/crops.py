"""The views of an image whose predictions are averaged: their positions, and cropping.

Source: arXiv:1409.4842, section 7, for an input of 224; other inputs take sides in proportion.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, product
from typing import Any, NamedTuple

from archspec.standalone.data.examples import BrokenImage
from archspec.standalone.data.pixels import resized, single_crop

_REFERENCE = 224
_SIDES = (256, 288, 320, 352)
"""The short sides that an image is resized to, for an input of ``_REFERENCE``."""
_LONGEST = 64
"""The maximum aspect ratio of an image, as its long side is resized, too."""

Box = tuple[int, int, int, int]
"""Left, top, right and bottom; the last two lie outside."""


class View(NamedTuple):
    """A view: the short side of the resized image, the box in it, and whether it is flipped.

    A box that is larger than the network's input is resized to it.
    """

    short_side: int
    box: Box
    mirrored: bool


class _Plan(NamedTuple):
    """A scheme of views: the number of scales, the squares, and the crops of each."""

    scales: int
    squares: slice
    parts: slice


_MIDDLE, _INNER, _ALL = slice(1, 2), slice(5), slice(None)
_PLANS = {10: _Plan(1, _MIDDLE, _INNER), 12: _Plan(1, _MIDDLE, _ALL), 144: _Plan(4, _ALL, _ALL)}
COUNTS = (1, *_PLANS)
"""The numbers of views that there are schemes for."""


def cut(image: Any, size: int, count: int) -> Iterator[Any]:
    """Yield the views of an image in order, each ``size`` x ``size`` x channels.

    The image is height x width x channels, uint8, and so are the views. One view is the middle that
    is evaluated in training, too. Raises ``BrokenImage`` for a strip.
    """
    if count == 1:
        yield single_crop(image, (size, size))
        return
    height, width, _ = image.shape
    if max(height, width) > _LONGEST * min(height, width):
        raise BrokenImage(f"it is a strip of {width} x {height} pixels")
    for side, placed in groupby(views(height, width, size, count), lambda view: view.short_side):
        whole = resized(image, _proportional(height, width, side))
        yield from (_cut(whole, view, size) for view in placed)


def _cut(image: Any, view: View, size: int) -> Any:
    left, top, right, bottom = view.box
    found = resized(image[top:bottom, left:right], (size, size))
    return found[:, ::-1] if view.mirrored else found


def views(height: int, width: int, size: int, count: int) -> Iterator[View]:
    """List the views of an image by scale, square and position, plain and flipped.

    Ten are the corners of the middle square at the first scale, row by row, and its middle; twelve
    are those and the whole square; 144 are those twelve of three squares at four scales.
    """
    plan = _PLANS[count]
    for side in (short_side(size, scale) for scale in range(plan.scales)):
        for square in _squares(*_proportional(height, width, side))[plan.squares]:
            parts = _parts(square, size)[plan.parts]
            yield from (View(side, *each) for each in product(parts, (False, True)))


def short_side(size: int, scale: int) -> int:
    """Compute the short side of an image at a scale, the first being 0, for an input of ``size``.

    A 224 input takes 256, 288, 320 and 352; a 299 input 342, 384, 427 and 470.
    """
    return _rounded(size * _SIDES[scale], _REFERENCE)


def _proportional(height: int, width: int, side: int) -> tuple[int, int]:
    """Compute height and width of an image whose short side becomes ``side``."""
    short = min(height, width)
    return _rounded(height * side, short), _rounded(width * side, short)


def _rounded(dividend: int, divisor: int) -> int:
    """Divide, rounding half up."""
    return (2 * dividend + divisor) // (2 * divisor)


def _squares(height: int, width: int) -> tuple[Box, ...]:
    """List the left, middle and right square of an image, or the top, middle and bottom one."""
    if height > width:
        return tuple((0, top, width, top + width) for top in _places(height, width))
    return tuple((left, 0, left + height, height) for left in _places(width, height))


def _parts(square: Box, size: int) -> tuple[Box, ...]:
    """List the corners of a square row by row, its middle, and the whole of it."""
    left, top, right, _ = square
    first, middle, last = _places(right - left, size)
    inner = ((first, first), (last, first), (first, last), (last, last), (middle, middle))
    return (*((left + x, top + y, left + x + size, top + y + size) for x, y in inner), square)


def _places(long: int, short: int) -> tuple[int, int, int]:
    """Return the offsets of a part at the start, in the middle and at the end."""
    return 0, (long - short) // 2, long - short
