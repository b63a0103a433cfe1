"""Causes: what an author changed, its text before and after, and the places of both."""

from __future__ import annotations

from typing import NamedTuple

from archspec.diffs.match.authored_texts import SpanKey, span_key
from archspec.source import Span


class SourceText(NamedTuple):
    """A text of a source, or the value that holds without one, and its place."""

    text: str = ""
    span: Span | None = None

    @property
    def key(self) -> SpanKey:
        """The place in a form that can be compared."""
        return ("", -1, -1) if self.span is None else span_key(self.span)


NOTHING = SourceText()
CauseKey = tuple[str, str, str, str, SpanKey, SpanKey]
CausePosition = tuple[SpanKey, SpanKey, CauseKey]


class Cause(NamedTuple):
    """One change of a source: what changed, and its text before and after.

    ``formerly`` is the name of what changed in the old source, if that differs.
    """

    what: str
    old: SourceText = NOTHING
    new: SourceText = NOTHING
    formerly: str = ""

    @property
    def position(self) -> CausePosition:
        """Order causes as they are read in the sources."""
        return self.new.key, self.old.key, self.key

    @property
    def words(self) -> int:
        """The length of its description, in words."""
        return len(str(self).split())

    @property
    def key(self) -> CauseKey:
        """A key that is equal for the same change of the same place."""
        texts = self.what, self.formerly, self.old.text, self.new.text
        return *texts, self.old.key, self.new.key

    def mirrored(self) -> Cause:
        """Swap old and new."""
        return between((self.what, self.formerly or self.what), self.new, self.old)

    @property
    def span(self) -> Span | None:
        """The place to show: that in the new source, if there is one."""
        return self.new.span or self.old.span

    def __str__(self) -> str:
        before, after = self.old.text, self.new.text
        if before and after and before != after:
            return f"{self.what}: {before} -> {after}"
        return f"{self.what}: {before or after}" if before or after else self.what


def between(whats: tuple[str, str], old: SourceText, new: SourceText) -> Cause:
    """Make the cause of a change to something that the two sources may name differently."""
    before, after = whats
    return Cause(after, old, new, before if before != after else "")
