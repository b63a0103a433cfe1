"""Reading a part of a zip archive within bounds."""

from __future__ import annotations

import zipfile
from typing import NamedTuple


class Bounds(NamedTuple):
    """What a part is called, its largest size in bytes, and how far it may be packed."""

    what: str
    largest: int
    densest: int


def part(archive: zipfile.ZipFile, name: str, bounds: Bounds) -> bytes:
    """Read a part; raise ``ValueError``, ``KeyError`` and ``BadZipFile``."""
    inside = archive.getinfo(name)
    if inside.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"its {bounds.what} use an unsupported compression")
    if inside.file_size > min(bounds.largest, bounds.densest * inside.compress_size):
        raise ValueError(f"its {bounds.what} claim {inside.file_size} bytes")
    with archive.open(inside) as stream:  # an explicit size bounds what is unpacked
        return stream.read(inside.file_size)
