"""Examples from IDX files, the format of MNIST and Fashion-MNIST, compressed by gzip or not.

Source: Yann LeCun, The MNIST database of handwritten digits.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO, Literal, cast

import numpy as np

from archspec.standalone.data.examples import DataError, Example, Pixels

PREFIXES = {"train": "train", "test": "t10k"}
LARGEST = 2**31
"""The maximum decompressed size of a file, 2 GiB."""
PIECE = 2**24
AGAIN = "fetch the file again; it is damaged, or something else under this name"


@dataclass(frozen=True)
class IdxExamples:
    """Images N x H x W x C and labels N, both in memory."""

    images: Pixels
    labels: Pixels
    classes: tuple[str, ...]
    title: str

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> Example:
        return Example(self.images[index], int(self.labels[index]))

    def name(self, index: int) -> str:
        return f"{self.title} {index}"


def holds_idx(folder: Path) -> bool:
    """Whether a folder has an IDX file of images."""
    return any(_found(folder, prefix, "images", 3) for prefix in PREFIXES.values())


def open_idx(folder: Path, split: Literal["train", "test"]) -> IdxExamples:
    """Read the images and labels of a split; check that their numbers agree."""
    prefix = PREFIXES[split]
    place = _file(folder, prefix, "images", 3)
    images, labels = read_idx(place), _labels(folder, prefix)
    if images.ndim not in (3, 4) or (images.ndim == 4 and images.shape[3] not in (1, 3)):
        raise DataError(
            f"{place} holds an array of shape {images.shape}, not images",
            "expected are images x rows x columns, and 1 or 3 channels behind them if any",
        )
    if len(images) != len(labels):
        raise DataError(
            f"{place} holds {len(images)} images, its file of labels {len(labels)} labels",
            "take both files from the same release of the data set",
        )
    images = images if images.ndim == 4 else images[..., None]
    return IdxExamples(images, labels, _classes(folder, labels), f"{prefix}-images")


def read_idx(path: Path) -> Pixels:
    """Read an array of bytes; raise ``DataError`` if the file is none or incomplete."""
    try:
        with path.open("rb") as plain:
            if plain.read(2) != b"\x1f\x8b":
                plain.seek(0)
                return _array(plain, path)
        with gzip.open(path) as packed:
            return _array(cast("BinaryIO", packed), path)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read: {error}", AGAIN) from error


def _array(file: BinaryIO, path: Path) -> Pixels:
    """Read the header (two zeros, type, rank, extents), then as many bytes as it declares."""
    start = file.read(4)
    if len(start) < 4 or start[:3] != b"\x00\x00\x08" or not 1 <= start[3] <= 4:
        raise DataError(
            f"{path} is no IDX file of bytes; it starts with {start.hex(' ') or 'nothing'}",
            AGAIN,
        )
    extents = np.frombuffer(_exactly(file, 4 * start[3], path), ">u4")
    shape = tuple(int(extent) for extent in extents)
    if not 0 < prod(shape) <= LARGEST:
        raise DataError(f"{path} announces an array of shape {shape}", AGAIN)
    content = np.frombuffer(_exactly(file, prod(shape), path), np.uint8)
    if file.read(1):
        raise DataError(f"{path} goes on behind its {prod(shape)} bytes of content", AGAIN)
    return content.reshape(shape)


def _exactly(file: BinaryIO, size: int, path: Path) -> bytes:
    """Read bytes in pieces, so that a false header does not allocate memory."""
    content = bytearray()
    while piece := file.read(min(size - len(content), PIECE)):
        content += piece
    if len(content) < size:
        raise DataError(f"{path} ends after {len(content)} of {size} bytes", AGAIN)
    return bytes(content)


def _labels(folder: Path, prefix: str) -> Pixels:
    place = _file(folder, prefix, "labels", 1)
    labels = read_idx(place)
    if labels.ndim != 1:
        raise DataError(f"{place} holds an array of shape {labels.shape}, not labels", AGAIN)
    return labels


def _classes(folder: Path, labels: Pixels) -> tuple[str, ...]:
    """Name the classes as ``classes.txt`` does, a line each, or by their numbers.

    Numbers are counted in both splits, so that neither has fewer classes than the other.
    """
    count = 1 + max(int(labels.max()), *(_largest(folder, each) for each in PREFIXES.values()))
    names = folder / "classes.txt"
    if not _is_inside(names, folder):
        return tuple(str(number) for number in range(count))
    with names.open(encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file.read(PIECE).splitlines()]
    named = tuple(line for line in lines if line)
    if len(named) < count:
        raise DataError(
            f"{names} names {len(named)} classes, the labels need {count}",
            "write one name on each line, in the order of the labels",
        )
    return named


def _largest(folder: Path, prefix: str) -> int:
    return int(_labels(folder, prefix).max()) if _found(folder, prefix, "labels", 1) else 0


def _file(folder: Path, prefix: str, content: str, rank: int) -> Path:
    if path := _found(folder, prefix, content, rank):
        return path
    raise DataError(
        f"{folder} has no {prefix}-{content}-idx{rank}-ubyte, compressed (.gz) or not",
        "put the four files of the data set into one folder, under their own names",
    )


def _found(folder: Path, prefix: str, content: str, rank: int) -> Path | None:
    """Find a file under one of its names, not following a link out of the folder."""
    names = (f"{prefix}-{content}{dot}idx{rank}-ubyte{end}" for dot in "-." for end in ("", ".gz"))
    return next((path for name in names if _is_inside(path := folder / name, folder)), None)


def _is_inside(path: Path, folder: Path) -> bool:
    return path.is_file() and path.resolve().is_relative_to(folder.resolve())
