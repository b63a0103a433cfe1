"""Diagnostics as records for programs."""

from __future__ import annotations

from typing import Any

from archspec.diagnostic import Diagnostic, Label
from archspec.source import Span

Record = dict[str, Any]


def record(diagnostic: Diagnostic) -> Record:
    """Write a diagnostic as plain data; what has no place has no file, line and column."""
    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        **_place(diagnostic.span),
        "help": diagnostic.help,
        "labels": [_label(label) for label in diagnostic.labels],
        "notes": list(diagnostic.notes),
    }


def _label(label: Label) -> Record:
    return {**_place(label.span), "text": label.text}


def _place(span: Span | None) -> Record:
    if span is None:
        return {"file": None, "line": None, "column": None, "end_column": None}
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "end_column": span.end + 1,
    }
