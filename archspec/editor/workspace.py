"""The documents that an editor has open, and the folders around them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from archspec.checked import check
from archspec.diagnostic import Diagnostic
from archspec.editor.overlay import Overlay, Stamp, stamp
from archspec.editor.reading import Reading, read, read_names
from archspec.language.document.declaration import is_spec
from archspec.location import locate_path, of_text
from archspec.source import File, Folder, Unreadable, content_of

MOST_FILES = 500
"""The most files of a folder that are searched for a name."""
MOST_PLACES = 20_000
"""The most files and folders that are looked at to find these."""
LARGEST = 2**20
"""The size in bytes beyond which a file is not searched."""

_MISTAKEN = b"archspec: 1\nname: mistaken\ninput: 1\nnetwork: [convolution 1]\n"
_UNSEARCHED = ("node_modules", "build", "dist", "venv", "__pycache__")


@dataclass
class Workspace:
    """Open documents by path, without links, and what is understood of them.

    ``folders`` are what the editor has open; only files in them are searched for names. ``good``
    are the last readings with a document, for answers while a line is half written.
    """

    folders: tuple[Path, ...] = ()
    texts: dict[Path, str] = field(default_factory=dict)
    good: dict[Path, Reading] = field(default_factory=dict)
    _readings: dict[Path, Reading] = field(default_factory=dict)
    _names: dict[Path, Reading] = field(default_factory=dict)
    _files: dict[Path, File] = field(default_factory=dict)
    _searches: dict[Path, tuple[Stamp, str]] = field(default_factory=dict)

    def put(self, path: Path, text: str) -> None:
        """Set the text of an open document."""
        self.texts[path] = text

    def close(self, path: Path) -> None:
        """Forget an open document; from now on it is what the disk has."""
        for known in (self.texts, self.good, self._readings, self._names, self._files):
            known.pop(path, None)

    def reading(self, path: Path) -> Reading:
        """Read a file, open or not, unless nothing that it depends on has changed."""
        known = self._readings.get(path)
        if known is not None and known.overlay.is_current():
            return known
        found = self._readings[path] = self._read(path, read)
        if path in self.texts and found.document is not None:
            self.good[path] = found
        return found

    def names(self, path: Path) -> Reading:
        """Read a spec for the names in it alone, in a third of the time."""
        known = self._names.get(path)
        if known is None or not known.overlay.is_current():
            known = self._names[path] = self._read(path, read_names)
        return known

    def _read(self, path: Path, by: Callable[[File, Path, Overlay], Reading]) -> Reading:
        file = self._files.get(path)
        if file is None:
            file = self._files[path] = locate_path(path)
        assert isinstance(file.tree, Folder)
        overlay = Overlay(file.tree, self.texts)
        return by(replace(file, tree=overlay), path, overlay)

    def importers(self, path: Path) -> list[Path]:
        """List the open documents whose last reading depends on a file."""
        return [
            each
            for each, reading in self._readings.items()
            if each != path and each in self.texts and path in reading.overlay.seen
        ]

    def diagnostics(self, path: Path) -> dict[Path, list[Diagnostic]]:
        """Return the diagnostics of an open document by the files that they are in."""
        return self.reading(path).by_file()

    def naming(self, *texts: str) -> Iterator[Reading]:
        """Read the specs that contain some texts: open ones, and those in the folders."""
        for path in dict.fromkeys((*self.texts, *self._searched())):
            written = self._written(path)
            if all(each in written for each in texts) and is_spec(written):
                yield self.names(path)

    def _written(self, path: Path) -> str:
        """Return the text of a file, open or not; one on the disk is read once."""
        if path in self.texts:
            return self.texts[path]
        now = stamp(path)
        seen, text = self._searches.get(path, (None, ""))
        if now is None or seen != now:
            text = _text(path)
            self._searches[path] = (now, text)
        return text

    def warm(self) -> Iterator[Path]:
        """Read the specs of the folders one by one, so that a first search finds them read."""
        for path in self._searched():
            if is_spec(self._written(path)):
                self.names(path)
                yield path

    def rehearse(self) -> None:
        """Read a spec with a mistake, which loads what is needed to tell of one."""
        check(of_text(_MISTAKEN))

    def contains(self, path: Path) -> bool:
        """Whether a file is open, or lies in one of the folders."""
        inside = any(path.is_relative_to(folder) for folder in self.folders)
        return path in self.texts or inside

    def _searched(self) -> Iterator[Path]:
        return islice(_yaml_files(self.folders), MOST_FILES)


def _yaml_files(folders: tuple[Path, ...]) -> Iterator[Path]:
    """List ``*.yaml`` in folders, sorted, without following links."""
    seen = 0
    for top in folders:
        for folder, inner, files in os.walk(top):
            inner[:] = sorted(each for each in inner if _is_searched(each))
            seen += len(inner) + len(files)
            if seen > MOST_PLACES:
                return
            paths = (Path(folder, each) for each in sorted(files) if each.endswith(".yaml"))
            yield from (path for path in paths if not path.is_symlink())


def _is_searched(folder: str) -> bool:
    return not folder.startswith(".") and folder not in _UNSEARCHED


def _text(path: Path) -> str:
    """Read a file to search it; empty if it is large, special or no text."""
    try:
        return content_of(path, LARGEST).decode(errors="replace")
    except Unreadable:
        return ""
