"""YAML as values that know their places, read from parser events within bounds.

The rules are the core schema of YAML 1.2, less what a spec has no use for: tags, merge keys, several
documents, and values left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple, NoReturn

import yaml

from archspec.diagnostic import Diagnostic, Label, SpecError
from archspec.language import malformed
from archspec.source import MAXIMUM_BYTES, Source, Span

DEEPEST = 64
"""Lists and mappings that may stand in each other, aliases written out."""
MOST_VALUES = 1_000_000
"""Values that a document may have, aliases written out."""
MOST_DIAGNOSTICS = 100
"""After so many the rest of the document is left unread."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST_NUMBER = 64


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, plain or quoted, and its place."""

    span: Span
    text: str
    plain: bool

    @property
    def value(self) -> int | float | bool | str | None:
        """What a plain scalar means by YAML 1.2's core rules; a quoted one is always text."""
        return _resolve(self.text) if self.plain else self.text

    @property
    def origin(self) -> int | None:
        """The column of the text's first character; None where the text is not written as such."""
        source, line, start, end = self.span
        written = source.line(line)[start:end]
        close = 0 if self.plain else 1
        if written.endswith(self.text, 0, len(written) - close):
            return end - close - len(self.text)
        return None

    def at(self, start: int, end: int) -> Span:
        """Find the place of a part of the text; the whole scalar's where it has no own."""
        origin = self.origin
        if origin is None:
            return self.span
        return Span(self.span.source, self.span.line, origin + start, origin + end)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list and its place; ``flow`` if it was written in brackets."""

    span: Span
    items: tuple[Value, ...]
    flow: bool


@dataclass(frozen=True, slots=True)
class Mapping:
    """Values under keys, in the order written, and their place; no two keys are equal."""

    span: Span
    entries: tuple[tuple[Scalar, Value], ...]

    def get(self, key: str) -> Value | None:
        """Find the value under ``key``."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """Find the key itself, for its place."""
        return next((name for name, _ in self.entries if name.text == key), None)


Value = Scalar | Sequence | Mapping


def read(source: Source) -> Mapping:
    """Read a document; raise ``SpecError`` with everything that is wrong with it as YAML."""
    _refuse_unreadable(source)
    text = source.text.replace("\t", " ") if "\t" in source.text else source.text
    builder = _Builder(source)
    try:
        root = builder.document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        builder.stop(malformed.explain(error, source))
    if builder.diagnostics:
        raise SpecError(builder.diagnostics)
    if not isinstance(root, Mapping):
        raise SpecError([_not_a_mapping(root)])
    return root


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _resolve(text: str) -> int | float | bool | str | None:
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.replace(".", "")) if _SPECIAL.fullmatch(text) else text


def _spellings(*words: str) -> tuple[str, ...]:
    return tuple(
        spell(word) for word, spell in product(words, (str.lower, str.capitalize, str.upper))
    )


_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(_spellings("null")),
    **dict.fromkeys(_spellings("true"), True),
    **dict.fromkeys(_spellings("false"), False),
}
_INSTEAD: dict[str, str] = {
    "": "",
    "~": "none",
    **dict.fromkeys(_spellings("null"), "none"),
    **dict.fromkeys(_spellings("yes", "on"), "true"),
    **dict.fromkeys(_spellings("no", "off"), "false"),
}
"""Plain texts that are no value in a spec, and what to write instead."""

_UNREADABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd"
    "\U00010000-\U0010ffff]|\r(?!\n)"
)
_INDENTING_TAB = re.compile(r"^ *\t[\t ]*(?=[^\s#])", re.MULTILINE)


def _refuse_unreadable(source: Source) -> None:
    """Refuse text that is too long, or whose characters editors and parsers see differently."""
    text = source.text
    if len(text) > MAXIMUM_BYTES:
        message = f"{source.name} is larger than 8 MiB, the most a spec may be"
        raise SpecError([Diagnostic("yaml/too-large", message)])
    if found := _UNREADABLE.search(text):
        raise SpecError([_unreadable(_place(source, found), found.group())])
    tabs = list(_INDENTING_TAB.finditer(text)) if "\t" in text else []
    if tabs:
        raise SpecError(
            Diagnostic(
                "yaml/tab",
                "a tab in the indentation",
                (Label(_place(source, tab), "YAML indents by spaces"),),
                "replace the tab by spaces, as many as the neighbouring lines have",
            )
            for tab in tabs[:MOST_DIAGNOSTICS]
        )


def _unreadable(span: Span, character: str) -> Diagnostic:
    return Diagnostic(
        "yaml/character",
        f"the character U+{ord(character):04X} cannot stand in a spec",
        (Label(span, "editors do not show it"),),
        "delete it; is this file the text you meant?",
    )


def _place(source: Source, found: re.Match[str]) -> Span:
    start = found.start()
    line_start = source.text.rfind("\n", 0, start) + 1
    line = source.text.count("\n", 0, start) + 1
    return Span(source, line, start - line_start, found.end() - line_start)


def _not_a_mapping(root: Value) -> Diagnostic:
    is_list = isinstance(root, Sequence)
    return Diagnostic(
        "yaml/not-a-mapping",
        f"a spec is a mapping of keys, this is {'a list' if is_list else 'a text'}",
        (Label(root.span),),
        "put the steps under the key `network:`" if is_list else "begin with `archspec: 1`",
    )


class _Anchored(NamedTuple):
    """A value with an anchor: how many values it holds and how deep it goes."""

    value: Value
    size: int
    height: int


@dataclass(slots=True)
class _Builder:
    """Values from events; what is wrong is collected, what is too large stops it."""

    source: Source
    diagnostics: list[Diagnostic] = field(default_factory=list)
    anchors: dict[str, _Anchored | None] = field(default_factory=dict)
    events: Iterator[Any] = field(default_factory=lambda: iter(()))
    count: int = 0
    depth: int = 0
    deepest: int = 0

    def document(self, events: Iterator[Any]) -> Value:
        self.events = events
        next(events)
        start = next(events)
        if type(start) is yaml.StreamEndEvent:
            self.stop(Diagnostic("yaml/empty", f"{self.source.name} is empty", (), _BEGIN))
        event = next(events)
        if _is_empty(event):
            self.stop(Diagnostic("yaml/empty", f"{self.source.name} is empty", (), _BEGIN))
        root = self.value(event)
        next(events)
        following = next(events)
        if type(following) is not yaml.StreamEndEvent:
            self.report("yaml/documents", "a second document begins here", self.mark(following))
        return root

    def value(self, event: Any) -> Value:
        self.count += 1
        kind = type(event)
        if kind is yaml.AliasEvent:
            return self.alias(event)
        if self.count > MOST_VALUES:
            self.refuse_size(event)
        if event.tag is not None:
            self.report(
                "yaml/tag", f"the tag `{event.tag}` has no meaning in a spec", self.mark(event)
            )
        if event.anchor is not None:
            return self.anchored(event)
        return self.scalar(event) if kind is yaml.ScalarEvent else self.collection(event)

    def scalar(self, event: Any) -> Scalar:
        text, plain = event.value, not event.style
        span = self.span(event.start_mark, event.end_mark)
        if plain and text in _INSTEAD and text:
            self.report(
                "yaml/value",
                f"`{text}` is no value here",
                span,
                f'write `{_INSTEAD[text]}`, or "{text}" in quotes if the text is meant',
            )
        return Scalar(span, text, plain)

    def collection(self, event: Any) -> Value:
        self.depth += 1
        self.deepen(self.depth, event)
        is_sequence = type(event) is yaml.SequenceStartEvent
        built = self.sequence(event) if is_sequence else self.mapping(event)
        self.depth -= 1
        return built

    def sequence(self, start: Any) -> Sequence:
        items: list[Value] = []
        while type(event := next(self.events)) is not yaml.SequenceEndEvent:
            if _is_empty(event):
                self.empty_item(event)
            items.append(self.value(event))
        end = event.end_mark if start.flow_style or not items else None
        return Sequence(self.around(start, end, items), tuple(items), bool(start.flow_style))

    def mapping(self, start: Any) -> Mapping:
        entries: list[tuple[Scalar, Value]] = []
        first: dict[str, Scalar] = {}
        empty: list[tuple[int, Scalar]] = []
        while type(event := next(self.events)) is not yaml.MappingEndEvent:
            key = self.key(event)
            following = next(self.events)
            if _is_empty(following):
                empty.append((len(entries), key))
            entries.append((key, self.value(following)))
            if first.setdefault(key.text, key) is not key:
                self.duplicate(key, first[key.text])
        for index, key in empty:
            self.empty_value(key, has_next=index + 1 < len(entries) and not start.flow_style)
        end = event.end_mark if start.flow_style else None
        span = self.around(start, end, [key for key, _ in entries[:1]])
        return Mapping(span, tuple(entries))

    def key(self, event: Any) -> Scalar:
        if type(event) is not yaml.ScalarEvent or _is_empty(event) or event.tag or event.anchor:
            self.report("yaml/key", "a key is a plain or quoted text", self.mark(event), _KEY_HELP)
            if type(event) is not yaml.ScalarEvent:
                self.value(event)
            return Scalar(self.mark(event), f"\0{self.count}", plain=False)
        span = self.span(event.start_mark, event.end_mark)
        key = Scalar(span, event.value, not event.style)
        if key.plain and key.text == "<<":
            self.report(
                "yaml/merge-key", "merge keys (`<<`) are not part of the language", span, _MERGE
            )
        return key

    def anchored(self, event: Any) -> Value:
        name, before, outer = event.anchor, self.count, self.deepest
        event.anchor = None
        self.count -= 1
        self.anchors[name] = None
        self.deepest = self.depth
        value = self.value(event)
        self.anchors[name] = _Anchored(value, self.count - before + 1, self.deepest - self.depth)
        self.deepest = max(outer, self.deepest)
        return value

    def alias(self, event: Any) -> Value:
        name = event.anchor
        span = self.mark(event)
        found = self.anchors.get(name)
        if found is None:
            self.unknown_alias(name, span)
            return Scalar(span, f"*{name}", plain=True)
        self.count += found.size - 1
        if self.count > MOST_VALUES:
            self.refuse_size(event)
        self.deepen(self.depth + found.height, event)
        return found.value

    def unknown_alias(self, name: str, span: Span) -> None:
        if name in self.anchors:
            self.report("yaml/alias", f"`*{name}` stands inside the value that it repeats", span)
        else:
            self.report(
                "yaml/alias",
                f"`*{name}` repeats a value, and none above is marked `&{name}`",
                span,
                "quote the text if the asterisk is part of it",
            )

    def deepen(self, depth: int, event: Any) -> None:
        self.deepest = max(self.deepest, depth)
        if depth > DEEPEST:
            message = f"more than {DEEPEST} lists and mappings in each other"
            self.stop(Diagnostic("yaml/depth", message, (Label(self.mark(event)),), _MODULES))

    def refuse_size(self, event: Any) -> NoReturn:
        message = f"more than {MOST_VALUES:,} values, aliases written out"
        self.stop(Diagnostic("yaml/values", message, (Label(self.mark(event)),), _MODULES))

    def duplicate(self, key: Scalar, first: Scalar) -> None:
        self.report(
            "yaml/duplicate-key",
            f"the key `{key.text}` is there twice",
            key.span,
            "remove one of them, or give it another name",
            Label(first.span, "the first one"),
        )

    def empty_item(self, event: Any) -> None:
        mark = event.start_mark
        span = Span(self.source, mark.line + 1, max(0, mark.column - 1), max(1, mark.column))
        self.report("yaml/empty-value", "a list item without a value", span, "remove the dash")

    def empty_value(self, key: Scalar, *, has_next: bool) -> None:
        help = f"give it a value, write `none`, or remove `{key.text}`"
        if has_next:
            help = f"indent what belongs to `{key.text}` further than the key itself, or {help}"
        self.report("yaml/empty-value", f"`{key.text}` has no value", key.span, help)

    def report(
        self, code: str, message: str, span: Span, help: str | None = None, *why: Label
    ) -> None:
        self.diagnostics.append(Diagnostic(code, message, (Label(span), *why), help))
        if len(self.diagnostics) >= MOST_DIAGNOSTICS:
            raise SpecError(self.diagnostics)

    def stop(self, diagnostic: Diagnostic) -> NoReturn:
        raise SpecError([*self.diagnostics, diagnostic]) from None

    def span(self, start: Any, end: Any) -> Span:
        line: int = start.line + 1
        same = end.line == start.line
        last = end.column if same else len(self.source.line(line).rstrip())
        return Span(self.source, line, start.column, last)

    def mark(self, event: Any) -> Span:
        return self.span(event.start_mark, event.end_mark)

    def around(self, start: Any, end: Any | None, parts: list[Any]) -> Span:
        """Span brackets, or of a block its first part."""
        if end is not None:
            return self.span(start.start_mark, end)
        line, first = start.start_mark.line + 1, parts[0].span
        last = first.end if first.line == line else start.start_mark.column + 1
        return Span(self.source, line, start.start_mark.column, last)


_BEGIN = "begin with `archspec: 1`"
_KEY_HELP = "to write `[`, `{`, `&`, `*` or `?` at the beginning of a key, quote the key"
_MERGE = "list what is shared under `defaults`, or make it a module with options"
_MODULES = "write what repeats as a module, or with `times`"


def _is_empty(event: Any) -> bool:
    return type(event) is yaml.ScalarEvent and not event.value and not event.style
