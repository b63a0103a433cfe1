"""Collecting what is wrong with a spec, so that one cause speaks once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from archspec.diagnostic import Diagnostic, Label
from archspec.source import Span

_OF_NAMES = (
    "argument/unknown",
    "expression/unknown-name",
    "from/unknown",
    "name/invalid",
    "name/reserved",
    "word/unknown",
)
_MOST_PLACES = 8


class Findings:
    """Collects diagnostics, one per cause.

    A code at a place speaks once, and a name that is wrong in several places of a file is one
    mistake that shows them.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, Span | str | None, str], Diagnostic] = {}

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic unless its cause has spoken already."""
        code, span = diagnostic.code, diagnostic.span
        if span is None or code not in _OF_NAMES:
            message = "" if span else diagnostic.message
            self._found.setdefault((code, span, message), diagnostic)
            return
        key = (code, span.source.name, diagnostic.message)
        first = self._found.setdefault(key, diagnostic)
        places = [label.span for label in first.labels]
        if span not in places and len(places) < _MOST_PLACES:
            labels = (*first.labels, Label(span, "and here"))
            self._found[key] = replace(first, labels=labels)

    @property
    def all(self) -> tuple[Diagnostic, ...]:
        """Everything found, file by file, each from its first line to its last."""
        found = _causes(list(self._found.values()))
        files = {each.span.source.name: None for each in found if each.span}
        rank = {name: index for index, name in enumerate(files, 1)}
        return tuple(sorted(found, key=lambda each: _place(each, rank)))

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What stops the spec."""
        return tuple(each for each in self.all if each.severity == "error")


def _causes(found: list[Diagnostic]) -> list[Diagnostic]:
    """Leave out what follows from a word that means nothing: that its name is taken, or unused."""
    unknown = [each for each in found if each.code == "word/unknown"]
    places = [label.span for each in unknown for label in each.labels]
    return [
        each
        for each in found
        if not (each.code == "name/duplicate" and each.span in places)
        and not (unknown and each.code.startswith("unused/"))
    ]


def _place(diagnostic: Diagnostic, files: Mapping[str, int]) -> tuple[int, int, int]:
    span = diagnostic.span
    return (files[span.source.name], span.line, span.start) if span else (0, 0, 0)
