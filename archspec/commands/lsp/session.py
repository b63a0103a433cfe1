"""The state of one session with an editor: its documents, and what it was told of them."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from archspec.commands.lsp.protocol import Translation
from archspec.diagnostic import Diagnostic
from archspec.editor.reading import Reading
from archspec.editor.workspace import Workspace
from archspec.source import Span

_QUIET, _LONGEST_QUIET = 0.005, 1.0
"""The least and the greatest time in seconds from an edit to a check, in which edits gather."""
_PAUSE = 0.02
"""The time in seconds between two specs that are read ahead, in which questions are answered."""
_REST, _MOST_NEW = 0.3, 50_000
"""The time in seconds without an edit until specs are read ahead and garbage is collected, and how
many new objects are collected before that, which takes 15 ms.
"""


@dataclass
class Session:
    """Documents by path, and the diagnostics that were published because of each."""

    server: LanguageServer
    workspace: Workspace = field(default_factory=Workspace)
    uris: dict[Path, str] = field(default_factory=dict)
    published: dict[Path, dict[Path, list[types.Diagnostic]]] = field(default_factory=dict)
    waiting: dict[Path, asyncio.TimerHandle] = field(default_factory=dict)
    collecting: asyncio.TimerHandle | None = None
    edited: float = 0.0
    took: float = 0.0
    is_warm: bool = False

    @property
    def translation(self) -> Translation:
        """The translation to what the client counts and calls files."""
        encoding = self.server.workspace.position_encoding or types.PositionEncodingKind.Utf16
        return Translation(str(getattr(encoding, "value", encoding)), self.uri)

    def uri(self, path: Path) -> str:
        """Name a file as the client does where it has opened it."""
        return self.uris.get(path) or from_fs_path(str(path)) or ""

    def path(self, uri: str) -> Path | None:
        """Return the file of a document; None for one that is no file."""
        name = to_fs_path(uri) if urlsplit(uri).scheme == "file" else None
        return Path(name).resolve() if name else None

    def open_folders(self) -> None:
        """Take over the folders that the client has open."""
        folders = [self.path(each) for each in self.server.workspace.folders]
        root = self.server.workspace.root_path
        found = [each for each in folders if each] or ([Path(root).resolve()] if root else [])
        self.workspace.folders = tuple(found)

    def put(self, uri: str, text: str) -> None:
        """Take over the text of a document, and check it when no more edits are waiting."""
        path = self.path(uri)
        if path is None:
            return
        self.uris[path], self.edited = uri, perf_counter()
        self.workspace.put(path, text)
        self.schedule(path)

    def schedule(self, path: Path) -> None:
        """Check a document after a moment; edits that come in the meantime begin it anew."""
        waiting = self.waiting.pop(path, None)
        if waiting is not None:
            waiting.cancel()
        quiet = (
            _QUIET if self.took < 0.1 else min(self.took, _LONGEST_QUIET)
        )  # slow ones wait longer
        loop = asyncio.get_running_loop()
        self.waiting[path] = loop.call_later(quiet, self.check, path)

    def schedule_all(self) -> None:
        """Check all documents: files that they depend on may have changed."""
        for path in tuple(self.workspace.texts):
            self.schedule(path)

    def check(self, path: Path) -> None:
        """Publish the diagnostics of a document, and check those that import it."""
        self.waiting.pop(path, None)
        if path not in self.workspace.texts:
            return
        began = perf_counter()
        importers = self.workspace.importers(path)
        for each in importers:  # what they said of the text before is outdated
            self.published.get(each, {}).pop(path, None)
        found = self.workspace.reading(path)
        self.took = perf_counter() - began
        if found.document is not None and not self.is_warm:
            self._prepare()
        self.publish(
            path, {file: list(self._told(found, each)) for file, each in found.by_file().items()}
        )
        for each in importers:
            self.schedule(each)
        self._collect_later()

    def _prepare(self) -> None:
        """Load what only mistakes need, before anything is told: authors edit when it is."""
        self.is_warm = True
        self.workspace.rehearse()
        _keep_all()
        self._warm(self.workspace.warm())

    def _warm(self, rest: Iterator[Path]) -> None:
        """Read one spec of the folders, and the others when nothing else has to be done."""
        if perf_counter() - self.edited < _REST:
            asyncio.get_running_loop().call_later(_REST, self._warm, rest)
        elif next(rest, None) is not None:
            asyncio.get_running_loop().call_later(_PAUSE, self._warm, rest)
        else:
            _keep_all()

    def _collect_later(self) -> None:
        """Collect garbage once the author rests; the interpreter would while they wait."""
        if self.collecting is not None:
            self.collecting.cancel()
        delay = _REST if gc.get_count()[0] < _MOST_NEW else 0.0
        self.collecting = asyncio.get_running_loop().call_later(delay, self._collect)

    def _collect(self) -> None:
        self.collecting = None
        gc.collect()

    def _told(self, reading: Reading, found: list[Diagnostic]) -> Iterator[types.Diagnostic]:
        names, translation = reading.overlay.names, self.translation

        def path_of(span: Span) -> Path:
            return names.get(span.source.name, reading.path)

        return (translation.diagnostic(each, path_of) for each in found)

    def publish(self, path: Path, found: dict[Path, list[types.Diagnostic]]) -> None:
        """Tell the client what is wrong in each file that a document is about, or was."""
        before = self.published.pop(path, {})
        if found:
            self.published[path] = found
        for file in {**before, **found}:
            everything = (each.get(file, []) for each in self.published.values())
            told: list[types.Diagnostic] = []
            for each in everything:
                told += [one for one in each if one not in told]
            version = self._version(file)
            uri = self.uri(file)
            self.server.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(uri, told, version)
            )

    def _version(self, path: Path) -> int | None:
        if path not in self.workspace.texts:
            return None
        return self.server.workspace.get_text_document(self.uri(path)).version

    def close(self, uri: str) -> None:
        """Forget a document, and what was said because of it."""
        path = self.path(uri)
        if path is not None:
            self.publish(path, {})
            self.workspace.close(path)
            self.uris.pop(path, None)
            self.schedule_all()

    def reading(self, uri: str) -> Reading | None:
        """Read a document as it is now; None for one that is not open."""
        path = self.path(uri)
        is_open = path is not None and path in self.workspace.texts
        return self.workspace.reading(path) if path is not None and is_open else None


def _keep_all() -> None:
    """Exempt all that is alive from collection: modules, and what was read ahead."""
    gc.collect()
    gc.freeze()
