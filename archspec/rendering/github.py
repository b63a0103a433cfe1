"""Diagnostics as workflow commands, which GitHub shows as annotations of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archspec.diagnostic import Diagnostic
from archspec.rendering.excerpt import seen


def render(diagnostics: Sequence[Diagnostic]) -> str:
    """Write one workflow command per diagnostic."""
    return "\n".join(map(command, diagnostics))


def command(diagnostic: Diagnostic) -> str:
    """Write ``::error file=...,line=...,col=...,title=...::message`` with all remarks in it."""
    properties = ",".join(f"{name}={_property(value)}" for name, value in _properties(diagnostic))
    return f"::{diagnostic.severity} {properties}::{_data(_message(diagnostic))}"


def _properties(diagnostic: Diagnostic) -> Iterator[tuple[str, str]]:
    span = diagnostic.span
    if span is not None:
        yield "file", seen(span.source.name)
        yield "line", str(span.line)
        yield "endLine", str(span.line)
        yield "col", str(span.column)
        yield "endColumn", str(max(span.end, span.column))
    yield "title", diagnostic.code


def _message(diagnostic: Diagnostic) -> str:
    lines = [diagnostic.message, *(label.text for label in diagnostic.labels[:1])]
    lines += [f"{label.span}: {label.text}" for label in diagnostic.labels[1:]]
    lines += diagnostic.notes
    lines.append(f"help: {diagnostic.help}" if diagnostic.help else "")
    return "\n".join(seen(line) for line in lines if line)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
