"""Examples from a folder of images by class: ``train/<class>/<image>``, ``test/`` or ``val/``."""

from __future__ import annotations

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
    """List the images of a split; the classes are those of ``train/`` where there is one."""
    chosen = _split(folder, split)
    known = _split(folder, "train") or chosen
    if not chosen or not known:
        raise DataError(
            f"{folder} has no folder {' or '.join(f'{name}/' for name in SPLITS[split])}",
            "sort images by class into train/<class>/ and test/<class>/, "
            "or name a folder of IDX files",
        )
    names = _classes(known)
    _check_classes(chosen, names)
    found = [(file, label) for label, name in enumerate(names) for file in _images(chosen, name)]
    if not found:
        raise DataError(
            f"{chosen} holds no images",
            f"put files {', '.join(sorted(SUFFIXES))} into one folder for each class",
        )
    files, labels = zip(*found, strict=True)
    return FolderExamples(folder, tuple(f"{chosen.name}/{file}" for file in files), labels, names)


def _split(folder: Path, split: str) -> Path | None:
    return next((folder / name for name in SPLITS[split] if (folder / name).is_dir()), None)


def _classes(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(each.name for each in _entries(folder) if each.is_dir()))


def _check_classes(chosen: Path, names: tuple[str, ...]) -> None:
    if strange := sorted({*_classes(chosen)} - {*names}):
        raise DataError(
            f"{chosen} has the class {strange[0]}, which train/ has not",
            "name the folders of a class alike in both splits",
        )


def _images(split: Path, name: str) -> list[str]:
    """List the images of a class; a class may be missing from a split that is not trained on."""
    if not (split / name).is_dir():
        return []
    files = sorted(each.name for each in _entries(split / name) if _is_image(each))
    return [f"{name}/{file}" for file in files]


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and path.is_file()


def _entries(folder: Path) -> list[Path]:
    """List what is in a folder and not hidden; raise DataError where a link leads out."""
    root = folder.resolve()
    entries = [each for each in folder.iterdir() if not each.name.startswith(".")]
    for each in entries:
        if each.is_symlink() and not each.resolve().is_relative_to(root):
            raise DataError(
                f"{each} is a link that leads out of the folder",
                "put what it leads to in its place",
            )
    return entries
