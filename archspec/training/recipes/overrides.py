"""Overriding values of a recipe: ``epochs=3``, ``optimizer.rate=0.1``."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from archspec.diagnostic import SpecError
from archspec.language.document.findings import Findings
from archspec.language.yaml import reader
from archspec.language.yaml.values import Scalar
from archspec.source import Source, Span
from archspec.standalone.recipe import Recipe
from archspec.training.recipes import advice
from archspec.training.recipes.draft import RecipeDraft
from archspec.training.recipes.fields import FIELDS, Field, fields_of, word_of
from archspec.training.recipes.keys import Broken, read_key

OPTION = "--change"
"""What messages call the place that changes are written in."""


def overridden(recipe: Recipe, changes: Mapping[str, str]) -> Recipe:
    """Override values of a recipe by ``key`` or ``key.argument``.

    They are held to what a recipe's are; raise ``SpecError`` with all that is wrong with them.
    """
    findings = Findings()
    draft = RecipeDraft(findings.report, dict(vars(recipe)))
    for name, text in changes.items():
        _change(draft, *_written(name, text))
    draft.check_rules()
    if findings.errors:
        raise SpecError(findings.all)
    return draft.finish()


def _written(name: str, text: str) -> tuple[Scalar, Scalar]:
    """Set a key of the document to a value."""
    source = Source(OPTION, f"{name}={text}")
    end = len(source.line(1))
    key = Scalar(Span(source, 1, 0, min(len(name), end)), name, plain=True)
    return key, Scalar(Span(source, 1, min(len(name) + 1, end), end), text, plain=True)


def _change(draft: RecipeDraft, key: Scalar, value: Scalar) -> None:
    name, dot, inner = key.text.partition(".")
    field = FIELDS.get(name)
    if field is None:
        draft.report(advice.unknown_key(key, FIELDS))
    elif not dot:
        draft.take(field, key, value)
    elif field.kind is not None:
        draft.report(advice.no_arguments(key, field))
    elif field.attribute in draft.values:
        _change_inside(draft, field, Scalar(key.span, inner, plain=True), value)


def _change_inside(draft: RecipeDraft, field: Field, key: Scalar, value: Scalar) -> None:
    """Change one param, or one argument of a record."""
    old = draft.values[field.attribute]
    record: type = type(old)
    draft.spans[field.attribute] = value.span
    with suppress(Broken):
        if not field.records:
            written = reader.Mapping(value.span, ((key, value),))
            draft.values[field.attribute] = {**old, **read_key(field, key, written, draft.report)}
        elif argument := fields_of(record).get(key.text):
            read = read_key(argument, key, value, draft.report)
            draft.values[field.attribute] = replace(old, **{argument.attribute: read})
        else:
            known = fields_of(record)
            draft.report(advice.unknown_name(word_of(record), key.text, key.span, known))
