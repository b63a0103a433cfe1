"""The spans of parser events."""

from __future__ import annotations

from typing import Protocol

import yaml
from yaml.events import CollectionStartEvent

from archspec.language.yaml.values import Scalar, Value
from archspec.source import Source, Span


class _Mark(Protocol):
    """A place in the parser's count: lines and columns from 0."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


def place(source: Source, event: yaml.Event) -> Span:
    """Return the span of an event."""
    return _between(source, event.start_mark, event.end_mark)


def _between(source: Source, start: _Mark | None, end: _Mark | None) -> Span:
    """Return the span between two marks, up to the end of its first line."""
    if start is None or end is None:
        return Span(source, 1, 0, 1)
    line, column = start.line + 1, end.column
    if end.line != start.line:
        column = len(source.line(line).rstrip())
    return Span(source, line, start.column, column)


def around(
    source: Source,
    start: CollectionStartEvent,
    end: yaml.Event,
    first: list[Scalar] | list[Value],
) -> Span:
    """Return the span of a collection: its brackets, or the first item or key of a block."""
    whole = _between(source, start.start_mark, end.end_mark)
    if start.flow_style or not first:
        return whole
    _, line, _, last = first[0].span
    return whole._replace(end=last if line == whole.line else whole.start + 1)
