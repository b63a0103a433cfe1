"""Records from what an author tells them: ``rmsprop 0.045 decay=0.9``, or the same as a mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archspec.diagnostic import Diagnostic, Label, Report
from archspec.language.document.sections import wrong
from archspec.language.syntax.steps import parse_arguments
from archspec.language.syntax.syntax import Argument, Text
from archspec.language.yaml import reader
from archspec.language.yaml.values import Scalar, Value
from archspec.training.recipes import advice
from archspec.training.recipes.fields import Field, fields_of
from archspec.training.recipes.operands import Unusable, value_of


@dataclass(frozen=True)
class Call:
    """A record as it was written: its word, and what it is told as far as that could be read."""

    record: type
    word: Text
    arguments: tuple[Argument, ...]
    broken: bool


def read_record(field: Field, value: Value, report: Report) -> Any:
    """Read the record that stands under a key; None where something of it was reported."""
    call = _call(field, value, report)
    return None if call is None else _built(call, report)


def read_value(field: Field, key: Scalar, value: Value, report: Report) -> Any:
    """Read the plain value that stands under a key; None, too, where it was reported."""
    written = reader.Mapping(value.span, ((key, value),))
    for argument in parse_arguments(written, report):
        try:
            return value_of(field, argument.operand)
        except Unusable as error:
            report(error.diagnostic)
    return None


def _call(field: Field, value: Value, report: Report) -> Call | None:
    if not field.words:
        word = Text(field.name, value.span)
        return _told(field.records[0], word, value, report)
    found = _worded(value)
    if found is None:
        report(advice.no_word(field, value))
        return None
    word, told = found
    if word.text not in field.words:
        report(advice.unknown_word(field, word))
        return None
    return _told(field.words[word.text], word, told, report)


def _worded(value: Value) -> tuple[Text, Value | None] | None:
    """Part a word from what it is told; None for what has no word, or several."""
    if isinstance(value, reader.Mapping) and len(value.entries) == 1:
        key, under = value.entries[0]
        return Text(key.text, key.span), under
    if not isinstance(value, Scalar) or not value.text.strip():
        return None
    word = value.text.split(maxsplit=1)[0]
    start = value.text.index(word)
    rest = _part(value, start + len(word), len(value.text))
    return Text(word, value.at(start, start + len(word))), rest if rest.text.strip() else None


def _part(whole: Scalar, start: int, end: int) -> Scalar:
    return Scalar(whole.at(start, end), whole.text[start:end], whole.plain)


def _told(record: type, word: Text, told: Value | None, report: Report) -> Call:
    found: list[Diagnostic] = []
    arguments = parse_arguments(told, found.append) if told is not None else ()
    for diagnostic in found:
        report(diagnostic)
    return Call(record, word, arguments, broken=bool(found))


def _built(call: Call, report: Report) -> Any:
    found: list[Diagnostic] = []
    fields = fields_of(call.record)
    bound = _bound(call, fields, found.append)
    if not found and not call.broken:
        missing = (each for each in fields.values() if each.required and each.name not in bound)
        found += [advice.missing_argument(call.word, each) for each in missing]
    values = dict(_values(bound, fields, found.append))
    for diagnostic in found:
        report(diagnostic)
    return None if found or call.broken else call.record(**values)


def _bound(call: Call, fields: Mapping[str, Field], report: Report) -> dict[str, Argument]:
    """Match arguments to fields; report those that fit nowhere, and those that are there twice."""
    main = next(iter(fields), None)
    found: dict[str, Argument] = {}
    for argument in call.arguments:
        name = argument.key or main
        if name is None or name not in fields:
            report(advice.unknown_argument(call.word, argument, fields))
        elif name in found:
            first = Label(found[name].span, "the first")
            message, help = f"`{name}` is given twice", advice.way_of_two(name, argument, fields)
            report(wrong("argument/twice", message, argument.span, help, first))
        else:
            found[name] = argument
    return found


def _values(
    bound: Mapping[str, Argument], fields: Mapping[str, Field], report: Report
) -> Iterator[tuple[str, Any]]:
    for name, argument in bound.items():
        try:
            yield fields[name].attribute, value_of(fields[name], argument.operand)
        except Unusable as error:
            report(error.diagnostic)
