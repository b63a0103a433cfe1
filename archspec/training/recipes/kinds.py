"""The kinds of value that the annotations of a recipe's records stand for."""

from __future__ import annotations

from collections.abc import Mapping
from operator import ge, gt, le, lt
from typing import Any, Literal, get_args, get_origin

from archspec import attributes
from archspec.attributes import AttributeKind, Number, Value, choice
from archspec.language.schema.json_schema import NAME
from archspec.language.syntax.names import is_name
from archspec.standalone.recipe import Bounds

_COMPARISONS = {"least": ge, "above": gt, "most": le, "below": lt}
_SPOKEN = {"least": "of at least", "above": "above", "most": "at most", "below": "below"}
_SCHEMA = {
    "least": "minimum",
    "above": "exclusiveMinimum",
    "most": "maximum",
    "below": "exclusiveMaximum",
}


def kind_of(hint: Any) -> AttributeKind:
    """Find the kind that an annotation stands for."""
    if hint is bool:
        return attributes.kind_of(bool)
    if hint is str:
        return AttributeKind("a name", _name, {"type": "string", "pattern": NAME})
    if get_origin(hint) is Literal:
        return choice(*get_args(hint))
    if get_origin(hint) is tuple:
        return _several(kind_of(get_args(hint)[0]))
    number, bounds = get_args(hint)
    return _bounded(number is int, bounds)


def _name(value: Value) -> Value | None:
    return value if isinstance(value, str) and is_name(value) else None


def _several(item: AttributeKind) -> AttributeKind:
    """Make the kind of a list, which may be written as a single item or none."""

    def accept(value: Value) -> Value | None:
        given = value if isinstance(value, tuple) else () if value == "none" else (value,)
        read = tuple(one for each in given if (one := item.accept(each)) is not None)
        return read if len(read) == len(given) else None

    schema = {"anyOf": [item.schema, {"const": "none"}, {"type": "array", "items": item.schema}]}
    return AttributeKind(f"a list, each {item.name}", accept, schema)


def _bounded(whole: bool, bounds: Bounds) -> AttributeKind:
    limits = {name: limit for name, limit in bounds._asdict().items() if limit is not None}

    def accept(value: Value) -> Value | None:
        number = value if isinstance(value, int | float) else None
        if number is None or attributes.kind_of(Number).accept(number) is None:
            return None
        if whole and number != int(number):
            return None
        fits = all(_COMPARISONS[name](number, limit) for name, limit in limits.items())
        return (int(number) if whole else float(number)) if fits else None

    schema = {_SCHEMA[name]: limit for name, limit in limits.items()}
    noun, type_ = ("a whole number", "integer") if whole else ("a number", "number")
    return AttributeKind(f"{noun} {_spoken(limits)}", accept, {"type": type_, **schema})


def _spoken(limits: Mapping[str, float]) -> str:
    """Describe bounds in words: ``from 0 to 1``, ``of at least 0 and below 1``."""
    if {"least", "most"} <= limits.keys():
        return f"from {limits['least']} to {limits['most']}"
    return " and ".join(f"{_SPOKEN[name]} {limit}" for name, limit in limits.items())
