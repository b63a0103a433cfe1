"""The version declaration, which distinguishes specs and recipes from any other file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from archspec.diagnostic import Diagnostic, Label, Replacement, Report
from archspec.language.document.sections import wrong
from archspec.language.yaml import reader
from archspec.language.yaml.reader import Scalar
from archspec.source import File, Source, Span, Unreadable

VERSION = 1


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document, which begins with its key and the version of the language.

    ``code`` is that of a diagnostic where it does not.
    """

    key: str
    noun: str
    code: str

    @property
    def beginning(self) -> str:
        """The first line of such a document."""
        return f"{self.key}: {VERSION}"

    def claims(self, text: str) -> bool:
        """Whether a text contains the declaration, whether or not the text can be parsed.

        The key is at the left edge, or first in a document that is indented or in braces.
        """
        return _declares(self.key).search(text) is not None


SPEC = DocumentKind("archspec", "spec", "spec/version")
RECIPE = DocumentKind("recipe", "recipe", "recipe/version")


@cache
def _declares(key: str) -> re.Pattern[str]:
    start = r"(?:^|\A(?:[ \t\r]*(?:(?:\#|---|%)[^\n]*)?\n)*\s*\{?\s*)"
    return re.compile(rf"""{start}["']?{key}["']?[ \t]*[:\uff1a]""", re.MULTILINE)


def is_spec(text: str) -> bool:
    """Whether a text contains the declaration of a spec."""
    return SPEC.claims(text)


def is_recipe(file: File) -> bool:
    """Whether a file can be read, and declares that it is a recipe and not a spec."""
    try:
        return kind_of(file.read().text) is RECIPE
    except Unreadable:
        return False


def kind_of(text: str) -> DocumentKind:
    """Tell what a text says that it is; what says nothing may be a spec without its first line."""
    return RECIPE if RECIPE.claims(text) and not is_spec(text) else SPEC


def not_declared(source: Source, kind: DocumentKind = SPEC, span: Span | None = None) -> Diagnostic:
    """Return the diagnostic for any other file; it may be secret, so no line of it is shown."""
    if all(line.lstrip()[:1] in ("", "#") for line in source.lines):
        help = f"begin with `{kind.beginning}`"
        return Diagnostic("yaml/empty", f"{source.name} is empty", (), help)
    return Diagnostic(
        kind.code,
        f"{source.name} does not say that it is a {kind.noun}, so nothing of it is read",
        (Label(span, "imported here"),) if span else (),
        f"write `{kind.beginning}` as the first line of a {kind.noun}",
    )


def check_version(value: reader.Mapping, report: Report, kind: DocumentKind = SPEC) -> bool:
    """Whether a document begins with a supported version of the language; report it otherwise."""
    first, version = value.entries[0] if value.entries else (None, None)
    if first is None or first.text != kind.key:
        late = value.key(kind.key)
        report(_late(late, kind) if late else not_declared(value.span.source, kind))
        return False
    if not isinstance(version, Scalar) or version.value != VERSION or version.value is True:
        span = version.span if version else first.span
        message = "the version of the language is a number"
        if isinstance(version, Scalar) and isinstance(version.value, int | float):
            message = f"version {version.text} of the language is not supported"
        fixes = (Replacement(version.span, str(VERSION)),) if isinstance(version, Scalar) else ()
        report(wrong(kind.code, message, span, f"write `{kind.beginning}`", fixes=fixes))
        return False
    return True


def _late(key: Scalar, kind: DocumentKind) -> Diagnostic:
    message = f"a {kind.noun} begins with the version of the language"
    help = f"write `{kind.beginning}` as the first line"
    return wrong(kind.code, message, key.span, help)
