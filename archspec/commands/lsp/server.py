"""The language server: each question of the protocol, answered by a function of ``editor``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from archspec.commands.lsp.protocol import TOKENS
from archspec.commands.lsp.session import Session
from archspec.diagnostic import Diagnostic, Replacement, SpecError
from archspec.editor import renaming
from archspec.editor.completion import complete
from archspec.editor.hints import hints
from archspec.editor.hover import hover
from archspec.editor.lasting import lasting
from archspec.editor.occurrences import Occurrence, Sort
from archspec.editor.outline import outline
from archspec.editor.reading import Reading
from archspec.language.formatting.format import format_text
from archspec.version import __version__

REQUEST_FAILED = -32803


class _Positioned(Protocol):
    """The parameters of a question about a place."""

    @property
    def text_document(self) -> types.TextDocumentIdentifier: ...

    @property
    def position(self) -> types.Position: ...


_LEGEND = types.SemanticTokensLegend(list(dict.fromkeys(TOKENS.values())), ["declaration"])
_TRIGGERS = [" ", "=", "-", "[", ",", ":", "/", ">", "#"]


def server() -> LanguageServer:
    """Make a server with all of its features."""
    made = LanguageServer(
        "archspec", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full
    )
    session = Session(made)
    for name, answer in {**_NOTICES, **_ANSWERS}.items():
        made.feature(name, _OPTIONS.get(name))(_bound(answer, session))
    return made


def _bound(answer: Callable[[Session, Any], Any], session: Session) -> Callable[[Any], Any]:
    """Make a handler of what answers a question within a session."""

    def handler(params: Any) -> Any:
        return answer(session, params)

    return handler


def _opened(session: Session, params: types.DidOpenTextDocumentParams) -> None:
    session.put(params.text_document.uri, params.text_document.text)


def _changed(session: Session, params: types.DidChangeTextDocumentParams) -> None:
    uri = params.text_document.uri
    session.put(uri, session.server.workspace.get_text_document(uri).source)


_NOTICES: Mapping[str, Callable[[Session, Any], None]] = {
    types.INITIALIZED: lambda session, _: session.open_folders(),
    types.TEXT_DOCUMENT_DID_OPEN: _opened,
    types.TEXT_DOCUMENT_DID_CHANGE: _changed,
    types.TEXT_DOCUMENT_DID_SAVE: lambda session, _: session.schedule_all(),
    types.TEXT_DOCUMENT_DID_CLOSE: lambda session, params: session.close(params.text_document.uri),
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: lambda session, _: session.schedule_all(),
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: lambda session, _: session.open_folders(),
}
"""What an editor tells."""


def _hovered(session: Session, params: types.HoverParams) -> types.Hover | None:
    reading = session.reading(params.text_document.uri)
    if reading is None:
        return None
    line, column = _place(session, reading, params.position)
    before = lasting(reading, session.workspace.good.get(reading.path))
    then = before.then(line) if before else None
    found = hover(reading, line, column)
    if before is not None and then is not None:
        past = hover(before.reading, then, column)
        found = before.hover(past) if past else None
    return session.translation.hover(found) if found else None


def _hinted(session: Session, params: types.InlayHintParams) -> list[types.InlayHint]:
    reading = session.reading(params.text_document.uri)
    if reading is None:
        return []
    first, last = params.range.start.line + 1, params.range.end.line + 1
    before = lasting(reading, session.workspace.good.get(reading.path))
    found = list(hints(before.reading if before else reading, first, last))
    if before is not None:
        found = before.hints(found)
    return [session.translation.hint(reading.source, each) for each in found]


def _defined(session: Session, params: types.DefinitionParams) -> types.Location | None:
    named = _named(session, params)
    return _definition(session, *named) if named else None


def _referred(session: Session, params: types.ReferenceParams) -> list[types.Location]:
    named = _named(session, params)
    if named is None:
        return []
    reading, occurrence = named
    found = renaming.mentions(session.workspace, reading, occurrence.symbol)
    return [
        session.translation.location(path, each)
        for path, mentions in found.items()
        for each in mentions
        if params.context.include_declaration or not each.declares
    ]


def _highlighted(
    session: Session, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight]:
    named = _named(session, params)
    if named is None:
        return []
    alike = (each for each in named[0].occurrences if each.symbol == named[1].symbol)
    return [types.DocumentHighlight(session.translation.range(each.span)) for each in alike]


def _outlined(session: Session, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    reading = session.reading(params.text_document.uri)
    if reading is None:
        return []
    return [session.translation.symbol(reading.source, each) for each in outline(reading)]


def _coloured(session: Session, params: types.SemanticTokensParams) -> types.SemanticTokens:
    reading = session.reading(params.text_document.uri)
    if reading is None:
        return session.translation.tokens(())
    before = lasting(reading, session.workspace.good.get(reading.path))
    return session.translation.tokens(before.occurrences() if before else reading.occurrences)


def _completed(session: Session, params: types.CompletionParams) -> list[types.CompletionItem]:
    reading = session.reading(params.text_document.uri)
    if reading is None:
        return []
    line, column = _place(session, reading, params.position)
    found = complete(reading, session.workspace.good.get(reading.path), line, column)
    return [session.translation.item(reading.source, line, column, each) for each in found]


def _mended(session: Session, params: types.CodeActionParams) -> list[types.CodeAction]:
    reading = session.reading(params.text_document.uri)
    return list(_actions(session, reading, params)) if reading else []


def _asked(session: Session, params: types.PrepareRenameParams) -> types.Range | None:
    reading = session.reading(params.text_document.uri)
    if reading is None:
        return None
    return session.translation.range(_renameable(session, reading, params).span)


def _renamed(session: Session, params: types.RenameParams) -> types.WorkspaceEdit | None:
    reading = session.reading(params.text_document.uri)
    if reading is None:
        return None
    symbol = _renameable(session, reading, params).symbol
    try:
        edits = renaming.rename(session.workspace, reading, symbol, params.new_name)
    except renaming.Refused as error:
        raise JsonRpcException(str(error), REQUEST_FAILED) from None
    return session.translation.edits(edits)


def _formatted(session: Session, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    reading = session.reading(params.text_document.uri)
    if reading is None:
        return []
    try:
        text = format_text(reading.source)
    except SpecError:
        return []
    end = types.Position(len(reading.source.lines), 0)
    whole = types.Range(types.Position(0, 0), end)
    return [] if text == reading.source.text else [types.TextEdit(whole, text)]


_ANSWERS: Mapping[str, Callable[[Session, Any], Any]] = {
    types.TEXT_DOCUMENT_CODE_ACTION: _mended,
    types.TEXT_DOCUMENT_COMPLETION: _completed,
    types.TEXT_DOCUMENT_DEFINITION: _defined,
    types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: _highlighted,
    types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: _outlined,
    types.TEXT_DOCUMENT_FORMATTING: _formatted,
    types.TEXT_DOCUMENT_HOVER: _hovered,
    types.TEXT_DOCUMENT_INLAY_HINT: _hinted,
    types.TEXT_DOCUMENT_PREPARE_RENAME: _asked,
    types.TEXT_DOCUMENT_REFERENCES: _referred,
    types.TEXT_DOCUMENT_RENAME: _renamed,
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL: _coloured,
}
"""What an editor asks."""

_OPTIONS: Mapping[str, Any] = {
    types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions([types.CodeActionKind.QuickFix]),
    types.TEXT_DOCUMENT_COMPLETION: types.CompletionOptions(trigger_characters=_TRIGGERS),
    types.TEXT_DOCUMENT_RENAME: types.RenameOptions(prepare_provider=True),
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL: _LEGEND,
}


def _place(session: Session, reading: Reading, position: types.Position) -> tuple[int, int]:
    line = position.line + 1
    text = reading.source.line(line)
    return line, session.translation.own_column(text, position.character)


def _named(session: Session, params: _Positioned) -> tuple[Reading, Occurrence] | None:
    reading = session.reading(params.text_document.uri)
    found = reading.at(*_place(session, reading, params.position)) if reading else None
    return (reading, found) if reading and found else None


def _definition(session: Session, reading: Reading, found: Occurrence) -> types.Location | None:
    if found.symbol.sort is Sort.FILE:
        start = types.Position(0, 0)
        path = (reading.path.parent / found.symbol.name).resolve()
        is_read = path in reading.overlay.seen
        return types.Location(session.uri(path), types.Range(start, start)) if is_read else None
    where = renaming.declaration(session.workspace, reading, found.symbol)
    return session.translation.location(*where) if where else None


def _renameable(session: Session, reading: Reading, params: _Positioned) -> Occurrence:
    try:
        return renaming.renameable(reading, *_place(session, reading, params.position))
    except renaming.Refused as error:
        raise JsonRpcException(str(error), REQUEST_FAILED) from None


def _actions(
    session: Session, reading: Reading, params: types.CodeActionParams
) -> Iterator[types.CodeAction]:
    """Offer the fixes of the diagnostics that a selection touches."""
    first, last = params.range.start.line + 1, params.range.end.line + 1
    for diagnostic in reading.by_file()[reading.path]:
        lines = [label.span.line for label in diagnostic.labels]
        if any(first <= line <= last for line in lines):
            for fix in _near(diagnostic, first, last):
                yield _action(session, reading, diagnostic, fix)


def _near(diagnostic: Diagnostic, first: int, last: int) -> tuple[Replacement, ...]:
    """Return the fixes of a diagnostic at some lines, or all of them where none is there."""
    near = tuple(each for each in diagnostic.fixes if first <= each.span.line <= last)
    return near or diagnostic.fixes


def _action(
    session: Session, reading: Reading, diagnostic: Diagnostic, fix: Replacement
) -> types.CodeAction:
    path = reading.overlay.names.get(fix.span.source.name, reading.path)
    return types.CodeAction(
        title=f"Write `{fix.text}` in place of `{fix.span.text}`",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[session.translation.diagnostic(diagnostic, lambda _: reading.path)],
        edit=session.translation.edits({path: [fix]}),
        is_preferred=len(diagnostic.fixes) == 1,
    )
