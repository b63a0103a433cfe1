"""A bounded reader that builds values with source locations from parser events.

It follows the core schema of YAML 1.2, without tags, merge keys, several documents and empty
values, which specs do not need.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn, TypeGuard, cast

import yaml
from yaml.events import CollectionStartEvent

from archspec.diagnostic import Diagnostic, Label, SpecError
from archspec.language.yaml import malformed
from archspec.language.yaml.errors import Errors
from archspec.language.yaml.places import around, place
from archspec.language.yaml.values import Mapping, Scalar, Sequence, Value, spellings
from archspec.source import Source

__all__ = ["Mapping", "Scalar", "Sequence", "Value", "read"]

DEEPEST = 64
"""The maximum nesting of lists and mappings, with aliases expanded."""
MOST_VALUES = 1_000_000
"""The maximum number of values in a document, with aliases expanded."""

LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = (
    yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
)
"""The parser of libyaml where it is available; both parse the same language."""


def read(source: Source) -> Mapping:
    """Read a document; raise ``SpecError`` with all of its errors as YAML."""
    malformed.refuse_unreadable(source)
    errors = Errors(source)
    builder = _Builder(source, events(source), errors)
    try:
        root = builder.document()
    except yaml.MarkedYAMLError as error:
        errors.stop(malformed.explain(error, source))
    if errors.diagnostics:
        raise SpecError(errors.diagnostics)
    if not isinstance(root, Mapping):
        raise SpecError([_not_a_mapping(root)])
    return root


def events(source: Source) -> Iterator[yaml.Event]:
    """Yield the parser events of a text; raise PyYAML's errors."""
    return yaml.parse(source.text.replace("\t", " "), Loader=LOADER)


INSTEAD: dict[str, str] = {
    "~": "none",
    **dict.fromkeys(spellings("null"), "none"),
    **dict.fromkeys(spellings("yes", "on"), "true"),
    **dict.fromkeys(spellings("no", "off"), "false"),
}
"""Plain scalars that specs do not allow, and what to write instead."""


def _not_a_mapping(root: Value) -> Diagnostic:
    is_list = isinstance(root, Sequence)
    return Diagnostic(
        "yaml/not-a-mapping",
        f"a spec is a mapping of keys, this is {'a list' if is_list else 'a text'}",
        (Label(root.span),),
        "put the steps under the key `network:`" if is_list else "begin with `archspec: 1`",
    )


class _Anchored(NamedTuple):
    """A value with an anchor, with the number of values in it and its height."""

    value: Value
    size: int
    height: int


@dataclass(slots=True)
class _Builder:
    """Builds values from events, within limits on their number and depth."""

    source: Source
    events: Iterator[yaml.Event]
    errors: Errors
    anchors: dict[str, _Anchored | None] = field(default_factory=dict)
    count: int = 0
    depth: int = 0
    deepest: int = 0

    def document(self) -> Value:
        """Read the only document."""
        next(self.events)
        start = next(self.events)
        event = start if isinstance(start, yaml.StreamEndEvent) else next(self.events)
        if event is start or _is_empty(event):
            message = f"{self.source.name} is empty"
            self.errors.stop(Diagnostic("yaml/empty", message, (), "begin with `archspec: 1`"))
        root = self.value(event)
        next(self.events)
        following = next(self.events)
        if not isinstance(following, yaml.StreamEndEvent):
            message, help = "a second document begins here", "a file holds one document"
            self.errors.report("yaml/documents", message, place(self.source, following), help)
        return root

    def value(self, event: yaml.Event) -> Value:
        """Read the value that begins with ``event``."""
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        anchor = event.anchor if isinstance(event, yaml.NodeEvent) else None
        return self.built(event) if anchor is None else self.anchored(event, anchor)

    def built(self, event: yaml.Event) -> Value:
        """Read a scalar, a list or a mapping."""
        self.count += 1
        if self.count > MOST_VALUES:
            self.refuse_size(event)
        if isinstance(event, CollectionStartEvent):
            return self.collection(event)
        return self.scalar(cast("yaml.ScalarEvent", event))

    def scalar(self, event: yaml.ScalarEvent) -> Scalar:
        """Read a scalar; report one that means true, false or null in YAML 1.1 only."""
        self.errors.check_tag(event)
        scalar = Scalar(place(self.source, event), event.value, not event.style)
        if scalar.plain and scalar.text in INSTEAD:
            instead = INSTEAD[scalar.text]
            help = f'write `{instead}`, or "{scalar.text}" in quotes if the text is meant'
            self.errors.report("yaml/value", f"`{scalar.text}` is not a value", scalar.span, help)
        return scalar

    def collection(self, event: CollectionStartEvent) -> Value:
        """Read a list or a mapping, one level deeper."""
        self.errors.check_tag(event)
        self.depth += 1
        self.deepen(self.depth, event)
        is_list = isinstance(event, yaml.SequenceStartEvent)
        built = self.sequence(event) if is_list else self.mapping(event)
        self.depth -= 1
        return built

    def sequence(self, start: CollectionStartEvent) -> Sequence:
        """Read a list up to its end."""
        items: list[Value] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            if _is_empty(event):
                self.errors.refuse_empty_item(event)
            items.append(self.value(event))
        flow = bool(start.flow_style)
        return Sequence(around(self.source, start, event, items[:1]), tuple(items), flow)

    def mapping(self, start: CollectionStartEvent) -> Mapping:
        """Read a mapping up to its end.

        Only the first duplicate key is reported, and none that follows a key without a value: the
        entries that were meant to be its value have then been read as part of this mapping.
        """
        entries: list[tuple[Scalar, Value]] = []
        first: dict[str, Scalar] = {}
        empty: list[int] = []
        twice: list[Scalar] = []
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event)
            following = next(self.events)
            if _is_empty(following):
                empty.append(len(entries))
            entries.append((key, self.value(following)))
            if first.setdefault(key.text, key) is not key:
                twice.append(key)
                if len(twice) == 1 and len(entries) - 2 not in empty:
                    self.errors.refuse_duplicate(key, first[key.text])
        for index in empty:
            has_next = index + 1 < len(entries) and not start.flow_style
            self.errors.refuse_empty(entries[index][0], has_next=has_next, is_inner=self.depth > 1)
        span = around(self.source, start, event, [key for key, _ in entries[:1]])
        return Mapping(span, tuple(entries))

    def key(self, event: yaml.Event) -> Scalar:
        """Read a key; report what cannot be one."""
        if isinstance(event, yaml.ScalarEvent) and not event.anchor and not _is_empty(event):
            key = Scalar(place(self.source, event), event.value, not event.style)
            self.errors.check_tag(event)
            if key.plain and key.text == "<<":
                self.errors.report("yaml/merge-key", "merge keys are not read", key.span, _MERGE)
            return key
        self.errors.report(
            "yaml/key", "a key is a plain or quoted text", place(self.source, event), _KEY
        )
        if not _is_empty(event):
            self.value(event)
        return Scalar(place(self.source, event), f"\0{self.count}", plain=False)

    def anchored(self, event: yaml.Event, name: str) -> Value:
        """Read a value with an anchor, and record its size and height."""
        count, deepest = self.count, self.deepest
        self.anchors[name] = None
        self.deepest = self.depth
        value = self.built(event)
        self.anchors[name] = _Anchored(value, self.count - count, self.deepest - self.depth)
        self.deepest = max(deepest, self.deepest)
        return value

    def alias(self, event: yaml.AliasEvent) -> Value:
        """Return the value of an alias; its values count again, which bounds expansion."""
        name = event.anchor or ""
        found = self.anchors.get(name)
        if found is None:
            self.errors.refuse_alias(
                name, place(self.source, event), is_inside=name in self.anchors
            )
            return Scalar(place(self.source, event), "", plain=False)
        self.count += found.size
        if self.count > MOST_VALUES:
            self.refuse_size(event)
        self.deepen(self.depth + found.height, event)
        return found.value

    def deepen(self, depth: int, event: yaml.Event) -> None:
        """Record the depth reached; stop if it exceeds the limit."""
        self.deepest = max(self.deepest, depth)
        if depth > DEEPEST:
            message = f"more than {DEEPEST} lists and mappings in each other"
            self.errors.stop(
                Diagnostic("yaml/depth", message, (Label(place(self.source, event)),), _MODULES)
            )

    def refuse_size(self, event: yaml.Event) -> NoReturn:
        """Stop at a value beyond the limit on their number."""
        message = f"more than {MOST_VALUES:,} values, aliases written out"
        self.errors.stop(
            Diagnostic("yaml/values", message, (Label(place(self.source, event)),), _MODULES)
        )


_KEY = "quote a key that begins with `[`, `{`, `&`, `*` or `?`"
_MODULES = "write what repeats as a module, or with `times`"
_MERGE = "list what is shared under `defaults`, or make it a module with options"


def _is_empty(event: yaml.Event) -> TypeGuard[yaml.ScalarEvent]:
    return isinstance(event, yaml.ScalarEvent) and not event.value and not event.style
