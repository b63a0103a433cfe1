"""Readers for modules with their options, inputs and outputs, and for auxiliary heads."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from archspec.diagnostic import Diagnostic, Label, Report
from archspec.graph import Promise, Template
from archspec.language.document import sections
from archspec.language.document.sections import name, prose, unknown_keys, wrong
from archspec.language.document.spec import Head, Option
from archspec.language.syntax.expressions import ExpressionError
from archspec.language.syntax.expressions import parse as parse_expression
from archspec.language.syntax.names import output_name
from archspec.language.syntax.steps import parse_steps
from archspec.language.syntax.syntax import Form, Operand, Step, Text
from archspec.language.yaml import reader
from archspec.language.yaml.reader import Scalar, Sequence, Value
from archspec.source import Span

_KEYS = ("options", "doc", "source", "steps")
_NAMED = ("inputs", "outputs")
"""Keys that are recognized only beside `steps`, since steps may be called so."""


class ModuleDraft(NamedTuple):
    """A module as read, before it is linked to its spec."""

    template: Template
    options: tuple[Option, ...]
    inputs: tuple[Text, ...]
    outputs: tuple[Text, ...]
    steps: tuple[Step, ...]


def module(
    key: Scalar, value: Value, promise: Promise, form: Callable[[str], Form], report: Report
) -> ModuleDraft | None:
    """Read a module: steps, or a mapping with ``steps``; None if it is wrong, which is reported."""
    label = name(key, f"a {promise}", report)
    written = _record(value)
    refused: list[Diagnostic] = []
    if written:
        unknown_keys(value, (*_KEYS, *_NAMED), "a module", refused.append)
    if written and "steps" not in written:
        help = f"list them under it: {key.text}: {{options: [...], steps: [...]}}"
        lacking = wrong("syntax/no-steps", f"`{key.text}` has no steps", key.span, help)
        for diagnostic in refused or [lacking]:
            report(diagnostic)
        return None
    options = _options(written.get("options"), refused.append)
    inputs = _inputs(written.get("inputs"), refused.append)
    outputs = sections.outputs(written.get("outputs"), refused.append)
    for diagnostic in refused:
        report(diagnostic)
    steps = parse_steps(written.get("steps", value), form, report)
    if label is None or refused:
        return None
    template = Template(
        label.text,
        promise,
        {option.name.text: option.default.text if option.default else None for option in options},
        key.span,
        prose(written.get("source"), "source", report),
        prose(written.get("doc"), "doc", report),
        tuple(each.text for each in inputs),
        tuple(output_name(each.text) for each in outputs),
    )
    return ModuleDraft(template, options, inputs, outputs, steps)


def _record(value: Value) -> dict[str, Value]:
    """Return the entries of ``{options, doc, source, steps}``; empty for steps alone."""
    found = value.entries if isinstance(value, reader.Mapping) else ()
    written = {key.text: each for key, each in found}
    return written if any(key in _KEYS for key in written) else {}


def _inputs(value: Value | None, report: Report) -> tuple[Text, ...]:
    """Read the names of a module's inputs; duplicates are reported."""
    found: dict[str, Text] = {}
    for each in sections.names(value, "inputs", report):
        label = name(Scalar(each.span, each.text, True), "an input", report)
        if label and label.text in found:
            first = Label(found[label.text].span, "the first")
            message = f"two inputs are called `{label.text}`"
            report(wrong("name/duplicate", message, label.span, "rename one of them", first))
        elif label:
            found[label.text] = label
    return tuple(found.values())


def _options(value: Value | None, report: Report) -> tuple[Option, ...]:
    if value is None:
        return ()
    items = value.items if isinstance(value, Sequence) else (value,)
    cut = next((item for item in items if isinstance(item, Scalar) and _is_cut(item)), None)
    if cut is not None:
        help = f'quote the option: ["{cut.text},...)"]'
        report(wrong("syntax/cut-at-comma", "YAML splits this option at a comma", cut.span, help))
        return ()
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


def _is_cut(option: Scalar) -> bool:
    return option.plain and option.text.count("(") > option.text.count(")")


def _option(value: Value, report: Report) -> Option | None:
    if not isinstance(value, Scalar):
        report(wrong("option/form", "an option is a name, or name=default", value.span))
        return None
    text, equals, default = value.text.partition("=")
    label = name(Scalar(value.at(0, len(text.rstrip())), text.strip(), True), "an option", report)
    if label is None or not equals:
        return Option(label, None) if label else None
    start = len(value.text) - len(default.lstrip())
    span = value.at(start, max(start + 1, len(value.text)))
    return Option(label, _default(default.strip(), span, report))


def _default(text: str, span: Span, report: Report) -> Operand:
    try:
        default = Operand(text, span, parse_expression(text))
    except ExpressionError as error:
        default = Operand(text, span, ())
        report(default.refusal(error))
    if "in_channels" in default.names:
        message = "`in_channels` is defined in steps only, not in an option's default"
        help = "write it in the steps, or where the module is used"
        about = ("default", "in_channels")
        report(wrong("expression/unknown-name", message, span, help, about=about))
    return default


def head(key: Scalar, value: Value, form: Callable[[str], Form], report: Report) -> Head | None:
    """Read one auxiliary head: ``{from: step, steps: [...]}``."""
    label = name(key, "an auxiliary head", report)
    unknown: list[Diagnostic] = []
    if isinstance(value, reader.Mapping):
        unknown_keys(value, ("from", "steps"), "an auxiliary head", unknown.append)
    for diagnostic in unknown:
        report(diagnostic)
    source = value.get("from") if isinstance(value, reader.Mapping) else None
    steps = value.get("steps") if isinstance(value, reader.Mapping) else None
    if unknown:
        return None
    if not isinstance(source, Scalar) or steps is None:
        report(
            wrong(
                "auxiliary/form",
                "an auxiliary head needs a step to start from, and steps",
                key.span,
                "write {from: step, steps: [...]}",
            )
        )
        return None
    found = parse_steps(steps, form, report)
    return Head(label, Text(source.text, source.span), found, key.span) if label else None
