"""What a viewer tells of an item besides its label: attributes, tensors, where it is defined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from archspec.attributes import Value, show
from archspec.graph import Node, Scope, Written
from archspec.location import file_name
from archspec.source import Span

_LONGEST_TEXT = 200


class Place(NamedTuple):
    """A line of a spec; line 0 for an item that stands in none."""

    file: str = ""
    line: int = 0
    text: str = ""


class Setting(NamedTuple):
    """An attribute or option: its name, its value, and the author's text where he wrote one."""

    name: str
    value: str
    text: str = ""


class Tensor(NamedTuple):
    """A parameter, or a running statistic, and its shape."""

    name: str
    shape: tuple[int, ...]
    is_trained: bool = True


class Details(NamedTuple):
    """The facts of an operator, a layer or a module; ``word`` is that of its step."""

    word: str = ""
    settings: tuple[Setting, ...] = ()
    tensors: tuple[Tensor, ...] = ()
    inputs: tuple[str, ...] = ()
    defined: Place = Place()
    doc: str = ""


def of_node(node: Node) -> Details:
    """Tell of an operator: all attributes, defaults included, and its tensors."""
    values = {name: getattr(node.op, name) for name in node.op.attributes}
    tensors = tuple(
        Tensor(each.name, each.shape, each.trainable) for each in node.op.parameters(*node.inputs)
    )
    inputs = () if node.op.variadic else node.op.inputs
    return Details(node.op.word, tuple(_settings(values, node.written)), tensors, inputs)


def of_scope(scope: Scope) -> Details:
    """Tell of a layer or a module: its options, its template and that template's remarks."""
    settings = tuple(_settings(scope.arguments, scope.written))
    template = scope.template
    if template is None:
        return Details(scope.word, settings)
    said = "; ".join(each for each in (template.source, template.doc) if each)
    defined = place(template.span) if template.span else Place()
    return Details(template.name, settings, defined=defined, doc=said)


def place(span: Span) -> Place:
    """Find the line of a span; its file is given by name, without a folder."""
    return Place(file_name(span.source.name), span.shown_line, span.source.line(span.line).strip())


def _settings(values: Mapping[str, Value], written: Mapping[str, Written]) -> Iterator[Setting]:
    for name, value in values.items():
        said = written[name].text if name in written else ""
        yield Setting(name, show(value)[:_LONGEST_TEXT], said[:_LONGEST_TEXT])
