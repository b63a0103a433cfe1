"""Diagnostics as JSON records."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from archspec.diagnostic import Diagnostic, Label
from archspec.source import Span

Record = dict[str, Any]


_UNSEEN = re.compile(r"[^\n -~]")


def written(content: Mapping[str, Any], *, compact: bool = False) -> str:
    """Serialise a record; characters that editors and terminals interpret are escaped."""
    layout: dict[str, Any] = {"separators": (",", ":")} if compact else {"indent": 2}
    return _UNSEEN.sub(_escaped, json.dumps(content, ensure_ascii=False, **layout))


def _escaped(found: re.Match[str]) -> str:
    return found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1]


def record(diagnostic: Diagnostic) -> Record:
    """Convert a diagnostic to plain data; file, line and columns are None if it has no place."""
    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        **_place(diagnostic.span),
        "help": diagnostic.help,
        "fixes": [{**_place(fix.span), "text": fix.text} for fix in diagnostic.fixes],
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
