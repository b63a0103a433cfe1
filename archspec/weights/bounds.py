"""How much of a file of weights is read, so that a small one neither fills the memory nor hangs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archspec.source import Unreadable, refuse_special

if sys.platform != "win32":
    import resource

LARGEST = 4 * 2**30
"""Bytes that a file may have or unpack to."""
DENSEST = 20
"""How many times its size a file may unpack to; weights hardly shrink at all."""
SMALL = 2**20
"""Bytes that any file may unpack to."""
ROOM = 2**28
"""Bytes that a library may need for itself while it reads."""

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


@contextmanager
def memory(size: int) -> Iterator[None]:
    """Let the process take no more than so many bytes more, where the system sees to that.

    A library that believes what a damaged file says of itself runs into this instead.
    """
    told = Path("/proc/self/statm")
    if sys.platform == "win32" or not told.exists():
        yield
        return
    pages = int(told.read_text("ascii").split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = pages * resource.getpagesize() + size
    within = wanted if soft == resource.RLIM_INFINITY else min(wanted, soft)
    resource.setrlimit(resource.RLIMIT_AS, (within, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


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
