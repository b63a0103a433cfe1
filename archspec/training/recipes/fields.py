"""The fields of recipes and their parts, derived from the annotations of the records."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from archspec.attributes import AttributeKind, show
from archspec.language.document.declaration import RECIPE
from archspec.operator import REQUIRED
from archspec.standalone.recipe import Recipe
from archspec.training.recipes.kinds import kind_of

_WORD_BREAK = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_RENAMED = {"params": "set"}
"""Keys that are not called as their fields: a recipe sets the params that a spec declares."""


class Field(NamedTuple):
    """A key or an argument: its name, the field that it fills, and what it may be told.

    ``kind`` is None where one of ``records`` is wanted, or a mapping of params; ``optional``
    allows none.
    """

    name: str
    attribute: str
    kind: AttributeKind | None
    records: tuple[type, ...]
    optional: bool
    default: Any

    @property
    def required(self) -> bool:
        """Whether it is required."""
        return self.default is REQUIRED

    @property
    def default_text(self) -> str:
        """The default, as an author would write it."""
        if isinstance(self.default, tuple):
            return f"[{', '.join(map(show, self.default))}]"
        return "none" if self.default is None else show(self.default)

    @property
    def words(self) -> Mapping[str, type]:
        """The records by their words, where there is a choice."""
        return {word_of(each): each for each in self.records} if len(self.records) > 1 else {}


def word_of(record: type) -> str:
    """Find the word of a record: ``RMSProp`` is rmsprop, ``OneCycle`` one_cycle."""
    return _WORD_BREAK.sub("_", record.__name__).lower()


@cache
def fields_of(record: type) -> Mapping[str, Field]:
    """List the fields of a record by name; the first may be given without its name."""
    hints = get_type_hints(record, include_extras=True)
    found = (_field(record, each.name, hints[each.name], each) for each in fields(record))
    return {each.name: each for each in found}


def _field(record: type, attribute: str, hint: Any, declared: Any) -> Field:
    inner = _without_none(hint)
    records: tuple[type, ...] = tuple(filter(is_dataclass, (*get_args(inner), inner)))
    scalar = not records and get_origin(inner) is not Mapping
    name = _RENAMED.get(attribute, attribute) if record is Recipe else attribute
    kind = kind_of(inner) if scalar else None
    return Field(name, attribute, kind, records, inner is not hint, _default(declared))


def _without_none(hint: Any) -> Any:
    """Remove None from an optional annotation."""
    parts = get_args(hint) if get_origin(hint) in (Union, UnionType) else ()
    return next(each for each in parts if each is not NoneType) if NoneType in parts else hint


def _default(declared: Any) -> Any:
    if declared.default_factory is not MISSING:
        return declared.default_factory()
    return REQUIRED if declared.default is MISSING else declared.default


FIELDS = fields_of(Recipe)
"""The fields of a recipe, by key."""
PROSE = ("source", "doc")
"""Keys that are for readers only."""
KEYS = (RECIPE.key, "name", *PROSE, *(name for name in FIELDS if name != "name"), "$schema")
