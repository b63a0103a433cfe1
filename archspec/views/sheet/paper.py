"""The size of a sheet, as it is asked for: ``A4``, ``16:9``, ``8.5cm``."""

from __future__ import annotations

import re
from typing import NamedTuple

from archspec.views.options import Undrawable

_POINTS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}
_LENGTH = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)(pt|mm|cm|in)")
_LEAST, _MOST = 4 * _POINTS["cm"], 200 * _POINTS["cm"]


class Paper(NamedTuple):
    """A width and a height in points; without a height, a sheet is as high as it has to be."""

    width: float
    height: float | None = None

    @property
    def margin(self) -> float:
        """The room at each edge."""
        return self.width / 60

    def scaled(self, scale: float) -> Paper:
        """Scale both."""
        return Paper(self.width * scale, self.height * scale if self.height else None)


_FORMATS = {
    "A4": Paper(210 * _POINTS["mm"], 297 * _POINTS["mm"]),
    "16:9": Paper(13.333 * _POINTS["in"], 7.5 * _POINTS["in"]),
}


def paper(asked: str) -> Paper:
    """Read a format or a width; raise ``Undrawable``."""
    if asked in _FORMATS:
        return _FORMATS[asked]
    found = _LENGTH.fullmatch(asked)
    if not found:
        raise Undrawable(f"`{asked}` is no width of a sheet: write A4, 16:9, or a length as 8.5cm")
    width = float(found[1]) * _POINTS[found[2]]
    if not _LEAST <= width <= _MOST:
        raise Undrawable(f"a sheet is from 4cm to 200cm wide, not {asked}")
    return Paper(width)


def centimetres(points: float) -> str:
    """Write a length, rounded up to the next millimetre."""
    return f"{-(-points // _POINTS['mm']) / 10:g}cm"
