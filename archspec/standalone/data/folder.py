"""Examples from a folder of images by class: ``train/<class>/<image>``, ``test/`` or ``val/``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from archspec.standalone.data.decoding import decoded
from archspec.standalone.data.examples import DataError, Example

SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"})
SPLITS = {"train": ("train",), "test": ("test", "val")}


@dataclass(frozen=True)
class FolderExamples:
    """Images by class: classes sorted by name, and in each its files sorted by name.

    ``files`` are paths inside ``folder``.
    """

    folder: Path
    files: tuple[str, ...]
    labels: tuple[int, ...]
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> Example:
        return Example(decoded(self.folder / self.files[index]), self.labels[index])

    def name(self, index: int) -> str:
        return self.files[index]


def open_folder(folder: Path, split: Literal["train", "test"]) -> FolderExamples:
    """List the images of a split; the classes are those of ``train/`` if it exists."""
    root = folder.resolve()
    chosen = _split(root, split)
    if not chosen:
        raise DataError(
            f"{folder} has no folder {' or '.join(f'{name}/' for name in SPLITS[split])}",
            "sort images by class into train/<class>/ and test/<class>/, "
            "or name a folder of IDX files",
        )
    names = _classes(root, _split(root, "train") or chosen)
    _check_classes(chosen, _classes(root, chosen), names)
    found = [
        (file, label) for label, name in enumerate(names) for file in _images(root, chosen, name)
    ]
    if not found:
        raise DataError(
            f"{folder}/{chosen} holds no images",
            f"put files {', '.join(sorted(SUFFIXES))} into one folder for each class",
        )
    files, labels = zip(*found, strict=True)
    return FolderExamples(folder, files, labels, names)


def _split(root: Path, split: str) -> str | None:
    name = next((name for name in SPLITS[split] if (root / name).is_dir()), None)
    if name:
        _check_inside(root / name, root)
    return name


def _classes(root: Path, split: str) -> tuple[str, ...]:
    return tuple(sorted(each.name for each in _entries(root, split) if each.is_dir()))


def _check_classes(split: str, present: tuple[str, ...], known: tuple[str, ...]) -> None:
    if strange := sorted({*present} - {*known}):
        raise DataError(
            f"{split}/ has the class {strange[0]}, which train/ has not",
            "name the folders of a class alike in both splits",
        )


def _images(root: Path, split: str, name: str) -> list[str]:
    """List the images of a class, which only the training split must have."""
    place = f"{split}/{name}"
    if not (root / place).is_dir():
        return []
    return sorted(f"{place}/{each.name}" for each in _entries(root, place) if _is_image(each))


def _is_image(entry: os.DirEntry[str]) -> bool:
    return Path(entry.name).suffix.lower() in SUFFIXES and entry.is_file()


def _entries(root: Path, place: str) -> list[os.DirEntry[str]]:
    """List the visible entries of a folder; raise ``DataError`` if a link leads out of ``root``."""
    try:
        entries = [each for each in os.scandir(root / place) if not each.name.startswith(".")]
    except OSError as error:
        raise DataError(f"{root / place} cannot be read: {error.strerror}", "allow it") from error
    for each in entries:
        if each.is_symlink():
            _check_inside(Path(each), root)
    return entries


def _check_inside(path: Path, root: Path) -> None:
    if not path.resolve().is_relative_to(root):
        raise DataError(
            f"{path} is a link that leads out of the folder", "put what it leads to in its place"
        )
