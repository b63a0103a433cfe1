"""Collection of diagnostics, so that each cause is reported once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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
_MOST_NAMES = 3


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
        return _in_order(_causes(list(self._found.values())))

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The errors among them."""
        return tuple(each for each in self.all if each.severity == "error")


def of_variants(found: Mapping[str, Iterable[Diagnostic]]) -> tuple[Diagnostic, ...]:
    """Merge the diagnostics of the variants of a file; a note names those that some alone have."""
    first: dict[tuple[object, ...], Diagnostic] = {}
    names: dict[tuple[object, ...], list[str]] = {}
    for name, diagnostics in found.items():
        for each in diagnostics:
            span = each.span
            key = (each.code, *((span.source.name, *span[1:]) if span else (each.message,)))
            first.setdefault(key, each)
            names.setdefault(key, []).append(name)
    merged = [
        each if len(names[key]) == len(found) else _noting(each, names[key])
        for key, each in first.items()
    ]
    return _in_order(merged)


def _noting(diagnostic: Diagnostic, names: list[str]) -> Diagnostic:
    """Say of which variants a diagnostic is."""
    shown, more = names[:_MOST_NAMES], len(names) - _MOST_NAMES
    listed = (
        f"{', '.join(shown)} and {more} more"
        if more > 0
        else " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)
    )
    note = f"in variant{'s' if len(names) > 1 else ''} {listed}"
    return replace(diagnostic, notes=(*diagnostic.notes, note))


def _in_order(found: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    files = {each.span.source.name: None for each in found if each.span}
    rank = {name: index for index, name in enumerate(files, 1)}
    return tuple(sorted(found, key=lambda each: _place(each, rank)))


def _causes(found: list[Diagnostic]) -> list[Diagnostic]:
    """Filter out the diagnostics that are consequences of others."""
    unknown = [each for each in found if each.code in ("word/unknown", "word/value")]
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
