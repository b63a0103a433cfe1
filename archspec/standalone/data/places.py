"""Opening data sets by what a command line names."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from archspec.standalone.data.examples import DataError, Examples
from archspec.standalone.data.folder import open_folder
from archspec.standalone.data.idx import holds_idx, open_idx
from archspec.standalone.data.synthetic import SyntheticExamples

SYNTHETIC = 1000


def open_examples(
    place: str,
    split: Literal["train", "test"],
    shape: tuple[int, int, int] = (32, 32, 3),
    classes: int = 10,
) -> Examples:
    """Open a split of a data set; raise ``DataError`` if there is none.

    ``shape`` (height, width, channels) and ``classes`` are the network's: synthetic images
    follow them, others are what they are.
    """
    if place == "synthetic" or place.startswith("synthetic:"):
        names = tuple(f"class {number}" for number in range(classes))
        return SyntheticExamples(_count(place), shape, names, split)
    folder = Path(place)
    if not folder.is_dir():
        raise DataError(
            f"{place} is no folder",
            "give a folder of images by class (train/<class>/*.jpg), a folder of IDX files, "
            "or synthetic:1000",
        )
    return open_idx(folder, split) if holds_idx(folder) else open_folder(folder, split)


def _count(place: str) -> int:
    number = place.partition(":")[2] if ":" in place else str(SYNTHETIC)
    plain = number.isascii() and number.isdecimal() and len(number) <= 10
    if not plain or not 0 < int(number) < 2**31:
        raise DataError(f"{place} tells no number of images", "write synthetic:1000, for example")
    return int(number)
