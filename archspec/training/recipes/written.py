"""A recipe as Python source, for programs that hold it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from archspec.standalone.recipe import Recipe

_WIDTH = 100
_INDENT = 4


def written(recipe: Recipe) -> str:
    """Write a recipe as the assignment of ``RECIPE``; what is a default is left out."""
    return f"RECIPE = {_source(recipe, len('RECIPE = '), 0)}"


def imports(recipe: Recipe, module: str) -> str:
    """Write the import of the classes that ``written`` speaks of."""
    names = sorted(set(_classes(recipe)), key=lambda name: (not name.isupper(), name.lower()))
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= _WIDTH:
        return line
    rows = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{rows})"


def _classes(record: Any) -> Iterator[str]:
    yield type(record).__name__
    for field in _told(record):
        value = getattr(record, field.name)
        if is_dataclass(value):
            yield from _classes(value)


def _source(value: Any, column: int, depth: int) -> str:
    """Write a value that begins at a column: in a line if it fits, else one argument a line."""
    if not is_dataclass(value):
        return repr(value).replace("'", '"')  # its texts are names, so that no quote is in them
    name = type(value).__name__
    given = [(each.name, getattr(value, each.name)) for each in _told(value)]
    line = f"{name}({', '.join(f'{key}={_source(each, 0, 0)}' for key, each in given)})"
    if column + len(line) < _WIDTH and (depth or not given):
        return line
    blanks = " " * _INDENT * (depth + 1)
    rows = [
        f"{blanks}{key}={_source(each, len(blanks) + len(key) + 1, depth + 1)},\n"
        for key, each in given
    ]
    return f"{name}(\n{''.join(rows)}{' ' * _INDENT * depth})"


def _told(record: Any) -> Iterator[Field[Any]]:
    """List the fields that are not at their defaults."""
    return (each for each in fields(record) if getattr(record, each.name) != _default(each))


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()
