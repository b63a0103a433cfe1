"""The section ``import``: modules of other files, entered into a spec under their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archspec.diagnostic import Label, Report, instead
from archspec.language.document import sections
from archspec.language.document.sections import wrong
from archspec.language.document.spec import Module, Spec
from archspec.language.syntax.names import nearest
from archspec.language.syntax.syntax import Text
from archspec.language.yaml.reader import Scalar, Sequence, Value
from archspec.source import File, Span, Unreadable

ReadSpec = Callable[[File, Span], Spec | None]
"""Reads the spec that is imported at a place; None if it is unusable, which is reported."""


@dataclass(frozen=True)
class Importer:
    """Imports modules into a spec; the names of those that cannot be are known to be missing."""

    spec: Spec
    read: ReadSpec
    report: Report

    def imports(self, value: Value | None) -> None:
        """Import what a section lists by file."""
        for key, wanted in sections.entries(value, "`import`", self.report):
            found = self._read(key)
            if found is not None:
                self._import(found, key, wanted)
            else:
                self._miss(wanted)

    def _read(self, key: Scalar) -> Spec | None:
        try:
            file = self.spec.file.beside(key.text)
        except Unreadable as error:
            self.report(wrong(f"file/{error.kind}", str(error), key.span, error.help))
            return None
        return self.read(file, key.span)

    def _miss(self, wanted: Value) -> None:
        names = sections.names(wanted, "import", lambda _: None)
        self.spec.missing.update(name.text for name in names)

    def _import(self, found: Spec, key: Scalar, wanted: Value) -> None:
        if not isinstance(wanted, Sequence):
            help = f"write {key.text}: [name, ...]"
            self.report(wrong("import/form", "an import lists modules", wanted.span, help))
            self._miss(wanted)
            return
        for item in sections.names(wanted, "import", self.report):
            module = found.modules.get(item.text)
            if module is not None:
                self._enter(item, module)
            elif item.text in found.missing:
                self.spec.missing.add(item.text)
            else:
                self._refuse_unknown(item, key, found)

    def _refuse_unknown(self, item: Text, key: Scalar, found: Spec) -> None:
        near = nearest(item.text, found.modules)
        self.spec.missing.update((item.text, *near))
        message = f"{key.text} has no module `{item.text}`"
        help = f"did you mean `{near[0]}`?" if near else None
        fixes = instead(item.span, item.text, *near[:1])
        self.report(wrong("import/unknown", message, item.span, help, fixes=fixes))

    def _enter(self, item: Text, module: Module) -> None:
        first = self.spec.import_spans.get(item.text)
        if first:
            message, label = f"`{item.text}` is imported twice", Label(first, "the first")
            self.report(wrong("name/duplicate", message, item.span, None, label))
        self.spec.imported[item.text] = module
        self.spec.import_spans[item.text] = item.span
