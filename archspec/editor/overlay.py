"""Files as an editor shows them: texts that are not saved yet stand before those on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from archspec.source import MAXIMUM_BYTES, Folder, Source, Unreadable

Stamp = str | tuple[int, int] | None
"""What a file was when it was read: the text of a buffer, or its time and size on the disk."""


@dataclass(frozen=True, eq=False)
class Overlay:
    """A folder with unsaved texts by path; ``seen`` records what was read, and ``names`` as what.

    Paths are without links; nothing outside of the folder is read.
    """

    folder: Folder
    texts: Mapping[Path, str]
    seen: dict[Path, Stamp] = field(default_factory=dict)
    names: dict[str, Path] = field(default_factory=dict)

    def shown(self, path: PurePosixPath) -> str:
        """Name a file as the folder does."""
        return self.folder.shown(path)

    def read(self, path: PurePosixPath) -> Source:
        """Read a buffer, or the file; raise ``Unreadable``."""
        place = self.folder.root / path
        self.names[self.shown(path)] = place
        text = self.texts.get(place)
        self.seen[place] = text if text is not None else stamp(place)
        if text is None:
            return self.folder.read(path)
        if len(text) > MAXIMUM_BYTES:
            raise Unreadable("too-large", f"{self.shown(path)} is larger than a spec may be")
        return Source(self.shown(path), text)

    def specs(self, path: PurePosixPath) -> Iterator[PurePosixPath] | None:
        """List the specs on the disk."""
        return self.folder.specs(path)

    def is_current(self) -> bool:
        """Whether all that was read would be read alike now."""
        return all(_same(seen, self.texts.get(place), place) for place, seen in self.seen.items())


def _same(seen: Stamp, text: str | None, place: Path) -> bool:
    return seen is text if text is not None else seen == stamp(place)


def stamp(place: Path) -> Stamp:
    """Return the time and the size of a file; None where there is none."""
    try:
        found = place.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size
