"""What is in a ``.keras`` archive, within bounds: how a model is described, and its weights."""

from __future__ import annotations

import zipfile
from pathlib import Path

from archspec.weights.bounds import DENSEST, LARGEST
from archspec.weights.zipped import Bounds, part

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
    return _member(file, _WEIGHTS, Bounds("weights", LARGEST, DENSEST))


def description(file: Path) -> bytes:
    """Return the JSON of an archive; raise ``ValueError``, ``KeyError`` and ``BadZipFile``."""
    return _member(file, _DESCRIPTION, Bounds("layers", _LONGEST, _REPETITIVE))


def _member(file: Path, name: str, bounds: Bounds) -> bytes:
    with zipfile.ZipFile(file) as archive:
        return part(archive, name, bounds)
