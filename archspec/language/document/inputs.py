"""Reading ``input``: the shapes of inputs and the parameters of their preprocessing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from math import isfinite

from archspec.diagnostic import Diagnostic, Replacement, Report
from archspec.graph import Input
from archspec.language.document.sections import name, unknown_keys, wrong
from archspec.language.document.spec import InputDeclaration
from archspec.language.yaml import reader
from archspec.language.yaml.reader import Scalar, Sequence, Value
from archspec.tensor import TensorType

MAXIMUM_EXTENT = 2**20

_SHAPE = re.compile(r"[1-9][0-9]{0,6}(x[1-9][0-9]{0,6}){0,2}")
_ORDERS = ("rgb", "bgr")
_SHAPES = "write height x width x channels, as in 299x299x3, or one length"
_NUMBER = re.compile(r"[0-9]+")
_WRITE_SHAPE = "write `shape: 299x299x3`"
_LONGEST = 60


def shape(text: str) -> TensorType | None:
    """Parse ``299x299x3``; None if the text is not a shape."""
    if not _SHAPE.fullmatch(text):
        return None
    extents = tuple(int(extent) for extent in text.split("x"))
    return TensorType(extents) if max(extents) <= MAXIMUM_EXTENT and len(extents) != 2 else None


UNREAD = TensorType(())
"""The type of an input whose shape is wrong, so that its name is defined nevertheless."""


def inputs(value: Value | None, report: Report) -> dict[str, InputDeclaration]:
    """Read ``input``: a shape, a shape by name, or a shape with its preprocessing by name."""
    if value is None:
        return {}
    if not isinstance(value, reader.Mapping) or _describes_one(value):
        return {"input": _input(value, report)}
    if not value.entries:
        report(wrong("input/shape", "an input needs its shape", value.span, _WRITE_SHAPE))
    found = {}
    for key, each in value.entries:
        label = name(key, "an input", report)
        declared = _input(each, report)
        if label:
            found[label.text] = declared._replace(span=key.span)
    return found


def _describes_one(value: reader.Mapping) -> bool:
    """Whether a mapping describes a single input rather than inputs by name."""
    return any(key.text in ("shape", *_READ) for key, _ in value.entries)


def _input(value: Value, report: Report) -> InputDeclaration:
    if not isinstance(value, reader.Mapping):
        return InputDeclaration(Input(_shape(value, report)), value.span)
    unknown: list[Diagnostic] = []
    unknown_keys(value, ("shape", *_READ), "an input", unknown.append)
    for diagnostic in unknown:
        report(diagnostic)
    written = value.get("shape")
    if written is None and unknown:
        return InputDeclaration(Input(UNREAD), value.span)
    if written is None:
        report(wrong("input/shape", "an input needs its shape", value.span, _WRITE_SHAPE))
        return InputDeclaration(Input(UNREAD), value.span)
    given = _shape(written, report)
    described = {
        key.text: _described(key, each, given, report)
        for key, each in value.entries
        if key.text in _READ and given is not UNREAD
    }
    return InputDeclaration(Input(given, described), value.span)


def _shape(value: Value, report: Report) -> TensorType:
    """Read a shape; report anything else."""
    text = value.text if isinstance(value, Scalar) else "x".join(_texts(value))
    found = shape(text) if isinstance(value, Scalar) else None
    if found is not None:
        return found
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    message = f"`{shown}` is not an input shape"
    if not isinstance(value, Scalar):
        message = "an input's shape is a text, 299x299x3"
    meant = meant_shape(text) if isinstance(value, Scalar) else None
    fixes = (Replacement(value.span, str(meant)),) if meant else ()
    report(wrong("input/shape", message, value.span, write_shape(text), fixes=fixes))
    return UNREAD


def write_shape(text: str) -> str:
    """Suggest the shape that a text in another notation means, or else the notation of shapes."""
    meant = meant_shape(text)
    return f"write {meant}" if meant else _SHAPES


def meant_shape(text: str) -> TensorType | None:
    """Read the shape that a text in another notation means; None where it means none."""
    return shape("x".join(_channels_last(_NUMBER.findall(text[:_LONGEST]))))


def _channels_last(numbers: list[str]) -> list[str]:
    """Drop a batch dimension of 1, and move the channels of an image last."""
    extents = numbers[1:] if len(numbers) == 4 and numbers[0] == "1" else numbers
    extents = [*extents, "3"] if len(extents) == 2 else extents
    is_first = len(extents) == 3 and extents[0] in ("1", "3") and extents[1] == extents[2]
    return [*extents[1:], extents[0]] if is_first and int(extents[1]) > 4 else extents


def _texts(value: Value) -> Iterator[str]:
    items = value.items if isinstance(value, Sequence) else ()
    return (item.text for item in items if isinstance(item, Scalar))


def _described(
    key: Scalar, value: Value, given: TensorType, report: Report
) -> tuple[float, ...] | str:
    """Read one parameter of the preprocessing; empty if it is wrong, which is reported."""
    found, wanted = _READ[key.text](value, given)
    if found is None:
        report(wrong("input/preprocessing", f"`{key.text}` expects {wanted}", value.span))
    return found or ()


Described = tuple[tuple[float, ...] | str | None, str]
"""The value, None if it is wrong, and a description of what is expected."""


def _numbers(value: Value) -> tuple[float, ...]:
    """Read finite numbers; empty if there is anything else."""
    items = value.items if isinstance(value, Sequence) else (value,)
    values = [item.value for item in items if isinstance(item, Scalar)]
    numbers = [
        float(each)
        for each in values
        if isinstance(each, int | float) and not isinstance(each, bool) and isfinite(each)
    ]
    return tuple(numbers) if len(numbers) == len(items) else ()


def _per_channel(value: Value, given: TensorType) -> Described:
    numbers = _numbers(value)
    wanted = f"a number, or one for each of the {given.channels} channels"
    return numbers if len(numbers) in (1, given.channels) else None, wanted


def _range(value: Value, _given: TensorType) -> Described:
    numbers = _numbers(value)
    fits = len(numbers) == 2 and numbers[0] < numbers[1]
    return numbers if fits else None, "the least and the greatest number: [0, 255]"


def _order(value: Value, _given: TensorType) -> Described:
    order = value.text if isinstance(value, Scalar) else ""
    return order if order in _ORDERS else None, "rgb or bgr"


_READ: Mapping[str, Callable[[Value, TensorType], Described]] = {
    "mean": _per_channel,
    "std": _per_channel,
    "range": _range,
    "order": _order,
}
