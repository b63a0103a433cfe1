"""Diagnostics for malformed YAML, with causes and fixes in place of the parser's messages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import yaml

from archspec.diagnostic import Diagnostic, Label, SpecError
from archspec.source import MAXIMUM_BYTES, Source, Span

MOST_DIAGNOSTICS = 100
"""The most diagnostics for one document, after which reading stops."""

_UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
    "|\r(?!\n)"
)
_INDENTING_TAB = re.compile(r"^ *\t[\t ]*(?=[^\s#])", re.MULTILINE)


def refuse_unreadable(source: Source) -> None:
    """Raise ``SpecError`` for a text that is too long or has characters that YAML does not allow.

    Characters that editors and parsers treat differently, and tabs in indentation, are refused too.
    """
    text = source.text
    if len(text) > MAXIMUM_BYTES:
        message = f"{source.name} is larger than 8 MiB, the most a spec may be"
        raise SpecError([Diagnostic("yaml/too-large", message)])
    if found := _UNREADABLE.search(text):
        raise SpecError([_unreadable(_place(source, found))])
    tabs = list(_INDENTING_TAB.finditer(text)) if "\t" in text else []
    if tabs:
        raise SpecError(
            Diagnostic(
                "yaml/tab",
                "a tab in the indentation",
                (Label(_place(source, tab), "YAML indents by spaces"),),
                "replace the tab by spaces, as many as the neighbouring lines have",
            )
            for tab in tabs[:MOST_DIAGNOSTICS]
        )


def _unreadable(span: Span) -> Diagnostic:
    character = span.source.lines[span.line - 1][span.start]
    help = "delete it; is this file the text you meant?"
    return Diagnostic(
        "yaml/character",
        f"the character U+{ord(character):04X} cannot stand in a spec",
        (Label(span, "editors and YAML read it differently"),),
        "end lines as Linux or Windows do" if character == "\r" else help,
    )


def _place(source: Source, found: re.Match[str]) -> Span:
    start = found.start()
    line_start = source.text.rfind("\n", 0, start) + 1
    line = source.text.count("\n", 0, start) + 1
    return Span(source, line, start - line_start, found.end() - line_start)


class Complaint(NamedTuple):
    """An error of the parser: where it stopped, and where the construct that it was in began."""

    problem: str
    context: str
    at: Span
    begin: Span | None

    @property
    def line(self) -> str:
        """The line where the parser stopped."""
        return self.at.source.line(self.at.line)

    @property
    def before(self) -> str:
        """The part of the line before the place where the parser stopped."""
        return self.line[: self.at.start]

    @property
    def character(self) -> str:
        """The character where the parser stopped; empty at the end of a line."""
        return self.line[self.at.start : self.at.end]


def explain(error: yaml.MarkedYAMLError, source: Source) -> Diagnostic:
    """Turn an error of the parser into a diagnostic with a cause and a fix."""
    at = _span(source, error.problem_mark)
    begin = _span(source, error.context_mark) if error.context_mark else None
    complaint = Complaint(error.problem or "malformed", error.context or "", at, begin)
    for means, explained in _EXPLANATIONS:
        if means in complaint.problem or means in complaint.context:
            return explained(complaint)
    return _unexpected(complaint)


def _span(source: Source, mark: yaml.Mark | None) -> Span:
    """Convert a mark to a span; one past the end of the text is moved to the last character."""
    line, column = (mark.line, mark.column) if mark else (0, 0)
    if column == 0 and line and line >= len(source.lines) - 1 and not source.line(line + 1):
        text = source.line(line).rstrip()
        return Span(source, line, max(0, len(text) - 1), max(1, len(text)))
    return Span(source, line + 1, column, column + 1)


def _colon(complaint: Complaint) -> Diagnostic:
    key, colon, rest = complaint.line.partition(": ")
    if not complaint.before.startswith(key + colon):
        return _indentation(complaint)
    quoted = f'quote the text: {key.strip()}: "{rest.strip()}"'
    return Diagnostic(
        "yaml/colon",
        "a second `: ` on one line",
        (Label(complaint.at, "YAML reads a key before this colon"),),
        quoted if '"' not in rest and len(rest) < 80 else "quote the text that has the colon",
    )


def _indentation(complaint: Complaint) -> Diagnostic:
    line, at = complaint.line, complaint.at
    start = len(line) - len(line.lstrip())
    span = at._replace(start=start, end=max(start + 1, len(line.partition(" #")[0].rstrip())))
    return Diagnostic(
        "yaml/indentation",
        "the indentation of this line fits nothing above it",
        (Label(span), *_begun(complaint, "what it should belong to begins here")),
        "give every key of a mapping, and every dash of a list, the same indentation",
    )


def _character(complaint: Complaint) -> Diagnostic:
    character = complaint.character
    return Diagnostic(
        "yaml/start",
        f"`{character}` cannot begin a value in YAML",
        (Label(complaint.at),),
        f"quote the text that begins with `{character}`",
    )


def _flow(complaint: Complaint) -> Diagnostic:
    opened = complaint.begin or complaint.at
    bracket = opened.source.line(opened.line)[opened.start : opened.end]
    close = "}" if bracket == "{" else "]"
    if complaint.character in ("[", "{") and complaint.at != opened:
        return Diagnostic(
            "yaml/bracket",
            f"`{complaint.character}` inside an item of a list in brackets",
            (Label(complaint.at), *_begun(complaint, "the list begins here")),
            'quote the item: ["pad padding=[1,1,0,0]", ...]',
        )
    return Diagnostic(
        "yaml/bracket",
        f"a comma or `{close}` is missing",
        (Label(complaint.at), *_begun(complaint, f"`{bracket}` opens here")),
        f"close it with `{close}`, and quote an item that has a colon, a comma or brackets",
    )


def _missing_colon(complaint: Complaint) -> Diagnostic:
    span = complaint.begin or complaint.at
    text = span.source.line(span.line)[span.start :].strip()
    whole = Span(span.source, span.line, span.start, span.start + max(1, len(text)))
    glued = text.startswith("-") and not text.startswith("- ")
    return Diagnostic(
        "yaml/missing-colon",
        "this line is neither `key: value` nor a list item",
        (Label(whole),),
        f"leave a blank after the dash: - {text[1:]}"
        if glued
        else "write `key: value` or `- item`",
    )


def _open_quote(complaint: Complaint) -> Diagnostic:
    begin = complaint.begin or complaint.at
    return Diagnostic(
        "yaml/quote",
        "this quote is never closed",
        (Label(begin),),
        "close it at the end of the text",
    )


def _escape(complaint: Complaint) -> Diagnostic:
    begin = complaint.begin or complaint.at
    return Diagnostic(
        "yaml/escape",
        "a backslash in double quotes that YAML does not know",
        (Label(begin, "in this text"),),
        "use single quotes, in which a backslash is just a backslash",
    )


def _block(complaint: Complaint) -> Diagnostic:
    before = complaint.before.strip()
    if not before:
        return _indentation(complaint)
    if before[-1] in "\"'":
        return Diagnostic(
            "yaml/quote",
            "text after a closing quote",
            (Label(complaint.at),),
            "put all of the text between the quotes",
        )
    return _unexpected(complaint)


def _unexpected(complaint: Complaint) -> Diagnostic:
    shown = f"`{complaint.character}` " if complaint.character.strip() else ""
    if complaint.character in ("]", "}"):
        message = f"{shown}closes nothing"
        return Diagnostic("yaml/bracket", message, (Label(complaint.at),), "remove it")
    return Diagnostic(
        "yaml/syntax",
        f"{shown}cannot be read here: {complaint.problem}",
        (Label(complaint.at), *_begun(complaint, complaint.context or "in this")),
        "quote the text if it is one",
    )


def _begun(complaint: Complaint, text: str) -> tuple[Label, ...]:
    begin = complaint.begin
    return (Label(begin, text),) if begin and begin != complaint.at else ()


_EXPLANATIONS: tuple[tuple[str, Callable[[Complaint], Diagnostic]], ...] = (
    ("mapping values are not allowed", _colon),
    ("cannot start any token", _character),
    ("escape", _escape),
    ("quoted scalar", _open_quote),
    ("could not find expected ':'", _missing_colon),
    ("while parsing a flow", _flow),
    ("while parsing a block", _block),
)
