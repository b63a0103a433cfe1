"""The extents of a document's values and comments, for editing its text in place."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from archspec.language.yaml import reader
from archspec.language.yaml.values import Mapping, Scalar, Sequence, Value
from archspec.source import Source

_KINDS = {
    yaml.ScalarEvent: Scalar,
    yaml.SequenceStartEvent: Sequence,
    yaml.MappingStartEvent: Mapping,
}
_COMMENT = re.compile("#[^\n]*")


class Extent(NamedTuple):
    """The half-open range of characters from ``start`` to ``end``, as offsets into the text."""

    start: int
    end: int


class Extents:
    """The extents of a document that ``reader.read`` has accepted.

    ``texts`` are the extents of all scalars, ``comments`` the offsets of comments, ``anchors``
    those of anchors and aliases; all are sorted.
    """

    def __init__(self, source: Source) -> None:
        self.text = source.text
        self._lines = [0, *(found.end() for found in re.finditer("\n", source.text))]
        found = list(self._values(source))
        self.texts = [extent for extent, event in found if isinstance(event, yaml.ScalarEvent)]
        self.comments = list(self._comments())
        self.anchors = sorted(
            extent.start for extent, event in found if getattr(event, "anchor", None)
        )
        self._ends = {
            (extent.start, _KINDS[type(event)]): extent.end
            for extent, event in found
            if type(event) in _KINDS
        }

    def of(self, value: Value) -> Extent:
        """Return the extent of a value; for an alias, that of the anchored value."""
        start = self.offset(value.span.line, value.span.start)
        return Extent(start, self._ends[start, type(value)])

    def is_bracketed(self, value: Value) -> bool:
        """Whether a value is a list or a mapping in flow style."""
        start = self.offset(value.span.line, value.span.start)
        return not isinstance(value, Scalar) and self.text[start] in "[{"

    def is_anchored(self, value: Value) -> bool:
        """Whether a value has an anchor, so that aliases may repeat it."""
        return self.has_anchor(Extent(start := self.of(value).start, start + 1))

    def has_anchor(self, extent: Extent) -> bool:
        """Whether an extent contains an anchor or an alias."""
        return _any_inside(self.anchors, extent)

    def has_comment(self, extent: Extent) -> bool:
        """Whether a comment begins inside an extent."""
        return _any_inside(self.comments, extent)

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a character from its line, from 1, and its column, from 0."""
        return self._lines[line - 1] + column

    def line(self, offset: int) -> int:
        """Return the line of a character, from 1."""
        return bisect_right(self._lines, offset)

    def column(self, offset: int) -> int:
        """Return the column of a character, from 0."""
        return offset - self._lines[self.line(offset) - 1]

    def last_line(self, extent: Extent) -> int:
        """Return the last line of an extent; a line feed belongs to the line that it ends."""
        return self.line(max(extent.start, extent.end - 1))

    def _values(self, source: Source) -> Iterator[tuple[Extent, yaml.Event]]:
        """Yield the extents of values; a collection ends with its bracket or its last value."""
        last = 0
        begun: list[yaml.Event] = []
        for event in reader.events(source):
            end = self._at(event.end_mark)
            if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
                last = end
                yield Extent(self._at(event.start_mark), end), event
            elif isinstance(event, yaml.CollectionStartEvent):
                begun.append(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                start = begun.pop()
                is_bracket = self.text[self._at(event.start_mark) : end] in ("]", "}")
                last = end if is_bracket else last
                yield Extent(self._at(start.start_mark), last), start

    def _at(self, mark: Any) -> int:
        """Return the offset of PyYAML's mark; past the last line it is the end of the text."""
        lines = self._lines
        return lines[mark.line] + mark.column if mark.line < len(lines) else len(self.text)

    def _comments(self) -> Iterator[int]:
        """Yield the offsets of comments: each ``#`` between scalars begins one."""
        position = 0
        for text in [*self.texts, Extent(len(self.text), len(self.text))]:
            while comment := _COMMENT.search(self.text, position, text.start):
                position = comment.end()
                yield comment.start()
            position = text.end


def _any_inside(places: list[int], extent: Extent) -> bool:
    index = bisect_left(places, extent.start)
    return index < len(places) and places[index] < extent.end
