"""The errors of a document as YAML: collected, up to a limit, or raised at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

import yaml
from yaml.events import CollectionStartEvent

from archspec.diagnostic import Diagnostic, Label, SpecError
from archspec.language.syntax.names import COUNTED
from archspec.language.yaml.malformed import MOST_DIAGNOSTICS
from archspec.language.yaml.places import place
from archspec.language.yaml.values import Scalar
from archspec.source import Source, Span


@dataclass(slots=True)
class Errors:
    """Collects the errors of a document; too many of them, or an exceeded limit, stop reading."""

    source: Source
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def report(self, code: str, message: str, span: Span, help: str, *why: Label) -> None:
        """Collect a diagnostic; raise ``SpecError`` if there are too many."""
        self.diagnostics.append(Diagnostic(code, message, (Label(span), *why), help))
        if len(self.diagnostics) >= MOST_DIAGNOSTICS:
            raise SpecError(self.diagnostics)

    def stop(self, diagnostic: Diagnostic) -> NoReturn:
        """Raise ``SpecError`` with everything found so far."""
        raise SpecError([*self.diagnostics, diagnostic]) from None

    def check_tag(self, event: yaml.ScalarEvent | CollectionStartEvent) -> None:
        """Report an explicit tag."""
        if event.tag is not None:
            message = f"the tag `{event.tag}` has no meaning here"
            span = place(self.source, event)
            written = self.source.line(span.line)[span.start :].partition(" ")[0]
            tag = span._replace(end=span.start + max(1, len(written)))
            self.report("yaml/tag", message, tag, "remove it")

    def refuse_alias(self, name: str, span: Span, *, is_inside: bool) -> None:
        """Report an alias without an anchor before it, or inside the anchored value."""
        message = f"`*{name}` stands for a value, and none above it is marked `&{name}`"
        help = "quote the text if the asterisk is part of it"
        if is_inside:
            message = f"`*{name}` stands inside the value that it stands for"
            help = "write that value out without it"
        self.report("yaml/alias", message, span, help)

    def refuse_duplicate(self, key: Scalar, first: Scalar) -> None:
        """Report the second of two equal keys."""
        message, help = f"the key `{key.text}` is there twice", "remove or rename one of them"
        label = Label(first.span, "the first one")
        self.report("yaml/duplicate-key", message, key.span, help, label)

    def refuse_empty_item(self, event: yaml.Event) -> None:
        """Report a dash without a value."""
        _, line, start, _ = place(self.source, event)
        span = Span(self.source, line, max(0, start - 1), max(1, start))
        message, help = "a list item without a value", "remove the dash, or write `identity`"
        self.report("yaml/empty-value", message, span, help)

    def refuse_empty(self, key: Scalar, *, has_next: bool, is_inner: bool) -> None:
        """Report a key without a value; ``has_next`` if another key of a block follows."""
        help = f"give it a value, or remove `{key.text}`"
        if is_inner:
            help += "; what passes a value on is `identity`"
        if key.text.isdecimal():
            help = "YAML cut a number at a comma: write it without"
        elif counted := COUNTED.match(key.text):
            help = f"list its steps under `{counted[2]}:`, with `times: {counted[1]}` beside it"
        elif has_next:
            help = f"indent what belongs to `{key.text}` further than the key itself, or {help}"
        self.report("yaml/empty-value", f"`{key.text}` has no value", key.span, help)
