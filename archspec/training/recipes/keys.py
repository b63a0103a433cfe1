"""The value of one key of a recipe, read into the field that it fills."""

from __future__ import annotations

from typing import Any

from archspec.diagnostic import Diagnostic, Report
from archspec.language.document import sections
from archspec.language.yaml.values import Scalar, Value
from archspec.training.recipes.calls import read_record, read_value
from archspec.training.recipes.fields import Field


class Broken(Exception):
    """A value that was reported, of which nothing can be used."""


def read_key(field: Field, key: Scalar, value: Value, report: Report) -> Any:
    """Read the value of a key; report what is wrong with it, and raise ``Broken``."""
    found: list[Diagnostic] = []
    read = _read(field, key, value, found.append)
    for diagnostic in found:
        report(diagnostic)
    if found:
        raise Broken
    return read


def _read(field: Field, key: Scalar, value: Value, report: Report) -> Any:
    if field.records:
        return read_record(field, value, report)
    if field.attribute == "params":
        found = sections.params(value, report, field.name)
        return {name: param.value for name, param in found.items()}
    if field.attribute == "name":
        return _name(value, report)
    return read_value(field, key, value, report)


def _name(value: Value, report: Report) -> str:
    if not isinstance(value, Scalar):
        report(sections.wrong("spec/text", "`name` is one word", value.span))
        return ""
    found = sections.name(value, "a recipe", report)
    return found.text if found else ""
