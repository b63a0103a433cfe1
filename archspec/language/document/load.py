"""Reading a spec and the files that it imports from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from archspec.diagnostic import Diagnostic, Label, SpecError, unreadable
from archspec.language.document import defaults, inputs, sections, templates, variants
from archspec.language.document.declaration import check_version, is_spec, not_declared
from archspec.language.document.findings import Findings
from archspec.language.document.imports import Importer
from archspec.language.document.recursion import recursive
from archspec.language.document.sections import PROMISES, wrong
from archspec.language.document.spec import Head, Module, Spec
from archspec.language.syntax.steps import parse_steps
from archspec.language.syntax.syntax import Form
from archspec.language.syntax.words import attributes_of, form_of
from archspec.language.yaml import reader
from archspec.language.yaml.reader import Scalar
from archspec.source import File, Source, Span, Unreadable

KEYS = (
    "archspec",
    "name",
    "title",
    "source",
    "doc",
    "input",
    "params",
    "variants",
    "import",
    "defaults",
    *PROMISES,
    "network",
    "outputs",
    "auxiliary",
    "expect",
    "moved",
    "$schema",
)


@dataclass
class FileReading:
    """The state that is shared while a spec and its imports are read; ``open`` is a stack."""

    findings: Findings
    specs: dict[File, Spec | None] = field(default_factory=dict)
    files: list[Source] = field(default_factory=list)
    open: list[tuple[File, Span | None]] = field(default_factory=list)


def load(file: File, findings: Findings) -> Spec | None:
    """Read a spec with its imports; None if it is unusable, which is reported."""
    return _load(file, None, FileReading(findings))


def _load(file: File, span: Span | None, reading: FileReading) -> Spec | None:
    if file in reading.specs:
        return reading.specs[file]
    report = reading.findings.report
    if any(file == other for other, _ in reading.open):
        report(_circle(file, reading, span))
        return None
    try:
        source = file.read()
    except Unreadable as error:
        labels = (Label(span, "imported here"),) if span else ()
        report(unreadable(error, labels))
        return None
    if not is_spec(source.text):
        report(not_declared(source, span=span))
        return None
    reading.files.append(source)
    reading.open.append((file, span))
    document = _read(file, source, reading)
    is_chosen = document is None or variants.choose(document, file.variant, span, report)
    reading.specs[file] = document if is_chosen else None
    reading.open.pop()
    return reading.specs[file]


def _circle(file: File, reading: FileReading, span: Span | None) -> Diagnostic:
    first = [other for other, _ in reading.open].index(file)
    why = [
        Label(place, "which is imported here") for _, place in reading.open[first + 1 :] if place
    ]
    chain = " -> ".join(str(other.path) for other, _ in reading.open[first:])
    return Diagnostic(
        "import/circle",
        f"imports form a cycle: {chain} -> {file.path}",
        (*((Label(span, "imported again here"),) if span else ()), *why),
        "move what both files need into a third",
    )


def _read(file: File, source: Source, reading: FileReading) -> Spec | None:
    try:
        value = reader.read(source)
    except SpecError as error:
        for diagnostic in error.diagnostics:
            reading.findings.report(diagnostic)
        return None
    if not isinstance(value, reader.Mapping):
        reading.findings.report(
            wrong(
                "spec/mapping",
                "a spec is a mapping of keys",
                value.span,
                "begin with `archspec: 1` and put the steps under `network:`",
            )
        )
        return None
    if not check_version(value, reading.findings.report):
        return None
    return _Document(file, source, value, reading).spec


class _Document:
    """Reads a mapping into a spec, whatever the order of its sections."""

    def __init__(
        self, file: File, source: Source, value: reader.Mapping, reading: FileReading
    ) -> None:
        self.value = value
        self.reading = reading
        self.report = reading.findings.report
        self.spec = Spec(
            file,
            source,
            frozenset(key.text for key, _ in value.entries),
            files=reading.files,
            content=value,
        )
        self.drafted = {
            key.text
            for section in PROMISES
            for key, _ in sections.entries(value.get(section), f"`{section}`", lambda _: None)
        }
        self._head()
        read = partial(_load, reading=reading)
        Importer(self.spec, read, self.report).imports(value.get("import"))
        self._modules()
        self._network()

    def form(self, word: str) -> Form:
        """Return the form of a word's value in a mapping; a module shadows other meanings."""
        if word in self.drafted or word in self.spec.imported:
            return Form.ATTRIBUTES
        return form_of(word)

    def _head(self) -> None:
        spec, get, report = self.spec, self.value.get, self.report
        sections.unknown_keys(self.value, KEYS, "a spec", report)
        spec.has_unknown_keys = bool(spec.keys.difference(KEYS))
        spec.missing.update(self._under_unknown_keys())
        written = get("name")
        if isinstance(written, Scalar):
            spec.name = sections.document_name(written, report)
        elif written is not None:
            report(wrong("spec/text", "`name` is one word", written.span))
        spec.title = sections.prose(get("title"), "title", report)
        spec.origin = sections.prose(get("source"), "source", report)
        spec.doc = sections.prose(get("doc"), "doc", report)
        spec.inputs = inputs.inputs(get("input"), report)
        spec.params = sections.params(get("params"), report)
        spec.variants = variants.variants(get("variants"), spec, report)
        spec.defaults = defaults.defaults(get("defaults"), report)
        bare = sections.entries(get("defaults"), "", lambda _: None)
        spec.missing.update(key.text for key, _ in bare if attributes_of(key.text) is None)
        spec.outputs = sections.outputs(get("outputs"), report)
        spec.expect = sections.expectations(get("expect"), report)
        spec.moved = sections.moves(get("moved"), report)

    def _under_unknown_keys(self) -> Iterator[str]:
        """Yield the names of possible modules under misspelt sections."""
        for key, value in self.value.entries:
            if key.text not in KEYS and isinstance(value, reader.Mapping):
                yield from (each.text for each, _ in value.entries)

    def _modules(self) -> None:
        for section, promise in PROMISES.items():
            for key, value in sections.entries(
                self.value.get(section), f"`{section}`", self.report
            ):
                draft = templates.module(key, value, promise, self.form, self.report)
                if draft is not None:
                    self._add(draft)
                else:
                    self.spec.missing.update((key.text, key.text.partition("(")[0]))
        self._recursion()

    def _add(self, draft: templates.ModuleDraft) -> None:
        name, span = draft.template.name, draft.template.span
        assert span is not None
        other = self.spec.modules.get(name)
        first = other.template.span if other else self.spec.import_spans.get(name)
        if first:
            self.report(
                wrong(
                    "name/duplicate",
                    f"two modules are called `{name}`",
                    span,
                    "rename one of them",
                    Label(first, "the first"),
                )
            )
        self.spec.modules[name] = Module(**draft._asdict(), spec=self.spec)

    def _recursion(self) -> None:
        """Report modules that contain themselves, and take them for missing."""
        endless = recursive(self.spec.modules, self.report)
        self.spec.missing |= endless
        for name in endless:
            del self.spec.modules[name]

    def _network(self) -> None:
        steps = self.value.get("network")
        if steps is not None:
            self.spec.network = parse_steps(steps, self.form, self.report)
        self.spec.auxiliary = tuple(self._heads())

    def _heads(self) -> Iterator[Head]:
        heads = list(sections.entries(self.value.get("auxiliary"), "`auxiliary`", self.report))
        nameless = next((key for key, _ in heads if key.text in ("from", "steps")), None)
        if nameless:
            help = "write its name above: auxiliary: {side: {from: step, steps: [...]}}"
            message = "an auxiliary head needs a name"
            self.report(wrong("auxiliary/form", message, nameless.span, help))
            return
        for key, value in heads:
            head = templates.head(key, value, self.form, self.report)
            if head is not None:
                yield head
