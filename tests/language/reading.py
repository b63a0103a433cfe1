"""Reading small texts in tests, and showing what came out."""

from __future__ import annotations

from archspec.diagnostic import Diagnostic, SpecError
from archspec.language.syntax.steps import Form, Operand, Step, parse_steps
from archspec.language.yaml import reader
from archspec.language.yaml.values import Mapping, Scalar, Sequence, Value
from archspec.source import Source, Span

FORMS = {
    "concat": Form.BRANCHES,
    "add": Form.BRANCHES,
    "residual": Form.RESIDUAL,
    "repeat": Form.STEPS,
}

Plain = int | float | bool | str | None | list["Plain"] | dict[str, "Plain"]


def read(text: str) -> Mapping:
    return reader.read(Source("spec.yaml", text))


def refusals(text: str) -> tuple[Diagnostic, ...]:
    """Read a text that is no spec and return why."""
    try:
        read(text)
    except SpecError as error:
        return error.diagnostics
    raise AssertionError(f"nothing is wrong with {text!r}")


def plain(value: Value) -> Plain:
    """Show values without their places."""
    if isinstance(value, Scalar):
        return value.value
    if isinstance(value, Sequence):
        return [plain(item) for item in value.items]
    return {key.text: plain(each) for key, each in value.entries}


def form(word: str) -> Form:
    return FORMS.get(word, Form.ATTRIBUTES)


def steps(text: str) -> tuple[tuple[Step, ...], list[Diagnostic]]:
    """Read the steps of a spec's text that holds nothing else, and what is wrong with them."""
    found: list[Diagnostic] = []
    network = read(text).get("network")
    assert network is not None
    return parse_steps(network, form, found.append), found


def step(line: str) -> Step:
    """Read one step that has no mistake."""
    (found,), wrong = steps(f"network:\n  - {line}\n")
    assert wrong == []
    return found


def mistake(line: str) -> Diagnostic:
    """Read one step that has one mistake."""
    (found,), (wrong,) = steps(f"network:\n  - {line}\n")
    assert found.broken
    return wrong


def under(span: Span | None) -> str:
    """Show the characters that a span underlines."""
    assert span is not None
    return span.source.line(span.line)[span.start : span.end]


def written(operand: Operand | None) -> object:
    """Show an operand as its text, a list as its items' texts."""
    if operand is None or not isinstance(operand.value, tuple):
        return operand and operand.text
    return [written(item) for item in operand.value]


def arguments(found: Step) -> list[tuple[str | None, object]]:
    return [(each.key, written(each.operand)) for each in found.arguments]
