"""Collection of diagnostics, so that each cause is reported once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from archspec.diagnostic import Diagnostic, Label
from archspec.source import Span

_MERGED = (
    "argument/unknown",
    "attribute/value",
    "expression/unknown-name",
    "from/unknown",
    "name/invalid",
    "name/reserved",
    "word/unknown",
)
_MOST_PLACES = 8


class Findings:
    """Collects diagnostics, one per cause.

    A code is reported once at each place. The same wrong name or value in several places of a file
    is one diagnostic with several labels.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, Span | str | None, str | tuple[str, ...]], Diagnostic] = {}

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a diagnostic unless its cause has been reported."""
        code, span, about = diagnostic.code, diagnostic.span, diagnostic.about
        if span is None or not (about and code in _MERGED):
            message = "" if span else diagnostic.message
            self._found.setdefault((code, span, message), diagnostic)
            return
        key = (code, span.source.name, about)
        first = self._found.setdefault(key, diagnostic)
        places = [label.span for label in first.labels]
        if span not in places and len(places) < _MOST_PLACES:
            labels = (*first.labels, Label(span, "and here"))
            fixes = (*first.fixes, *diagnostic.fixes)
            self._found[key] = replace(first, labels=labels, fixes=fixes)

    @property
    def all(self) -> tuple[Diagnostic, ...]:
        """All diagnostics without consequential ones, sorted by file and place."""
        found = _causes(list(self._found.values()))
        files = {each.span.source.name: None for each in found if each.span}
        rank = {name: index for index, name in enumerate(files, 1)}
        return tuple(sorted(found, key=lambda each: _place(each, rank)))

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The errors among them."""
        return tuple(each for each in self.all if each.severity == "error")


def _causes(found: list[Diagnostic]) -> list[Diagnostic]:
    """Filter out the diagnostics that are consequences of others."""
    unknown = [each for each in found if each.code == "word/unknown"]
    unread = [each for each in found if each.code.startswith("syntax/") and each.span]
    gone = {each.about for each in found if each.code == "from/unknown"}
    places = [label.span for each in unknown for label in each.labels]
    strays = {name for each in found if each.code.startswith("argument/") for name in each.about}

    def is_given(each: Diagnostic) -> bool:
        """Whether an unreadable step may have given this name, or a stray argument was meant to."""
        is_declared = any(_declares(step, name) for step in unread for name in each.about)
        return is_declared or not strays.isdisjoint(each.about)

    def follows(each: Diagnostic) -> bool:
        match each.code.partition("/"):
            case "name", _, "duplicate":  # an unknown word gives its step no reliable name
                return each.span in places
            case "unused", _, _:
                return bool(unknown)
            case "from", _, "unknown":
                return is_given(each)
            case "outputs" | "auxiliary", _, "unknown" | "unknown-step":
                return bool(unread) or each.about in gone or is_given(each)
        return False

    return [each for each in found if not follows(each)]


def _declares(unread: Diagnostic, name: str) -> bool:
    """Whether the file of an unreadable step has a clause ``as`` with this name."""
    assert unread.span is not None
    return re.search(rf"\bas:?\s+{re.escape(name)}\b", unread.span.source.text) is not None


def _place(diagnostic: Diagnostic, files: Mapping[str, int]) -> tuple[int, int, int]:
    span = diagnostic.span
    return (files[span.source.name], span.line, span.start) if span else (0, 0, 0)
