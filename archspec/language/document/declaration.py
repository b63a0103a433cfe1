"""Telling a spec, which says that it is one and of which version, from any other file."""

from __future__ import annotations

import re

from archspec.diagnostic import Diagnostic, Label, Report
from archspec.language.document.sections import wrong
from archspec.language.yaml import reader
from archspec.language.yaml.reader import Scalar
from archspec.source import Source, Span

VERSION = 1
_DECLARED = re.compile(
    r"""(?:^|\A(?:[ \t\r]*(?:(?:\#|---|%)[^\n]*)?\n)*\s*\{?\s*)["']?archspec["']?[ \t]*[:\uff1a]""",
    re.MULTILINE,
)
"""The key at the left edge, or as the first of a document that is indented or in braces."""
_BEGINNING = "begin with `archspec: 1`"


def is_spec(text: str) -> bool:
    """Whether a text says somewhere that it is a spec, however it is written."""
    return _DECLARED.search(text) is not None


def no_spec(source: Source, span: Span | None = None) -> Diagnostic:
    """Say that a file is no spec; what it is may be secret, so no line of it is shown."""
    if all(line.lstrip()[:1] in ("", "#") for line in source.lines):
        return Diagnostic("yaml/empty", f"{source.name} is empty", (), _BEGINNING)
    return Diagnostic(
        "spec/version",
        f"{source.name} does not say that it is a spec, so nothing of it is read",
        (Label(span, "imported here"),) if span else (),
        "write `archspec: 1` as the first line of a spec",
    )


def check_version(value: reader.Mapping, report: Report) -> bool:
    """Tell whether a document begins with a known version of the language; report if not."""
    first, version = value.entries[0] if value.entries else (None, None)
    if first is None or first.text != "archspec":
        late = value.key("archspec")
        report(_late(late) if late else no_spec(value.span.source))
        return False
    if not isinstance(version, Scalar) or version.value != VERSION or version.value is True:
        span = version.span if version else first.span
        message = "the version of the language is a number"
        if isinstance(version, Scalar) and isinstance(version.value, int | float):
            message = f"version {version.text} of the language is not known"
        report(wrong("spec/version", message, span, "write `archspec: 1`"))
        return False
    return True


def _late(key: Scalar) -> Diagnostic:
    message = "a spec begins with the version of the language"
    return wrong("spec/version", message, key.span, "write `archspec: 1` as the first line")
