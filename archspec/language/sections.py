"""The sections of a document: each key's value read into the record that it declares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from keyword import iskeyword
from typing import NamedTuple

from archspec.diagnostic import Diagnostic, Label
from archspec.graph import Input, Promise, Template
from archspec.language import reader
from archspec.language.expressions import Constant, ExpressionError
from archspec.language.expressions import parse as parse_expression
from archspec.language.names import RESERVED, is_name, nearest
from archspec.language.reader import Scalar, Sequence, Value
from archspec.language.spec import Expectation, Head, InputDeclaration, Move, Option, Param
from archspec.language.steps import parse_arguments, parse_steps
from archspec.language.syntax import Argument, Form, Operand, Step, Text
from archspec.source import Span
from archspec.tensor import TensorType

Report = Callable[[Diagnostic], None]

PROMISES: Mapping[str, Promise] = {
    "stems": Promise.STEM,
    "blocks": Promise.BLOCK,
    "reductions": Promise.REDUCTION,
    "parts": Promise.PART,
}
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_BOUND = re.compile(r"\s*(<=|>=|<|>|==)?\s*([0-9][0-9_]{0,30}(?:\.[0-9]{1,15})?)\s*([KMGT]?)\s*")
_SHAPE = re.compile(r"[1-9][0-9]{0,6}(x[1-9][0-9]{0,6}){0,2}")
MAXIMUM_EXTENT = 2**20
_PREPROCESSING = ("shape", "mean", "std", "range", "order")


class Draft(NamedTuple):
    """A module as read, before the names around it are known."""

    template: Template
    options: tuple[Option, ...]
    steps: tuple[Step, ...]


def wrong(code: str, message: str, span: Span, help: str | None = None, *why: Label) -> Diagnostic:
    """Make an error with one place, a way out, and perhaps reasons."""
    return Diagnostic(code, message, (Label(span), *why), help)


def entries(value: Value | None, what: str, report: Report) -> Iterator[tuple[Scalar, Value]]:
    """List the entries of a mapping; report a value that is none."""
    if isinstance(value, reader.Mapping):
        yield from value.entries
    elif value is not None:
        report(wrong("spec/mapping", f"{what} is a mapping of names", value.span))


def prose(value: Value | None, key: str, report: Report) -> str:
    """Read a text for people."""
    if value is None:
        return ""
    if isinstance(value, Scalar):
        return value.text
    report(wrong("spec/text", f"`{key}` is a text", value.span))
    return ""


def name(key: Scalar, what: str, report: Report) -> Text | None:
    """Read the name of something that a document declares."""
    if not is_name(key.text):
        report(
            wrong(
                "name/invalid",
                f"`{key.text}` cannot name {what}",
                key.span,
                "a name has lower-case letters, digits and underscores, begins with a letter and "
                "ends in no underscore",
            )
        )
        return None
    if key.text in RESERVED:
        report(
            wrong(
                "name/reserved",
                f"`{key.text}` is a word of the language and cannot name {what}",
                key.span,
            )
        )
        return None
    return Text(key.text, key.span)


def document_name(value: Scalar, report: Report) -> Text | None:
    """Read the name of a document, which names a class, files and the graph."""
    if iskeyword(value.text):
        report(
            wrong(
                "name/keyword",
                f"`{value.text}` is a keyword of Python and cannot name a network",
                value.span,
                f"write {value.text}_net, say",
            )
        )
        return None
    return name(value, "a network", report)


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
    unknown_keys(value, _PREPROCESSING, "an input", report)
    written = value.get("shape") if isinstance(value, reader.Mapping) else None
    given = _input_shape(written, report) if isinstance(written, Scalar) else None
    if given is None:
        if not isinstance(written, Scalar):
            report(
                wrong(
                    "input/shape",
                    "an input needs its shape",
                    value.span,
                    "write `shape: 299x299x3`",
                )
            )
        return None
    described = {
        key.text: _preprocessing(each, report)
        for key, each in entries(value, "an input", report)
        if key.text != "shape"
    }
    return InputDeclaration(Input(given, described), value.span)


def _preprocessing(value: Value, report: Report) -> tuple[float, ...] | str:
    items = value.items if isinstance(value, Sequence) else (value,)
    if isinstance(value, Scalar) and isinstance(value.value, str):
        return value.text
    numbers = [item.value if isinstance(item, Scalar) else None for item in items]
    if all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
        return tuple(float(number) for number in numbers if isinstance(number, int | float))
    report(
        wrong("input/preprocessing", "expects a word, a number or a list of numbers", value.span)
    )
    return ()


def _input_shape(value: Scalar, report: Report) -> TensorType | None:
    found = shape(value.text)
    if found is None:
        report(
            wrong(
                "input/shape",
                f"`{value.text}` is no input shape",
                value.span,
                "write height x width x channels, as in 299x299x3, or one length",
            )
        )
    return found


def params(value: Value | None, report: Report) -> dict[str, Param]:
    """Read ``params``: numbers, true, false or words, by name."""
    found = {}
    for key, each in entries(value, "`params`", report):
        label = name(key, "a param", report)
        if not isinstance(each, Scalar):
            report(wrong("param/value", "a param is a number, true, false or a word", each.span))
        elif label:
            found[label.text] = Param(_constant(each, report), each.span)
    return found


def _constant(value: Scalar, report: Report) -> Constant:
    constant = value.value
    if constant is None:
        report(
            wrong(
                "param/value", "a param needs a value", value.span, "write `none` for the word none"
            )
        )
        return 0
    if isinstance(constant, str) and not is_name(constant):
        report(
            wrong(
                "param/value",
                f"`{constant}` is no number, no word, and neither true nor false",
                value.span,
            )
        )
    return constant


def defaults(value: Value | None, report: Report) -> dict[str, dict[str, Argument]]:
    """Read ``defaults``: attribute values by word."""
    found: dict[str, dict[str, Argument]] = {}
    for key, each in entries(value, "`defaults`", report):
        arguments = parse_arguments(each, report)
        found[key.text] = {argument.key: argument for argument in arguments if argument.key}
    return found


def module(
    key: Scalar, value: Value, promise: Promise, form: Callable[[str], Form], report: Report
) -> Draft | None:
    """Read a module: a list of steps, or ``{options, doc, source, steps}``."""
    label = name(key, f"a {promise}", report)
    written: Mapping[str, Value] = {}
    steps: Value | None = value
    if isinstance(value, reader.Mapping) and value.get("steps") is not None:
        unknown_keys(value, ("options", "doc", "source", "steps"), "a module", report)
        written = {inner.text: each for inner, each in value.entries}
        steps = written["steps"]
    if steps is None or label is None:
        return None
    options = _options(written.get("options"), report)
    template = Template(
        label.text,
        promise,
        {option.name.text: option.default.text if option.default else None for option in options},
        key.span,
        prose(written.get("source"), "source", report),
        prose(written.get("doc"), "doc", report),
    )
    return Draft(template, options, parse_steps(steps, form, report))


def _options(value: Value | None, report: Report) -> tuple[Option, ...]:
    if value is None:
        return ()
    items = value.items if isinstance(value, Sequence) else (value,)
    found: dict[str, Option] = {}
    for item in items:
        option = _option(item, report)
        if option and option.name.text in found:
            first = found[option.name.text].name.span
            report(
                wrong(
                    "option/twice",
                    f"two options are called `{option.name.text}`",
                    option.name.span,
                    None,
                    Label(first, "the first"),
                )
            )
        elif option:
            found[option.name.text] = option
    return tuple(found.values())


def _option(value: Value, report: Report) -> Option | None:
    if not isinstance(value, Scalar):
        report(wrong("option/form", "an option is a name, or name=default", value.span))
        return None
    text, equals, default = value.text.partition("=")
    label = name(Scalar(value.at(0, len(text)), text.strip(), True), "an option", report)
    if label is None or not equals:
        return Option(label, None) if label else None
    span = value.at(len(text) + 1, len(value.text))
    try:
        return Option(label, Operand(default.strip(), span, parse_expression(default.strip())))
    except ExpressionError as error:
        report(wrong("expression/syntax", str(error), span))
        return None


def head(key: Scalar, value: Value, form: Callable[[str], Form], report: Report) -> Head | None:
    """Read one auxiliary head: ``{from: step, steps: [...]}``."""
    label = name(key, "an auxiliary head", report)
    if isinstance(value, reader.Mapping):
        unknown_keys(value, ("from", "steps"), "an auxiliary head", report)
    source = value.get("from") if isinstance(value, reader.Mapping) else None
    steps = value.get("steps") if isinstance(value, reader.Mapping) else None
    if not isinstance(source, Scalar) or steps is None:
        report(
            wrong(
                "auxiliary/form",
                "an auxiliary head says where it starts and what its steps are",
                key.span,
                "write {from: step, steps: [...]}",
            )
        )
        return None
    found = parse_steps(steps, form, report)
    return Head(label, Text(source.text, source.span), found, key.span) if label else None


def names(value: Value | None, key: str, report: Report) -> tuple[Text, ...]:
    """Read a name or a list of names."""
    items = value.items if isinstance(value, Sequence) else (value,) if value else ()
    found = []
    for item in items:
        if isinstance(item, Scalar):
            found.append(Text(item.text, item.span))
        else:
            report(wrong("spec/names", f"`{key}` is a list of names", item.span))
    return tuple(found)


def expectations(value: Value | None, report: Report) -> tuple[Expectation, ...]:
    """Read ``expect``: totals as exact numbers or comparisons with a unit."""
    found = []
    for key, each in entries(value, "`expect`", report):
        if key.text not in ("parameters", "macs"):
            report(unknown(key, ("parameters", "macs"), "a total"))
            continue
        bound = _BOUND.fullmatch(each.text) if isinstance(each, Scalar) else None
        if bound is None:
            report(
                wrong(
                    "expect/form",
                    "expects a whole number, or a comparison as a text",
                    each.span,
                    'write 42679816, or "<= 12.3G"',
                )
            )
            continue
        comparison, digits, unit = bound.groups()
        text = bound.group().strip()
        found.append(
            Expectation(key.text, comparison or "==", _scaled(digits, unit), text, each.span)
        )
    return tuple(found)


def _scaled(digits: str, unit: str) -> int:
    whole, _, fraction = digits.replace("_", "").partition(".")
    tenths: int = 10 ** len(fraction)
    return int(whole + fraction) * _UNITS[unit] // tenths


def moves(value: Value | None, report: Report) -> tuple[Move, ...]:
    """Read ``moved``: a list of ``{from, to}``."""
    items = value.items if isinstance(value, Sequence) else (value,) if value else ()
    found = []
    for item in items:
        pair = {key.text: each for key, each in entries(item, "a move", report)}
        old, new = pair.get("from"), pair.get("to")
        if isinstance(old, Scalar) and isinstance(new, Scalar) and len(pair) == 2:
            found.append(Move(old.text, new.text))
        else:
            report(
                wrong(
                    "moved/form",
                    "a move names two paths",
                    item.span,
                    "write {from: old.path, to: new.path}",
                )
            )
    return tuple(found)


def unknown(key: Scalar, known: tuple[str, ...], what: str) -> Diagnostic:
    """Say that a key is not known, with the nearest that are."""
    near = nearest(key.text, known)
    help = (
        f"did you mean {' or '.join(f'`{each}`' for each in near)}?"
        if near
        else f"known: {', '.join(known)}"
    )
    return wrong("spec/unknown-key", f"`{key.text}` is no key of {what}", key.span, help)


def unknown_keys(value: Value, known: tuple[str, ...], what: str, report: Report) -> None:
    """Report every key of a mapping that is not known."""
    for key, _ in entries(value, what, report):
        if key.text not in known:
            report(unknown(key, known, what))
