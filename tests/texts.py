"""Files that tests keep in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from archspec.source import Source, Unreadable


@dataclass(frozen=True, eq=False)
class Texts:
    """Texts by path, and beside them the files of a folder, if one is given."""

    files: Mapping[str, str]
    folder: Path | None = None

    def shown(self, path: PurePosixPath) -> str:
        """Name a file as messages show it."""
        return str(path)

    def read(self, path: PurePosixPath) -> Source:
        """Return a file's text."""
        if str(path) in self.files:
            return Source(str(path), self.files[str(path)])
        if self.folder is not None and (self.folder / path).is_file():
            return Source(str(path), (self.folder / path).read_text("utf-8"))
        raise Unreadable("not-found", f"{path} does not exist")

    def specs(self, path: PurePosixPath) -> Iterator[PurePosixPath] | None:
        """Return None: nothing here is a folder."""
        return None
