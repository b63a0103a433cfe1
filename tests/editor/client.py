"""An editor's side of the protocol: a server in a process of its own, and what it answers."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tests.commands.running import PROGRAM

T = TypeVar("T")
PATIENCE = 120
"""The seconds after which an answer is not coming, on the busiest machine."""


class Client:
    """A client that waits for what it asks; ``told`` are the diagnostics of each document."""

    def __init__(self, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.lsp = LanguageClient("tests", "1")
        self.told: dict[str, types.PublishDiagnosticsParams] = {}
        self.news = asyncio.Event()
        self.versions: dict[str, int] = {}

        def hear(params: types.PublishDiagnosticsParams) -> None:
            self.told[params.uri] = params
            self.news.set()

        self.lsp.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(hear)
        self.wait(self._start(folder))

    async def _start(self, folder: Path) -> None:
        await self.lsp.start_io(sys.executable, "-c", PROGRAM, "lsp")
        answer = await self.lsp.initialize_async(
            types.InitializeParams(types.ClientCapabilities(), root_uri=folder.as_uri())
        )
        self.capabilities = answer.capabilities
        self.lsp.initialized(types.InitializedParams())

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run until something is answered."""
        return self.loop.run_until_complete(asyncio.wait_for(coroutine, PATIENCE))

    def open(self, path: Path, text: str) -> list[types.Diagnostic]:
        """Open a document and return its diagnostics."""
        uri = path.as_uri()
        self.versions[uri] = 1
        item = types.TextDocumentItem(uri, "yaml", 1, text)
        self.lsp.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return self.diagnostics(path)

    def change(self, path: Path, text: str) -> list[types.Diagnostic]:
        """Replace a text and return the diagnostics of the new one."""
        self.type(path, text)
        return self.diagnostics(path)

    def type(self, path: Path, text: str) -> None:
        """Replace a text and wait for nothing."""
        uri = path.as_uri()
        self.versions[uri] += 1
        self.lsp.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.versions[uri], uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def diagnostics(self, path: Path) -> list[types.Diagnostic]:
        """Wait for the diagnostics of the last version of a document."""
        return self.wait(self._diagnostics(path.as_uri()))

    def comes_to(self, path: Path, codes: list[str]) -> bool:
        """Wait until a file has diagnostics of these codes."""
        self.wait(self._come_to(path.as_uri(), codes))
        return True

    async def _come_to(self, uri: str, codes: list[str]) -> None:
        while (told := self.told.get(uri)) is None or codes != [
            each.code for each in told.diagnostics
        ]:
            self.news.clear()
            await self.news.wait()

    async def _diagnostics(self, uri: str) -> list[types.Diagnostic]:
        while (told := self.told.get(uri)) is None or told.version != self.versions[uri]:
            self.news.clear()
            await self.news.wait()
        return list(told.diagnostics)

    def at(self, path: Path, line: int, character: int) -> dict[str, Any]:
        """Return a place as parameters have it; lines count from 0 here."""
        document = types.TextDocumentIdentifier(path.as_uri())
        return {"text_document": document, "position": types.Position(line, character)}

    def close(self) -> None:
        """Leave as an editor does."""
        self.wait(self.lsp.shutdown_async(None))
        self.lsp.exit(None)
        self.wait(self.lsp.stop())  # type: ignore[no-untyped-call]
        self.loop.close()


@contextmanager
def client(folder: Path) -> Iterator[Client]:
    """Start a server for a folder, and end it."""
    started = Client(folder)
    try:
        yield started
    finally:
        started.close()
