"""Evaluation of a step's arguments to attribute values in an environment of names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from archspec.attributes import (
    AttributeKind,
    Cells,
    Padding,
    Share,
    Unfit,
    Value,
    kind_of,
    read,
    show,
)
from archspec.diagnostic import Diagnostic, Label, instead
from archspec.graph import Step, Written
from archspec.language.document.spec import Spec
from archspec.language.syntax import syntax
from archspec.language.syntax.expressions import Constant, Expression, ExpressionError, Name
from archspec.language.syntax.names import nearest
from archspec.language.syntax.plugins import plugged_in
from archspec.language.syntax.syntax import Argument, Operand
from archspec.operator import Attribute, operators, words_with
from archspec.source import Span

_CELLS = (kind_of(Cells), kind_of(Padding))
LINEAR: Mapping[str, Value] = {"bias": True, "norm": "none", "activation": "none"}


class StepError(Exception):
    """A step cannot be elaborated; the diagnostics say why."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__(*(each.message for each in diagnostics))
        self.diagnostics = diagnostics


class Poisoned(Exception):
    """A value depends on something that has already been reported."""


class ChannelsUnknown(Poisoned):
    """A value depends on ``in_channels`` where it is undefined; ``span`` is the place of use."""

    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span


@dataclass(eq=False)
class StepEnvironment:
    """The variables in scope of a module's steps, and the spec that defines the module.

    ``memory`` caches the meanings of steps, which are the same in all copies of a block and for
    layers that are written alike.
    """

    spec: Spec
    values: Mapping[str, Constant]
    memory: dict[tuple[object, ...], Any] = field(default_factory=dict)

    @property
    def params(self) -> Mapping[str, Constant]:
        """The variables in scope of the file's defaults."""
        return self.spec.param_values

    def names(self, in_channels: int | None) -> Mapping[str, Constant]:
        """Return all variables with their values; ``in_channels`` only if it is known."""
        return self.values if in_channels is None else {**self.values, "in_channels": in_channels}


class Binding(NamedTuple):
    """The arguments of a step by attribute, both written ones and the file's defaults.

    ``linear`` is true if the step has that word; ``step`` is the origin of its nodes.
    """

    written: Mapping[str, Argument]
    defaults: Mapping[str, Argument]
    linear: bool
    step: Step

    @property
    def said(self) -> tuple[object, ...]:
        """What is written: the same of two steps of one word that come to the same."""
        texts = [(name, argument.operand.text) for name, argument in self.written.items()]
        return (self.linear, *texts)


def bind(
    step: syntax.Step, attributes: Mapping[str, Attribute], main: str | None, spec: Spec
) -> Binding:
    """Bind a step's arguments to the attributes of its word; raise ``StepError``."""
    written: dict[str, Argument] = {}
    strays: list[tuple[Argument, str | None]] = []
    twice: dict[str, Argument] = {}
    linear = False
    for argument in step.arguments:
        name = argument.key or main
        if name == "linear" and "norm" in attributes:
            linear = True
        elif name is None or name not in attributes:
            strays.append((argument, name))
        elif name in written:
            twice.setdefault(name, argument)
        else:
            written[name] = argument
    if strays or twice:
        from archspec.language.advice.strays import given_twice, unknown_argument

        raise StepError(
            *(unknown_argument(step, *each, attributes, spec) for each in strays),
            *(
                given_twice(step, name, (second, written[name]), attributes, spec)
                for name, second in twice.items()
            ),
        )
    bare = {} if spec.module(step.word.text) else spec.defaults.get(step.word.text, {})
    defaults = {
        name: argument
        for name, argument in bare.items()
        if name not in written and not (linear and name in LINEAR)
    }
    texts = {
        name: Written(argument.operand.text, argument.operand.span)
        for name, argument in {**defaults, **written}.items()
    }
    return Binding(written, defaults, linear, Step(step.word.text, step.span, texts))


def value_of(operand: Operand, names: Mapping[str, Constant]) -> Value:
    """Evaluate an operand; a lone name that is not a variable is a word.

    Raises ``StepError`` or ``ChannelsUnknown``.
    """
    content = operand.value
    if not isinstance(content, Expression):
        return tuple(value_of(each, names) for each in content)
    root = content.root
    if isinstance(root, Name) and root.name not in names and root.name != "in_channels":
        return root.name
    if "in_channels" in content.names and "in_channels" not in names:
        raise ChannelsUnknown(operand.span)
    try:
        return content.evaluate(names)
    except ExpressionError as error:
        raise StepError(_unusable(operand, error, names)) from None


def _unusable(
    operand: Operand, error: ExpressionError, names: Mapping[str, Constant]
) -> Diagnostic:
    assert isinstance(operand.value, Expression)
    missing = sorted(operand.value.names - set(names))
    if missing:
        return unknown_name(missing[0], operand.span, names)
    return operand.refusal(error)


def unknown_name(name: str, span: Span, names: Mapping[str, Constant]) -> Diagnostic:
    """Return the diagnostic for an unknown variable, with the most similar known ones."""
    near = nearest(name, names)
    known = f"known here: {', '.join(names)}" if names else "no options or params are known here"
    known += "; `params` at the top declares others"
    return Diagnostic(
        "expression/unknown-name",
        f"no option or param is called `{name}`",
        (Label(span),),
        f"did you mean `{near[0]}`?" if near else known,
        about=(name,),
        fixes=instead(span, name, *near[:1]),
    )


def attribute_value(
    attribute: Attribute, argument: Argument, names: Mapping[str, Constant]
) -> Value:
    """Evaluate an argument as its attribute's kind; raise ``StepError`` or ``Poisoned``."""
    operand = argument.operand
    value = value_of(operand, names)
    if attribute.kind.role:
        return _role_word(attribute.kind, value, operand)
    try:
        return read(attribute.kind, value)
    except Unfit as unfit:
        raise StepError(_unfit(attribute, operand, value, names, str(unfit))) from None


def _role_word(kind: AttributeKind, value: Value, operand: Operand) -> str:
    if value == "none":
        return "none"
    operator = operators().get(str(value)) or plugged_in(str(value))
    if operator and operator.role == kind.role:
        return operator.word
    message = f"`{show(value)}` names no {kind.role}"
    help, meant = _way_to_role(str(value), (*words_with(kind.role), "none"))
    code, labels = f"attribute/{kind.role}", (Label(operand.span),)
    fixes = instead(operand.span, operand.text, meant) if meant else ()
    raise StepError(Diagnostic(code, message, labels, help, fixes=fixes))


def _way_to_role(word: str, words: tuple[str, ...]) -> tuple[str, str]:
    """Say what to write in place of a word without the role, and the word that was meant."""
    from archspec.language.advice import porting

    near = ("none",) if word in ("linear", "identity") else nearest(word, words)
    if porting.is_unknown(word):
        return porting.hint(word, words) or "", ""
    if word in operators():
        return f"`{word}` is a step of its own: write it after this one", ""
    return (f"did you mean `{near[0]}`?", near[0]) if near else (f"known: {', '.join(words)}", "")


def _way_of_a_word(attribute: Attribute, word: str) -> str | None:
    """Suggest what to write in place of a word that is not a variable."""
    if word == attribute.name:
        return f"write its value in place of `{word}`"
    if attribute.kind.schema.get("type") == "boolean":
        return f"write `{_TRUTHS[word]}`" if word in _TRUTHS else None
    from archspec.language.advice.strays import way_of_word

    return way_of_word(word)


_TRUTHS = {"none": "false", "tanh": "true"}
"""Values of PyTorch for attributes that are true or false here, as ``nn.GELU(approximate=...)``."""


def _unfit(
    attribute: Attribute,
    operand: Operand,
    value: Value,
    names: Mapping[str, Constant],
    message: str,
) -> Diagnostic:
    choices = attribute.kind.schema.get("enum", ())
    if isinstance(value, str) and value == operand.text and not choices:
        diagnostic = unknown_name(value, operand.span, names)
        way = _way_of_a_word(attribute, value)
        return replace(
            diagnostic,
            message=f"`{attribute.name}` {message.partition(', got')[0]}, and {diagnostic.message}",
            help=way or diagnostic.help,
            fixes=() if way else diagnostic.fixes,
        )
    is_list = isinstance(value, tuple) and not operand.names
    is_plain = is_list or operand.text == show(value)
    shown = operand.text if is_plain else f"{operand.text} = {show(value)}"
    near = nearest(str(value), choices) if choices else ()
    return Diagnostic(
        "attribute/value",
        f"`{attribute.name}` {message.split(', got', maxsplit=1)[0]}, not {shown}",
        (Label(operand.span),),
        f"did you mean `{near[0]}`?" if near else _fitting(attribute.kind, value),
        about=() if is_plain else (attribute.name, shown),
        fixes=instead(operand.span, operand.text, *near[:1]),
    )


def _fitting(kind: AttributeKind, value: Value) -> str | None:
    """Suggest how to write a value that other tools accept for an attribute of this kind."""
    if kind in _CELLS and isinstance(value, tuple) and len(value) == 2:
        down, across = map(show, value)
        return f"write [{down},{down},{across},{across}]: above, below, left, right"
    if kind is kind_of(Share) and isinstance(value, int | float) and 1 < value <= 100:
        return f"{show(value)} % is written {value / 100:g}"
    return None
