"""Resource limits for reading files of weights, against decompression bombs and endless reads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archspec.source import Unreadable, refuse_special

if sys.platform != "win32":
    import resource

LARGEST = 4 * 2**30
"""The maximum size of a file, packed and unpacked, in bytes."""
DENSEST = 20
"""The maximum compression ratio; weights hardly compress at all."""
SMALL = 2**20
"""The unpacked size in bytes that is allowed regardless of the ratio."""
ROOM = 2**28
"""The memory in bytes that a library may need for itself while it reads."""

MOST_PARTS = 20_000
"""The maximum number of groups and datasets in one file."""


def unpacked(size: int) -> int:
    """Return the number of bytes that a file of ``size`` bytes may unpack to."""
    return min(LARGEST, max(SMALL, DENSEST * size))


def size_of(file: Path) -> int:
    """Return the size in bytes; raise ``OSError``, or ``ValueError`` if irregular or too large."""
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
    """Limit the process to ``size`` more bytes of address space, where the system supports it.

    A library that trusts the sizes claimed by a damaged file gets ``MemoryError`` instead.
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
    """The bytes and parts that may still be read from a file of ``size`` bytes."""

    def __init__(self, size: int, parts: int = MOST_PARTS) -> None:
        self.bytes = unpacked(size)
        self.most = self.parts = parts

    def take(self, what: str, size: int = 0) -> None:
        """Account for a part of ``size`` bytes; raise ``ValueError`` if a limit is exceeded."""
        self.bytes -= size
        self.parts -= 1
        if self.bytes < 0:
            raise ValueError(f"{what} claims {size} bytes, more than such a file can hold")
        if self.parts < 0:
            raise ValueError(f"it has more than {self.most:,} parts")
