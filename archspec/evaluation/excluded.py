"""Images that a file excludes from evaluation, such as those with wrong labels."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from archspec.diagnostic import Diagnostic, Label, Severity
from archspec.language.syntax.names import nearest
from archspec.source import Source, Span

_COMMENT = "#"
_NUMBER = re.compile(r"(?:.*[^0-9])?([0-9]+)")
_SHOWN = 3
"""The maximum number of unmatched lines that are reported, with suggestions."""
_NEIGHBOURS = 250
"""The number of alphabetical neighbours on each side that are candidates for a suggestion."""


class Excluded(NamedTuple):
    """The names of excluded images, and the diagnostics of lines that match none."""

    names: frozenset[str] = frozenset()
    warning: Diagnostic | None = None


NOTHING = Excluded()


def exclude(source: Source, names: Sequence[str]) -> Excluded:
    """Find the images that the lines of a file name.

    A line is the whole name of an image, its file without folders, that without its ending, or the
    number at its end, as in the blacklist of ILSVRC-2012. Empty lines and comments after ``#`` are
    left out; a line that fits several images names none.
    """
    known = _by_form(names)
    lines = tuple(_lines(source))
    found = {span: known.get(_form(text), ()) for span, text in lines}
    unmatched = [(span, text) for span, text in lines if len(found[span]) != 1]
    excluded = frozenset(
        each for several in found.values() if len(several) == 1 for each in several
    )
    if not unmatched:
        return Excluded(excluded)
    return Excluded(excluded, _warning(unmatched, known, len(lines)))


def _lines(source: Source) -> Iterator[tuple[Span, str]]:
    for number, line in enumerate(source.lines, 1):
        text = line.partition(_COMMENT)[0].strip()
        if text:
            start = line.index(text)
            yield Span(source, number, start, start + len(text)), text


def _by_form(names: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Index the images by all of their names; a full name means only its own image."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        for form in {*_forms(name)} - {name}:
            found[form].append(name)
    return {**found, **{name: (name,) for name in names}}


def _forms(name: str) -> Iterator[str]:
    path = PurePosixPath(name)
    yield from (name, path.name, path.stem)
    number = _NUMBER.fullmatch(path.stem)
    if number:
        yield _form(number[1])


def _form(text: str) -> str:
    """Write a number without leading zeros."""
    return (text.lstrip("0") or "0") if text.isascii() and text.isdigit() else text


def _warning(
    unmatched: Sequence[tuple[Span, str]], known: Mapping[str, Sequence[str]], lines: int
) -> Diagnostic:
    ordered = sorted(known)
    return Diagnostic(
        "evaluate/excluded",
        f"{len(unmatched):,} of {lines:,} names to leave out fit no single image of the data",
        tuple(Label(span, _remark(text, known, ordered)) for span, text in unmatched[:_SHOWN]),
        "a name is that of the file, with or without its folder and ending, or the number at its"
        " end",
        severity=Severity.WARNING,
    )


def _remark(text: str, known: Mapping[str, Sequence[str]], ordered: Sequence[str]) -> str:
    several = known.get(_form(text), ())
    if several:
        return f"this fits {len(several):,} images, such as {several[0]} and {several[1]}"
    if text.isdigit():
        return "no image has this number"
    place = bisect_left(ordered, text)
    near = nearest(text, ordered[max(place - _NEIGHBOURS, 0) : place + _NEIGHBOURS], 1)
    return f"did you mean {near[0]}?" if near else "no image is called so"
