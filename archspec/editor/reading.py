"""One document as far as it is understood at the moment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from archspec.checked import examine
from archspec.diagnostic import Diagnostic, unreadable
from archspec.editor.occurrences import OWN, Occurrence, occurrences
from archspec.editor.overlay import Overlay
from archspec.editor.uses import Uses
from archspec.graph import Graph
from archspec.language.document.declaration import RECIPE, is_spec, kind_of
from archspec.language.document.findings import Findings
from archspec.language.document.load import load
from archspec.language.document.spec import Spec
from archspec.source import File, Source, Unreadable
from archspec.training import recipes


@dataclass(frozen=True)
class Reading:
    """What a text says, and what is wrong with it.

    ``document`` is None for what cannot be read, for recipes, and for files of other kinds, which
    have no diagnostics either. ``graph`` is what is known of the network, whether or not there are
    errors.
    """

    path: Path
    overlay: Overlay
    source: Source
    diagnostics: tuple[Diagnostic, ...] = ()
    document: Spec | None = None
    graph: Graph | None = None

    @cached_property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """What is named where, in this file."""
        found = occurrences(self.document) if self.document else ()
        return tuple(dict.fromkeys(found))  # an alias writes the same text again

    @cached_property
    def uses(self) -> Uses:
        """What is known of each step, by its place."""
        return Uses.of(self.graph)

    def at(self, line: int, column: int) -> Occurrence | None:
        """Return the innermost name at a place, its end included; None if there is none."""
        found = [each for each in self.occurrences if each.contains(line, column)]
        return min(found, key=_extent, default=None)

    def by_file(self) -> dict[Path, list[Diagnostic]]:
        """Sort diagnostics by the files that they are in; those without a place are here."""
        found: dict[Path, list[Diagnostic]] = {self.path: []}
        for each in self.diagnostics:
            name = each.span.source.name if each.span else ""
            found.setdefault(self.overlay.names.get(name, self.path), []).append(each)
        return found


def _extent(found: Occurrence) -> tuple[int, bool]:
    """Order names at one place: the narrowest first, and an author's own before others."""
    return found.span.end - found.span.start, found.symbol.sort not in OWN


def read_names(file: File, path: Path, overlay: Overlay) -> Reading:
    """Read a spec without elaborating it, for the names in it."""
    findings = Findings()
    document = load(file, findings)
    source = document.source if document else Source(file.shown, "")
    return Reading(path, overlay, source, findings.all, document)


def read(file: File, path: Path, overlay: Overlay) -> Reading:
    """Read and check a file of an overlay, whatever it is."""
    try:
        source = file.read()
    except Unreadable as error:
        return Reading(path, overlay, Source(file.shown, ""), (unreadable(error),))
    if kind_of(source.text) is RECIPE:
        return Reading(path, overlay, source, recipes.check(file).diagnostics)
    if not is_spec(source.text):
        return Reading(path, overlay, source)
    found = examine(file)
    diagnostics = found.checked.diagnostics
    return Reading(path, overlay, source, diagnostics, found.document, found.attempt)
