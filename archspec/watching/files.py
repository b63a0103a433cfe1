"""Which files a check has read, and whether one of them has changed since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from time import time_ns
from typing import NamedTuple

from archspec.source import Folder, Source, Unreadable

_YOUNG = 100_000_000
"""Nanoseconds in which a file may be written twice without another time of change."""


class Stamp(NamedTuple):
    """What tells one writing of a file from the next, also if another is put in its place.

    ``is_young`` says that it was taken just after the writing. It differs from the one that is
    taken later, so that the file is read once more: the clock may not have told a second writing.
    """

    device: int
    inode: int
    size: int
    changed: int
    is_young: bool


class Reading(NamedTuple):
    """How a file was when it was read; None for what was not there, or could not be read."""

    stamp: Stamp | None
    text: str | None = None


@dataclass(frozen=True)
class Observed:
    """A folder of files which remembers those that were read, and how they were."""

    folder: Folder
    readings: dict[PurePosixPath, Reading] = field(default_factory=dict, compare=False)

    def shown(self, path: PurePosixPath) -> str:
        """Name a file as the folder does."""
        return self.folder.shown(path)

    def specs(self, path: PurePosixPath) -> Iterator[PurePosixPath] | None:
        """List the specs directly in a folder."""
        return self.folder.specs(path)

    def read(self, path: PurePosixPath) -> Source:
        """Read a file; remember also one that cannot be read."""
        stamp = stamp_of(self.folder.root / path)  # before it is read, so that no change is missed
        self.readings[path] = Reading(stamp)
        source = self.folder.read(path)
        self.readings[path] = Reading(stamp, source.text)
        return source

    def forget(self) -> None:
        """Forget the files that were read."""
        self.readings.clear()

    def has_changed(self) -> bool:
        """Whether a file that was read has another text now, which is then remembered."""
        return any(self._has_changed(*each) for each in tuple(self.readings.items()))

    def _has_changed(self, path: PurePosixPath, before: Reading) -> bool:
        if stamp_of(self.folder.root / path) == before.stamp:
            return False
        try:
            return self.read(path).text != before.text
        except Unreadable:
            return before.text is not None


def stamp_of(file: Path) -> Stamp | None:
    """Return the stamp of a file; None if there is none."""
    try:
        found = file.stat()
    except (OSError, ValueError):
        return None
    is_young = 0 <= time_ns() - found.st_mtime_ns < _YOUNG
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, is_young)
