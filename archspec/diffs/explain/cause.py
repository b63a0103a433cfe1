"""What an author changed: the thing, its text before and after, and where it stands."""

from __future__ import annotations

from typing import NamedTuple

from archspec.diffs.match.indexed_graph import SpanKey, span_key
from archspec.source import Span


class SourceText(NamedTuple):
    """What a source says, or what holds where it says nothing, and the place of it."""

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
    """One change of a source: what it is of, and what was said of it before and after.

    ``formerly`` is what the old source calls it, if that is something else.
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
        """How many words it takes to say it."""
        return len(str(self).split())

    @property
    def key(self) -> CauseKey:
        """What two causes have in common that are the same change of the same place."""
        texts = self.what, self.formerly, self.old.text, self.new.text
        return *texts, self.old.key, self.new.key

    def mirrored(self) -> Cause:
        """Swap old and new."""
        return between((self.what, self.formerly or self.what), self.new, self.old)

    @property
    def span(self) -> Span | None:
        """Where to look: in the new source, if it is there."""
        return self.new.span or self.old.span

    def __str__(self) -> str:
        before, after = self.old.text, self.new.text
        if before and after and before != after:
            return f"{self.what}: {before} -> {after}"
        return f"{self.what}: {before or after}" if before or after else self.what


def between(whats: tuple[str, str], old: SourceText, new: SourceText) -> Cause:
    """Make the cause of something that the two sources may call otherwise."""
    before, after = whats
    return Cause(after, old, new, before if before != after else "")
