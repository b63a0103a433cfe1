"""Reading what a network takes: shapes, and what preprocessing needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isfinite

from archspec.graph import Input
from archspec.language import reader
from archspec.language.reader import Scalar, Sequence, Value
from archspec.language.sections import Report, entries, name, unknown_keys, wrong
from archspec.language.spec import InputDeclaration
from archspec.tensor import TensorType

MAXIMUM_EXTENT = 2**20

_SHAPE = re.compile(r"[1-9][0-9]{0,6}(x[1-9][0-9]{0,6}){0,2}")
_ORDERS = ("rgb", "bgr")
_WRITE_SHAPE = "write `shape: 299x299x3`"
_LONGEST = 60


def shape(text: str) -> TensorType | None:
    """Read ``299x299x3``; None where the text is no shape."""
    if not _SHAPE.fullmatch(text):
        return None
    extents = tuple(int(extent) for extent in text.split("x"))
    return TensorType(extents) if max(extents) <= MAXIMUM_EXTENT and len(extents) != 2 else None


def inputs(value: Value | None, report: Report) -> dict[str, InputDeclaration]:
    """Read ``input``: a shape, a shape by name, or a shape with its preprocessing by name."""
    if isinstance(value, Scalar):
        given = _input_shape(value, report)
        return {"input": InputDeclaration(Input(given), value.span)} if given else {}
    if isinstance(value, reader.Mapping) and value.key("shape"):
        declared = _input(value, report)
        return {"input": declared} if declared else {}
    found = {}
    if isinstance(value, reader.Mapping) and not value.entries:
        report(wrong("input/shape", "an input needs its shape", value.span, _WRITE_SHAPE))
    for key, each in entries(value, "`input`", report):
        label = name(key, "an input", report)
        declared = _input(each, report)
        if label and declared:
            found[label.text] = declared._replace(span=key.span)
    return found


def _input(value: Value, report: Report) -> InputDeclaration | None:
    if isinstance(value, Scalar):
        given = _input_shape(value, report)
        return InputDeclaration(Input(given), value.span) if given else None
    if not isinstance(value, reader.Mapping):
        report(wrong("input/shape", "a list where a shape should be", value.span, _WRITE_SHAPE))
        return None
    unknown_keys(value, ("shape", *_READ), "an input", report)
    written = value.get("shape")
    if not isinstance(written, Scalar):
        report(wrong("input/shape", "an input needs its shape", value.span, _WRITE_SHAPE))
        return None
    given = _input_shape(written, report)
    if given is None:
        return None
    described = {
        key.text: _READ[key.text](each, given, report)
        for key, each in value.entries
        if key.text in _READ
    }
    return InputDeclaration(Input(given, described), value.span)


def _input_shape(value: Scalar, report: Report) -> TensorType | None:
    found = shape(value.text)
    if found is None:
        shown = value.text if len(value.text) <= _LONGEST else f"{value.text[:_LONGEST]}..."
        help = "write height x width x channels, as in 299x299x3, or one length"
        report(wrong("input/shape", f"`{shown}` is no input shape", value.span, help))
    return found


def _numbers(
    value: Value, report: Report, *, counts: tuple[int, ...], what: str
) -> tuple[float, ...]:
    items = value.items if isinstance(value, Sequence) else (value,)
    values = [item.value for item in items if isinstance(item, Scalar)]
    numbers = [
        each for each in values if isinstance(each, int | float) and not isinstance(each, bool)
    ]
    if len(numbers) == len(items) and len(items) in counts and all(map(isfinite, numbers)):
        return tuple(map(float, numbers))
    report(wrong("input/preprocessing", f"expects {what}", value.span))
    return ()


def _per_channel(value: Value, given: TensorType, report: Report) -> tuple[float, ...]:
    what = f"a number, or one for each of the {given.channels} channels"
    return _numbers(value, report, counts=(1, given.channels), what=what)


def _range(value: Value, given: TensorType, report: Report) -> tuple[float, ...]:
    return _numbers(value, report, counts=(2,), what="the least and the greatest number: [0, 255]")


def _order(value: Value, given: TensorType, report: Report) -> str:
    order = value.text if isinstance(value, Scalar) else ""
    if order not in _ORDERS:
        report(wrong("input/preprocessing", "expects rgb or bgr", value.span))
    return order


_READ: Mapping[str, Callable[[Value, TensorType, Report], tuple[float, ...] | str]] = {
    "mean": _per_channel,
    "std": _per_channel,
    "range": _range,
    "order": _order,
}
