"""What the editor's questions answer, in the terms of the Language Server Protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types

from archspec.diagnostic import Diagnostic, Label, Replacement, Severity
from archspec.editor.hints import Hint
from archspec.editor.hover import Hover
from archspec.editor.occurrences import Occurrence, Sort
from archspec.editor.outline import Entry
from archspec.editor.step_completion import Candidate
from archspec.source import Source, Span

SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}
_KINDS = {
    "attribute": types.CompletionItemKind.Property,
    "clause": types.CompletionItemKind.Keyword,
    "key": types.CompletionItemKind.Keyword,
    "option": types.CompletionItemKind.Variable,
    "param": types.CompletionItemKind.Constant,
    "shape": types.CompletionItemKind.Value,
    "step": types.CompletionItemKind.Reference,
    "template": types.CompletionItemKind.Class,
    "variant": types.CompletionItemKind.EnumMember,
    "value": types.CompletionItemKind.EnumMember,
    "word": types.CompletionItemKind.Function,
}
_SYMBOLS = {
    "section": types.SymbolKind.Namespace,
    "params": types.SymbolKind.Constant,
    "step": types.SymbolKind.Object,
}
TOKENS: Mapping[Sort, str] = {
    Sort.TEMPLATE: "class",
    Sort.OPTION: "parameter",
    Sort.PARAM: "variable",
    Sort.STEP: "label",
    Sort.INPUT: "label",
    Sort.VARIANT: "enumMember",
    Sort.WORD: "function",
    Sort.ATTRIBUTE: "property",
}
"""The types of highlights; what is not told by a name alone is left to the editor's YAML."""

_UNITS: Mapping[str, Callable[[str], int]] = {
    "utf-8": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "utf-16": lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
    "utf-32": len,
}
"""How many units a text has in the encodings in which editors count columns."""


@dataclass(frozen=True)
class Translation:
    """Translates to the client's columns and URIs; ``uri`` names a file as the client does."""

    encoding: str
    uri: Callable[[Path], str]

    def column(self, line: str, column: int) -> int:
        """Count the client's units up to a column."""
        return column if line.isascii() else _UNITS[self.encoding](line[:column])

    def own_column(self, line: str, units: int) -> int:
        """Find the column that the client's count of units stands for."""
        if line.isascii():
            return min(units, len(line))
        size, counted = _UNITS[self.encoding], 0
        for column, character in enumerate(line):
            if counted >= units:
                return column
            counted += size(character)
        return len(line)

    def position(self, source: Source, line: int, column: int) -> types.Position:
        """Translate a place."""
        return types.Position(line - 1, self.column(source.line(line), column))

    def range(self, span: Span) -> types.Range:
        """Translate a span."""
        start = self.position(span.source, span.line, span.start)
        return types.Range(start, self.position(span.source, span.line, span.end))

    def diagnostic(self, found: Diagnostic, path_of: Callable[[Span], Path]) -> types.Diagnostic:
        """Translate a diagnostic: other places become related ones, notes and help its text."""
        zero = types.Range(types.Position(0, 0), types.Position(0, 0))
        help = [f"help: {found.help}"] if found.help else []
        first = [each.text for each in found.labels[:1] if each.text]
        return types.Diagnostic(
            range=self.range(found.span) if found.span else zero,
            message="\n".join([found.message, *first, *found.notes, *help]),
            severity=SEVERITIES[found.severity],
            code=found.code,
            source="archspec",
            related_information=[self._related(each, path_of) for each in found.labels[1:]],
        )

    def _related(
        self, label: Label, path_of: Callable[[Span], Path]
    ) -> types.DiagnosticRelatedInformation:
        place = types.Location(self.uri(path_of(label.span)), self.range(label.span))
        return types.DiagnosticRelatedInformation(place, label.text)

    def edit(self, change: Replacement) -> types.TextEdit:
        """Translate a change of a text."""
        return types.TextEdit(self.range(change.span), change.text)

    def edits(self, changes: Mapping[Path, Iterable[Replacement]]) -> types.WorkspaceEdit:
        """Translate changes of several files."""
        found = {self.uri(path): list(map(self.edit, each)) for path, each in changes.items()}
        return types.WorkspaceEdit(changes=found)

    def location(self, path: Path, found: Occurrence) -> types.Location:
        """Translate a mention of a name."""
        return types.Location(self.uri(path), self.range(found.span))

    def hover(self, found: Hover) -> types.Hover:
        """Translate what is known of a name."""
        content = types.MarkupContent(types.MarkupKind.Markdown, found.text)
        return types.Hover(content, self.range(found.span))

    def hint(self, source: Source, found: Hint) -> types.InlayHint:
        """Translate a remark behind a step."""
        place = self.position(source, found.line, found.column)
        return types.InlayHint(place, found.text, padding_left=True)

    def item(
        self, source: Source, line: int, column: int, found: Candidate
    ) -> types.CompletionItem:
        """Translate what may stand at a place."""
        start = self.position(source, line, found.start)
        where = types.Range(start, self.position(source, line, column))
        return types.CompletionItem(
            label=found.text,
            kind=_KINDS[found.sort],
            detail=found.detail or None,
            text_edit=types.TextEdit(where, found.written or found.text),
            filter_text=found.text,
        )

    def symbol(self, source: Source, found: Entry) -> types.DocumentSymbol:
        """Translate an entry of an outline."""
        own = self.range(found.span)
        end = self.position(source, found.last, len(source.line(found.last)))
        return types.DocumentSymbol(
            name=found.name or "?",
            detail=found.detail,
            kind=_SYMBOLS.get(found.sort, types.SymbolKind.Class),
            range=types.Range(
                own.start, max(own.end, end, key=lambda each: (each.line, each.character))
            ),
            selection_range=own,
            children=[self.symbol(source, each) for each in found.inside],
        )

    def tokens(self, found: Iterable[Occurrence]) -> types.SemanticTokens:
        """Encode highlights as the protocol does: five numbers each, relative to the one before."""
        kinds = list(dict.fromkeys(TOKENS.values()))
        data: list[int] = []
        line, start = 0, 0
        for each in _highlighted(found):
            where = self.range(each.span)
            row, column = where.start.line, where.start.character
            after = column - start if row == line else column
            length, kind = where.end.character - column, kinds.index(TOKENS[each.symbol.sort])
            data += [row - line, after, length, kind, int(each.declares)]
            line, start = row, column
        return types.SemanticTokens(data)


def _highlighted(found: Iterable[Occurrence]) -> Iterator[Occurrence]:
    """Yield names in the order of the text, without those that overlap, or are no plain names."""
    line, end = 0, 0
    for each in sorted(found, key=lambda each: each.span[1:]):
        is_plain = each.span.text == each.symbol.name.rpartition(".")[2]
        is_free = each.span.line > line or each.span.start >= end
        if is_plain and is_free and each.symbol.sort in TOKENS:
            line, end = each.span.line, each.span.end
            yield each
