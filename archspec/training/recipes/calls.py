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
    """A record as it was written: its word, and what it is told, None for nothing.

    ``main`` is what messages call the argument that is written without its name.
    """

    record: type
    word: Text
    main: str
    told: Value | None

    @property
    def fields(self) -> Mapping[str, Field]:
        """What the record may be told."""
        return fields_of(self.record)


def read_record(field: Field, value: Value, report: Report) -> Any:
    """Read the record that stands under a key; None where something of it was reported."""
    call = _call(field, value, report)
    return None if call is None else _built(call, report)


def read_value(field: Field, key: Scalar, value: Value, report: Report) -> Any:
    """Read the plain value that stands under a key; None, too, where it was reported."""
    written = reader.Mapping(value.span, ((key, value),))
    for argument in parse_arguments(written, Text(key.text, key.span), report):
        try:
            return value_of(field, argument.operand)
        except Unusable as error:
            report(error.diagnostic)
    return None


def _call(field: Field, value: Value, report: Report) -> Call | None:
    if not field.words and advice.is_nested(value):
        report(advice.nested(field, value))
        return None
    if not field.words:
        return Call(field.records[0], Text(field.name, value.span), field.name, value)
    found = _worded(value)
    if found is None:
        report(advice.no_word(field, value))
        return None
    word, told = found
    record = field.words.get(word.text)
    if record is None:
        report(advice.unknown_word(field, word))
        return None
    return Call(record, word, next(iter(fields_of(record)), ""), told)


def _worded(value: Value) -> tuple[Text, Value | None] | None:
    """Split a value into its word and arguments; None if it has no word, or several."""
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


def _built(call: Call, report: Report) -> Any:
    found: list[Diagnostic] = []
    told = call.told
    arguments = () if told is None else parse_arguments(told, call.word, found.append)
    bound = _bound(call, arguments, found.append)
    if not found:
        found += [advice.missing_argument(call.word, each) for each in _left_out(call, bound)]
    values = dict(_values(call, bound, found.append))
    for diagnostic in found:
        report(diagnostic)
    return None if found else call.record(**values)


def _left_out(call: Call, bound: Mapping[str, Argument]) -> Iterator[Field]:
    return (each for name, each in call.fields.items() if each.required and name not in bound)


def _bound(call: Call, arguments: tuple[Argument, ...], report: Report) -> dict[str, Argument]:
    """Bind arguments to fields; report unknown ones and duplicates."""
    found: dict[str, Argument] = {}
    for argument in arguments:
        name = argument.key or next(iter(call.fields), "")
        if name not in call.fields:
            report(advice.unknown_argument(call.word.text, argument, call.fields))
        elif name in found:
            report(_twice(name, argument, found[name], call))
        else:
            found[name] = argument
    return found


def _twice(name: str, second: Argument, first: Argument, call: Call) -> Diagnostic:
    label = Label(first.span, "the first")
    help = advice.way_of_two(name, second, call.fields)
    return wrong("argument/twice", f"`{name}` is given twice", second.span, help, label)


def _values(call: Call, bound: Mapping[str, Argument], report: Report) -> Iterator[tuple[str, Any]]:
    for name, argument in bound.items():
        field = call.fields[name]
        try:
            said = field if argument.key else field._replace(name=call.main)
            yield field.attribute, value_of(said, argument.operand)
        except Unusable as error:
            report(error.diagnostic)
