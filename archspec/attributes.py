"""The kinds of attribute that an author may write, and how values are validated against them.

A kind is an annotation: ``filters: Positive`` in an operator determines how YAML is read, what the
JSON Schema allows and what the reference page prints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from re import fullmatch
from typing import Annotated, Any, get_args

Value = int | float | bool | str | tuple["Value", ...]
"""The value of an author's text: a number, true or false, a word, or a list of these."""

Pads = tuple[int, int, int, int]
"""Cells added above, below, left and right."""


_SIZES = "[0-9]{1,9}x[0-9]{1,9}"
_LARGEST = 1e308


class Unfit(ValueError):
    """A value is not of the expected kind; the message names the kind."""


@dataclass(frozen=True, eq=False)
class AttributeKind:
    """One kind of attribute: its name in messages, its reader, its JSON Schema and an example.

    ``accept`` returns the canonical form of a value, or None if it is not of this kind. ``role`` is
    that of the operators whose words are its values (``norm``, ``activation``), if they are words.
    """

    name: str
    accept: Callable[[Value], Value | None] = field(repr=False)
    schema: Mapping[str, Any] = field(repr=False)
    role: str = ""
    example: str = "..."


def read(kind: AttributeKind, value: Value) -> Value:
    """Read ``value`` as ``kind`` in its canonical form; raise ``Unfit``."""
    accepted = kind.accept(value)
    if accepted is None:
        raise Unfit(f"expects {kind.name}, got {show(value)}")
    return accepted


def kind_of(annotation: object) -> AttributeKind:
    """Return the kind in an ``Annotated`` type, or that of ``bool``; raise ``TypeError``."""
    if annotation is bool:
        return _FLAG
    found = [each for each in get_args(annotation)[1:] if isinstance(each, AttributeKind)]
    if not found:
        late = ": leave out `from __future__ import annotations`"
        what = f"{annotation!r} is no kind of attribute"
        raise TypeError(f"{what}{late if isinstance(annotation, str) else ''}")
    return found[0]


def show(value: Value) -> str:
    """Write a value as an author would: ``3x3``, ``true``, ``[1, 0, 1, 0]``, ``1e-05``."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple) and len(value) == 2:
        return "x".join(map(show, value))
    if isinstance(value, tuple):
        return f"[{', '.join(map(show, value))}]"
    return str(value)


def is_size(value: Value) -> bool:
    """Whether a value is a whole number or a pair of whole numbers."""
    pair = value if isinstance(value, tuple) and len(value) == 2 else (value,)
    return all(isinstance(each, int) and not isinstance(each, bool) for each in pair)


def title(name: str, join: str = "-") -> str:
    """Format a name for a figure: ``inception_resnet_a`` as ``Inception-resnet-A``."""
    first, *rest = name.split("_")
    return join.join(
        [first.capitalize(), *(each.upper() if len(each) == 1 else each for each in rest)]
    )


def _whole(value: Value, least: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    whole = isinstance(value, int) or value.is_integer()
    return int(value) if whole and value >= least else None


def _number(value: Value) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _LARGEST:
        return None
    return float(value) if isfinite(value) else None


def _between(least: float, most: float) -> Callable[[Value], Value | None]:
    def accept(value: Value) -> Value | None:
        number = _number(value)
        return None if number is None or not least <= number <= most else number

    return accept


def _above_zero(value: Value) -> Value | None:
    number = _number(value)
    return None if number is None or number <= 0 else number


def _one_or_many(accept: Callable[[Value], Value | None]) -> Callable[[Value], Value | None]:
    """Accept a number, or a list of them; a list of equal numbers is one."""

    def accepted(value: Value) -> Value | None:
        if not isinstance(value, tuple):
            return accept(value)
        found = tuple(each for each in map(accept, value) if each is not None)
        if not found or len(found) < len(value):
            return None
        return found[0] if len(set(found)) == 1 else found

    return accepted


def _several(value: Value, count: int, least: int) -> Value | None:
    given = value if isinstance(value, tuple) else (value,) * count
    wholes = tuple(whole for each in given if (whole := _whole(each, least)) is not None)
    return wholes if len(wholes) == len(given) == count else None


def _pair(value: Value, least: int) -> Value | None:
    if isinstance(value, str) and fullmatch(_SIZES, value):
        value = tuple(map(int, value.split("x")))
    return _several(value, 2, least)


PADDINGS = ("valid", "same", "symmetric")


def _padding(value: Value) -> Value | None:
    if isinstance(value, str):
        return "valid" if value == "V" else value if value in PADDINGS else None
    return _several(value, 4, 0)


def _word(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def choice(*words: str) -> AttributeKind:
    """Return the kind whose values are ``words``."""
    return AttributeKind(
        f"one of {', '.join(words)}",
        lambda value: value if value in words else None,
        {"enum": list(words)},
    )


def _role(role: str, name: str) -> AttributeKind:
    return AttributeKind(name, _word, {"type": "string"}, role)


def _pair_schema(each: Mapping[str, Any]) -> Mapping[str, Any]:
    two = {"type": "array", "items": each, "minItems": 2, "maxItems": 2}
    return {"anyOf": [each, {"type": "string", "pattern": f"^{_SIZES}$"}, two]}


def _many(each: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"anyOf": [each, {"type": "array", "items": each, "minItems": 1}]}


_WHOLE_SCHEMA = {"type": "integer", "minimum": 1}
_CELLS_SCHEMA = {"type": "integer", "minimum": 0}
_FLAG = AttributeKind(
    "true or false", lambda value: value if isinstance(value, bool) else None, {"type": "boolean"}
)

Positive = Annotated[
    int,
    AttributeKind(
        "a whole number of at least 1",
        lambda v: _whole(v, 1),
        _WHOLE_SCHEMA,
        example="64",
    ),
]
Natural = Annotated[
    int, AttributeKind("a whole number of at least 0", lambda v: _whole(v, 0), _CELLS_SCHEMA)
]
Number = Annotated[float, AttributeKind("a number", _number, {"type": "number"}, example="2")]
AboveZero = Annotated[
    float, AttributeKind("a number above 0", _above_zero, {"type": "number", "exclusiveMinimum": 0})
]
Numbers = Annotated[
    float | tuple[float, ...],
    AttributeKind(
        "a number, or a list of numbers",
        _one_or_many(_number),
        _many({"type": "number"}),
        example="[123.7, 116.3, 103.5]",
    ),
]
AboveZeros = Annotated[
    float | tuple[float, ...],
    AttributeKind(
        "a number above 0, or a list of them",
        _one_or_many(_above_zero),
        _many({"type": "number", "exclusiveMinimum": 0}),
        example="[58.4, 57.1, 57.4]",
    ),
]
Share = Annotated[
    float,
    AttributeKind(
        "a number from 0 to 1",
        _between(0, 1),
        {"type": "number", "minimum": 0, "maximum": 1},
        example="0.2",
    ),
]
Pair = Annotated[
    tuple[int, int],
    AttributeKind(
        "a size of at least 1, or two as 3x3",
        lambda v: _pair(v, 1),
        _pair_schema(_WHOLE_SCHEMA),
        example="3x3",
    ),
]
Extra = Annotated[
    tuple[int, int],
    AttributeKind(
        "a number of cells of at least 0, or two as 1x0",
        lambda v: _pair(v, 0),
        _pair_schema(_CELLS_SCHEMA),
    ),
]
_PADS_SCHEMA = {
    "anyOf": [
        _CELLS_SCHEMA,
        {"type": "array", "items": _CELLS_SCHEMA, "minItems": 4, "maxItems": 4},
    ]
}
Cells = Annotated[
    Pads,
    AttributeKind(
        "a number of cells of at least 0, or four as [top, bottom, left, right]",
        lambda v: _several(v, 4, 0),
        _PADS_SCHEMA,
        example="1",
    ),
]
Padding = Annotated[
    str | Pads,
    AttributeKind(
        "valid, same, symmetric, a number of cells of at least 0, or [top, bottom, left, right]",
        _padding,
        {"anyOf": [{"enum": [*PADDINGS, "V"]}, *_PADS_SCHEMA["anyOf"]]},
    ),
]
Norm = Annotated[str, _role("norm", "the word of a norm, or none")]
Activation = Annotated[str, _role("activation", "the word of an activation, or none")]
