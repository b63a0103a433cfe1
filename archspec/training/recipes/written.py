"""A recipe as Python source, for programs that hold it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any

from archspec.emission.python import COLUMNS, Code, call, dictionary, lines, literal
from archspec.standalone.recipe import Recipe
from archspec.training.recipes.fields import fields_of


def written(recipe: Recipe) -> str:
    """Write a recipe as the assignment of ``RECIPE``; what is a default is left out."""
    return "\n".join(lines(_source(recipe), 0, "RECIPE = "))


def imports(recipe: Recipe, module: str) -> str:
    """Write the import of the classes that ``written`` speaks of."""
    names = sorted(set(_classes(recipe)), key=lambda name: (not name.isupper(), name.lower()))
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= COLUMNS:
        return line
    rows = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{rows})"


def _source(value: Any) -> Code:
    if isinstance(value, dict):
        return dictionary({name: literal(each) for name, each in value.items()})
    if not is_dataclass(value):
        return literal(value)
    return call(type(value).__name__, (), {name: _source(each) for name, each in _told(value)})


def _classes(record: Any) -> Iterator[str]:
    yield type(record).__name__
    for _, value in _told(record):
        if is_dataclass(value):
            yield from _classes(value)


def _told(value: object) -> Iterator[tuple[str, Any]]:
    """List the fields that are not at their defaults."""
    record: type = type(value)
    for field in fields_of(record).values():
        told = getattr(value, field.attribute)
        if told != field.default:
            yield field.attribute, told
