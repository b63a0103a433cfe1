"""The last text that could be read, while the present one cannot: what of it still stands."""

from __future__ import annotations

from itertools import takewhile
from typing import NamedTuple

from archspec.editor.hints import Hint
from archspec.editor.hover import Hover
from archspec.editor.occurrences import Occurrence
from archspec.editor.reading import Reading
from archspec.source import Source, Span


class Lasting(NamedTuple):
    """A reading, and which lines of the present text are its own.

    The first ``before`` lines are the same in both texts, and so are the last ``behind``; those of
    the present text are ``shift`` lines further down.
    """

    reading: Reading
    source: Source
    before: int
    behind: int

    @property
    def shift(self) -> int:
        """How many more lines the present text has."""
        return len(self.source.lines) - len(self.reading.source.lines)

    def then(self, line: int) -> int | None:
        """Return the line of the last reading that a line is; None for one that has changed."""
        if line <= self.before:
            return line
        return line - self.shift if line > len(self.source.lines) - self.behind else None

    def now(self, line: int) -> int | None:
        """Return the present line that a line of the last reading is; None if it has changed."""
        if line <= self.before:
            return line
        is_behind = line > len(self.reading.source.lines) - self.behind
        return line + self.shift if is_behind else None

    def span(self, span: Span) -> Span | None:
        """Return where a span of the last reading is now."""
        line = self.now(span.line)
        return Span(self.source, line, span.start, span.end) if line is not None else None

    def hover(self, found: Hover) -> Hover | None:
        """Move what is known of a name to where the name is now."""
        span = self.span(found.span)
        return Hover(span, f"{found.text}\n\n{_NOTE}") if span else None

    def hints(self, found: list[Hint]) -> list[Hint]:
        """Move remarks behind steps to where these are now."""
        lines = ((each, self.now(each.line)) for each in found)
        return [each._replace(line=line) for each, line in lines if line is not None]

    def occurrences(self) -> tuple[Occurrence, ...]:
        """Return the names whose lines still stand."""
        spans = ((each, self.span(each.span)) for each in self.reading.occurrences)
        return tuple(each._replace(span=span) for each, span in spans if span is not None)


_NOTE = "This was so before the text could no longer be read."


def lasting(reading: Reading, good: Reading | None) -> Lasting | None:
    """Compare a text that cannot be read with the last one that could be; None without need."""
    if reading.document is not None or good is None or not reading.diagnostics:
        return None
    now, then = reading.source.lines, good.source.lines
    before = _alike(now, then)
    behind = min(_alike(now[::-1], then[::-1]), min(len(now), len(then)) - before)
    return Lasting(good, reading.source, before, behind)


def _alike(lines: list[str], others: list[str]) -> int:
    """Count how many lines two texts begin with alike."""
    pairs = zip(lines, others, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
