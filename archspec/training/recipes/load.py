"""Reading a recipe and everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archspec.diagnostic import Diagnostic, Report, SpecError
from archspec.language.document import sections
from archspec.language.document.declaration import RECIPE, check_version, not_declared
from archspec.language.document.findings import Findings
from archspec.language.yaml import reader
from archspec.language.yaml.values import Mapping, Scalar, Value
from archspec.location import locate
from archspec.source import File, Unreadable
from archspec.standalone.recipe import Recipe
from archspec.training.recipes import advice
from archspec.training.recipes.calls import read_record, read_value
from archspec.training.recipes.fields import Field, fields_of

FIELDS = fields_of(Recipe)
PROSE = ("source", "doc")
KEYS = (RECIPE.key, "name", *PROSE, *(name for name in FIELDS if name != "name"), "$schema")


@dataclass(frozen=True)
class Checked:
    """What reading a recipe found; ``recipe`` is None where an error is among the diagnostics."""

    name: str
    diagnostics: tuple[Diagnostic, ...]
    recipe: Recipe | None = None


def load(recipe: str | Path | File) -> Recipe:
    """Read a recipe; raise ``SpecError`` with all that is wrong with it."""
    checked = check(recipe)
    if checked.recipe is None:
        raise SpecError(checked.diagnostics)
    return checked.recipe


def check(recipe: str | Path | File) -> Checked:
    """Read a recipe; whatever is wrong is in the answer."""
    findings = Findings()
    try:
        file = recipe if isinstance(recipe, File) else locate(str(recipe))
        source = file.read()
    except Unreadable as error:
        found = Diagnostic(f"file/{error.kind}", str(error), (), error.help)
        return Checked(str(getattr(recipe, "shown", recipe)), (found,))
    if not RECIPE.claims(source.text):
        return Checked(source.name, (not_declared(source, RECIPE),))
    try:
        document = reader.read(source)
    except SpecError as error:
        return Checked(source.name, error.diagnostics)
    is_known = check_version(document, findings.report, RECIPE)
    read = _recipe(document, findings.report) if is_known else None
    return Checked(source.name, findings.all, None if findings.errors else read)


def _recipe(document: Mapping, report: Report) -> Recipe | None:
    """Read a document's keys into a recipe; None where one is missing."""
    unknown = [key for key, _ in document.entries if key.text not in KEYS]
    for key in unknown:
        report(advice.unknown_key(key, KEYS))
    for each in PROSE:
        sections.prose(document.get(each), each, report)
    written = [(key, value) for key, value in document.entries if key.text in FIELDS]
    values = {
        FIELDS[key.text].attribute: _value(FIELDS[key.text], key, value, report)
        for key, value in written
    }
    missing = [each for each in FIELDS.values() if each.required and each.attribute not in values]
    for field in missing if not unknown else ():
        report(advice.missing_key(field, document.span))
    return None if missing else Recipe(**values)


def _value(field: Field, key: Scalar, value: Value, report: Report) -> Any:
    if field.records:
        return read_record(field, value, report)
    if field.attribute == "params":
        return {name: param.value for name, param in sections.params(value, report).items()}
    if field.attribute == "name":
        return _name(value, report)
    return read_value(field, key, value, report)


def _name(value: Value, report: Report) -> str:
    if not isinstance(value, Scalar):
        report(sections.wrong("spec/text", "`name` is one word", value.span))
        return ""
    found = sections.name(value, "a recipe", report)
    return found.text if found else ""
