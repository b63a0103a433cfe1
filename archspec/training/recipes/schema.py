"""The JSON Schema of recipes, made from the fields of their records, for editors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from archspec.attributes import AttributeKind
from archspec.language.document.declaration import RECIPE, VERSION
from archspec.language.schema import step_patterns
from archspec.language.schema.json_schema import (
    NAME,
    TEXT,
    Schema,
    any_of,
    described,
    named,
    record,
    ref,
    string,
)
from archspec.language.schema.step_patterns import Names
from archspec.standalone.recipe import Recipe
from archspec.training.recipes.fields import FIELDS, KEYS, Field, fields_of
from archspec.views.entries import documented, prose

_NONE = Names(numbers=False, words=False)
"""A recipe has no names."""


def schema() -> Schema:
    """Make the schema of a recipe, without the rules across values."""
    properties = _properties()
    required = [RECIPE.key, *(each.name for each in FIELDS.values() if each.required)]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"archspec recipe, version {VERSION}",
        **record({key: properties[key] for key in KEYS}, *required),
        "definitions": {"calculated": string(step_patterns.alone(_NONE))},
    }


def _properties() -> dict[str, Schema]:
    docs = documented(str(Recipe.__doc__))
    return {
        RECIPE.key: {"const": VERSION, "description": "Version of the language."},
        "source": described(TEXT, "Where the recipe comes from."),
        "doc": described(TEXT, "What there is to say of it."),
        "$schema": {"type": "string"},
        **{key: described(_value(each), docs[each.attribute]) for key, each in FIELDS.items()},
    }


def _value(field: Field) -> Schema:
    """Allow the values of a field."""
    if field.words:
        return any_of(*_calls(field))
    if field.records:
        return _told(field.records[0])
    if field.kind is None:
        return named(any_of({"type": ["number", "boolean"]}, string(NAME)))
    return _plain(field, field.kind)


def _plain(field: Field, kind: AttributeKind) -> Schema:
    allowed: list[Any] = [dict(kind.schema)]
    if kind.schema.get("type") in ("number", "integer"):
        allowed.append(ref("calculated"))
    if field.optional:
        allowed.append({"const": "none"})
    return any_of(*allowed) if len(allowed) > 1 else allowed[0]


def _calls(field: Field) -> Iterator[Schema]:
    """Allow each word with what it is told: on one line, or as a mapping of the word alone."""
    for word, each in field.words.items():
        summary = prose(str(each.__doc__))[0]
        yield described(string(rf"^\s*{word}(?:\s+|$){_arguments(each)}$"), summary)
        yield described(record({word: _told(each)}, word), summary)


def _told(each: type) -> Schema:
    """Allow the arguments of a record: on one line, by name, or its main one alone."""
    known = fields_of(each)
    docs = documented(str(each.__doc__))
    properties = {
        name: described(_value(field), docs[field.attribute]) for name, field in known.items()
    }
    required = [name for name, field in known.items() if field.required]
    main = [_value(field) for field in list(known.values())[:1]]
    line = string(rf"^\s*{_arguments(each)}$")
    return any_of(record(properties, *required), *main, line)


def _arguments(each: type) -> str:
    """Match arguments on one line; those that take alike share what they take."""
    known = fields_of(each)
    bare = [_text(field) for field in list(known.values())[:1]]
    keyed: dict[str, list[str]] = {}
    for name, field in known.items():
        keyed.setdefault(_text(field), []).append(name)
    named = [f"(?:{'|'.join(names)})={text}" for text, names in keyed.items()]
    return rf"(?:(?:{'|'.join([*bare, *named])})(?:\s+|$))*" if known else ""


def _text(field: Field) -> str:
    """Match a plain value: a word, arithmetic without names, or a list in brackets."""
    assert field.kind is not None
    if "anyOf" not in field.kind.schema:
        return step_patterns.value(field.kind, _NONE)
    item = step_patterns.value(replace(field.kind, schema=field.kind.schema["anyOf"][0]), _NONE)
    return rf"(?:none|{item}|\[\s*{item}(?:\s*,\s*{item})*\s*\])"
