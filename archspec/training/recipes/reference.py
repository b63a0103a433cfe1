"""The reference of recipes: the keys and the words that are their values."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.standalone.recipe import Recipe
from archspec.training.recipes.fields import FIELDS, Field, fields_of, word_of
from archspec.views.entries import AttributeRow, Entry, documented, prose

_SECTIONS = "Sections"


def reference() -> dict[str, Entry]:
    """Describe a recipe, then the words of its keys, by word."""
    return {each.word: each for each in (_entry(Recipe, "recipe", "Documents"), *_parts())}


def _parts() -> Iterator[Entry]:
    """Describe the values of keys, those with a choice of words first."""
    chosen = [each for each in FIELDS.values() if each.words]
    for field in chosen:
        for word, record in field.words.items():
            yield _entry(record, word, f"{field.name.capitalize()}s")
    for field in FIELDS.values():
        if field.records and not field.words:
            yield _entry(field.records[0], field.name, _SECTIONS)


def _entry(record: type, word: str, group: str) -> Entry:
    summary, text = prose(str(record.__doc__))
    docs, known = documented(str(record.__doc__)), fields_of(record)
    rows = tuple(_row(each, docs.get(each.attribute, "")) for each in known.values())
    main = None if record is Recipe else next(iter(known), None)
    return Entry(word, group, summary, text, main, rows)


def _row(field: Field, doc: str) -> AttributeRow:
    default = "" if field.required else _default(field)
    return AttributeRow(field.name, wanted(field), default, doc)


def wanted(field: Field) -> str:
    """Describe the values that a field takes."""
    if field.words:
        return f"one of {', '.join(field.words)}, and what it is told"
    if field.records:
        return f"what `{field.name}` is told"
    spoken = field.kind.name if field.kind else "values by name"
    return f"{spoken}, or none" if field.optional else spoken


def _default(field: Field) -> str:
    if field.records:
        return word_of(type(field.default)) if field.words else "as below"
    return field.default_text if field.kind else "none"
