"""Collecting what is wrong with a spec, so that one cause speaks once."""

from __future__ import annotations

import re
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
        if span is None or not (code in _OF_NAMES or _is_computed(diagnostic)):
            message = "" if span else diagnostic.message
            self._found.setdefault((code, span, message), diagnostic)
            return
        key = (code, span.source.name, _mistake(diagnostic))
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


def _mistake(diagnostic: Diagnostic) -> str:
    """Tell what is wrong, wherever it is: a name that nothing has, or all of the message."""
    is_name = diagnostic.message.endswith("`") and "is called" in diagnostic.message
    return _name(diagnostic) if is_name else diagnostic.message


def _is_computed(diagnostic: Diagnostic) -> bool:
    """Whether a value is wrong that a name has or that was calculated, which many places share."""
    return diagnostic.code == "attribute/value" and " = " in diagnostic.message


def _causes(found: list[Diagnostic]) -> list[Diagnostic]:
    """Leave out what follows from something else that was found."""
    unknown = [each for each in found if each.code == "word/unknown"]
    unread = [each for each in found if each.code.startswith("syntax/") and each.span]
    gone = {_name(each) for each in found if each.code == "from/unknown"}
    places = [label.span for each in unknown for label in each.labels]
    strays = " ".join(each.message for each in found if each.code.startswith("argument/"))

    def is_stray(each: Diagnostic) -> bool:
        return f"`{_name(each)}`" in strays

    def follows(each: Diagnostic) -> bool:
        match each.code.partition("/"):
            case "name", _, "duplicate":  # a word that means nothing has no name to give
                return each.span in places
            case "unused", _, _:
                return bool(unknown)
            case "from", _, "unknown":
                return any(_declares(step, _name(each)) for step in unread) or is_stray(each)
            case "outputs" | "auxiliary", _, "unknown" | "unknown-step":
                return bool(unread) or _name(each) in gone or is_stray(each)
        return False

    return [each for each in found if not follows(each)]


def _name(diagnostic: Diagnostic) -> str:
    """Find the name that a diagnostic speaks of, the last in its message."""
    return str(re.findall("`([^`]*)`", diagnostic.message)[-1])


def _declares(unread: Diagnostic, name: str) -> bool:
    """Whether a text with a step that could not be read may give a step this name."""
    assert unread.span is not None
    return re.search(rf"\bas:?\s+{re.escape(name)}\b", unread.span.source.text) is not None


def _place(diagnostic: Diagnostic, files: Mapping[str, int]) -> tuple[int, int, int]:
    span = diagnostic.span
    return (files[span.source.name], span.line, span.start) if span else (0, 0, 0)
