"""Reading a recipe and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archspec.diagnostic import Diagnostic, Report, SpecError, unreadable
from archspec.language.document import sections
from archspec.language.document.declaration import RECIPE, check_version, not_declared
from archspec.language.document.findings import Findings
from archspec.language.yaml import reader
from archspec.language.yaml.values import Mapping as Document
from archspec.location import locate
from archspec.source import File, Unreadable
from archspec.standalone.recipe import Recipe
from archspec.training.recipes import advice
from archspec.training.recipes.draft import RecipeDraft
from archspec.training.recipes.fields import FIELDS, KEYS, PROSE
from archspec.training.recipes.overrides import overridden


@dataclass(frozen=True)
class Checked:
    """What reading a recipe found; ``recipe`` is None where an error is among the diagnostics."""

    name: str
    diagnostics: tuple[Diagnostic, ...]
    recipe: Recipe | None = None


def load(recipe: str | Path | File, changes: Mapping[str, str] | None = None) -> Recipe:
    """Read a recipe; raise ``SpecError`` with all that is wrong with it and with the changes."""
    checked = check(recipe)
    if checked.recipe is None:
        raise SpecError(checked.diagnostics)
    return overridden(checked.recipe, changes or {})


def check(recipe: str | Path | File) -> Checked:
    """Read a recipe; whatever is wrong is in the answer."""
    findings = Findings()
    try:
        file = recipe if isinstance(recipe, File) else locate(str(recipe))
        source = file.read()
    except Unreadable as error:
        return Checked(str(getattr(recipe, "shown", recipe)), (unreadable(error),))
    if not RECIPE.claims(source.text):
        return Checked(source.name, (not_declared(source, RECIPE),))
    try:
        document = reader.read(source)
    except SpecError as error:
        return Checked(source.name, error.diagnostics)
    if not check_version(document, findings.report, RECIPE):
        return Checked(source.name, findings.all)
    draft = _read(document, findings.report)
    return Checked(source.name, findings.all, None if findings.errors else draft.finish())


def _read(document: Document, report: Report) -> RecipeDraft:
    """Read a document's keys."""
    unknown = [key for key, _ in document.entries if key.text not in KEYS]
    for key in unknown:
        report(advice.unknown_key(key, KEYS))
    for each in PROSE:
        sections.prose(document.get(each), each, report)
    optional = (field for field in FIELDS.values() if not field.required)
    draft = RecipeDraft(report, {field.attribute: field.default for field in optional})
    for key, value in document.entries:
        if key.text in FIELDS:
            draft.take(FIELDS[key.text], key, value)
    missing = (each for each in FIELDS.values() if each.required and not document.get(each.name))
    for field in missing if not unknown else ():
        report(advice.missing_key(field, document.span))
    draft.check_rules()
    return draft
