"""What is in a ``.keras`` archive, within bounds: how a model is described, and its weights."""

from __future__ import annotations

import zipfile
from pathlib import Path

from archspec.weights.bounds import DENSEST, LARGEST

_DESCRIPTION, _WEIGHTS = "config.json", "model.weights.h5"
_LONGEST = 1 << 26
"""The bytes of a description, 64 MiB; 100,000 layers have fewer."""
_REPETITIVE = 1000
"""How far a description may be packed: layers of a model are described alike."""


def is_archive(file: Path) -> bool:
    """Whether an archive holds weights of Keras; raise ``zipfile.BadZipFile``, and ``OSError``."""
    with zipfile.ZipFile(file) as archive:
        return _WEIGHTS in archive.namelist()


def weights(file: Path) -> bytes:
    """Return the HDF5 file of an archive; raise ``ValueError``, ``KeyError`` and ``BadZipFile``."""
    return _member(file, _WEIGHTS, ("weights", LARGEST, DENSEST))


def description(file: Path) -> bytes:
    """Return the JSON of an archive; raise ``ValueError``, ``KeyError`` and ``BadZipFile``."""
    return _member(file, _DESCRIPTION, ("layers", _LONGEST, _REPETITIVE))


def _member(file: Path, name: str, bounds: tuple[str, int, int]) -> bytes:
    """Read a part of an archive; the bounds say what it is, its bytes, and how far it is packed."""
    what, largest, densest = bounds
    with zipfile.ZipFile(file) as archive:
        inside = archive.getinfo(name)
        if inside.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(f"its {what} use an unsupported compression")
        if inside.file_size > min(largest, densest * inside.compress_size):
            raise ValueError(f"its {what} claim {inside.file_size} bytes")
        with archive.open(inside) as stream:  # an explicit size bounds what is unpacked
            return stream.read(inside.file_size)
