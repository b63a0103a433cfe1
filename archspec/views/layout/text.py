"""Text: how wide it is in Helvetica, whose widths Arial and Liberation Sans share, and wrapping.

The widths are those of Adobe's metrics for the standard fonts of PDF, in thousandths of the size.
"""

from __future__ import annotations

from collections.abc import Iterator

_FIRST = 32
_WIDTHS = tuple(
    int(width)
    for width in """
    278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278
    556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556
    1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778
    667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556
    333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556
    556 556 333 500 278 556 500 722 500 500 500 334 260 334 584
    """.split()
)
_NARROW, _WIDE = 600, 1000
_BOLD = 1.08
"""How much wider bold text is, at most on the average of a word."""
_LESS = 0.01
"""By how much room is less than what it just takes."""
_SCRIPTS = 0x2000
"""From here on characters are as wide as they are high, as arrows and Chinese are."""


def width(text: str, size: float, bold: bool = False) -> float:
    """Measure a text in points, for a size in points."""
    measured = sum(map(_thousandths, text)) * size / 1000
    return measured * _BOLD if bold else measured


def _thousandths(character: str) -> int:
    at = ord(character) - _FIRST
    if 0 <= at < len(_WIDTHS):
        return _WIDTHS[at]
    return _NARROW if ord(character) < _SCRIPTS else _WIDE


def wrapped(text: str, size: float, most: float) -> tuple[str, ...]:
    """Break a text into lines that are at most so wide, at spaces where there are any."""
    if width(text, size) <= most:
        return (text,)
    return tuple(_lines(text.split(), size, most))


def evened(text: str, size: float, most: float) -> tuple[str, ...]:
    """Break a text into no more lines than it needs, as even as they can be without cut words."""
    found = wrapped(text, size, most)
    longest = max((width(word, size) for word in text.split()), default=0.0)
    while (tighter := max(width(line, size) for line in found) - _LESS) > longest:
        lines = wrapped(text, size, tighter)
        if len(lines) > len(found):
            break
        found = lines
    return found


def _lines(words: list[str], size: float, most: float) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if line and width(longer, size) > most:
            yield line
            longer = word
        *full, line = _pieces(longer, size, most)
        yield from full
    if line:
        yield line


def _pieces(text: str, size: float, most: float) -> Iterator[str]:
    """Cut a text that no space divides."""
    start, room = 0, most
    for at, character in enumerate(text):
        room -= width(character, size)
        if room < 0 and at > start:
            yield text[start:at]
            start, room = at, most - width(character, size)
    yield text[start:]
