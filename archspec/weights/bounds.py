"""How much of a file of weights is read, so that a small one neither fills the memory nor hangs."""

from __future__ import annotations

from pathlib import Path

from archspec.source import Unreadable, refuse_special

LARGEST = 4 * 2**30
"""Bytes that a file may have or unpack to."""
DENSEST = 20
"""How many times its size a file may unpack to; weights hardly shrink at all."""
SMALL = 2**20
"""Bytes that any file may unpack to."""
MOST_PARTS = 20_000
"""Groups and datasets that are looked at in one file."""


def unpacked(size: int) -> int:
    """Count the bytes that so many may unpack to."""
    return min(LARGEST, max(SMALL, DENSEST * size))


def size_of(file: Path) -> int:
    """Count the bytes of a file; raise ``OSError``, or ``ValueError`` for what is none or large."""
    size = file.stat().st_size
    try:
        refuse_special(file)
    except Unreadable as error:
        raise ValueError(str(error)) from None
    if size > LARGEST:
        raise ValueError(f"it is larger than {LARGEST // 2**30} GiB")
    return size


class Allowance:
    """What may still be taken out of a file of ``size`` bytes, or of what was made of one."""

    def __init__(self, size: int, parts: int = MOST_PARTS) -> None:
        self.bytes = unpacked(size)
        self.most = self.parts = parts

    def take(self, what: str, size: int = 0) -> None:
        """Count a part of so many bytes; raise ``ValueError`` for one too many."""
        self.bytes -= size
        self.parts -= 1
        if self.bytes < 0:
            raise ValueError(f"{what} claims {size} bytes, more than such a file can hold")
        if self.parts < 0:
            raise ValueError(f"it has more than {self.most:,} parts")
