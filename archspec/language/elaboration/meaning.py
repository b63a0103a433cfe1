"""The resolution of a step: the construct that its word denotes, with evaluated arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from archspec.attributes import Value, show
from archspec.diagnostic import Diagnostic, Label
from archspec.graph import MAXIMUM_NODES
from archspec.graph import Step as Record
from archspec.language.document.spec import Module, Option, Spec
from archspec.language.elaboration.evaluate import (
    LINEAR,
    Binding,
    Poisoned,
    StepEnvironment,
    StepError,
    attribute_value,
    bind,
    unknown_name,
    value_of,
)
from archspec.language.syntax.expressions import Constant, Expression
from archspec.language.syntax.syntax import Argument, Operand, Step, Text
from archspec.language.syntax.words import (
    MERGED,
    REPEAT,
    Attributes,
    attributes_of,
    main_of,
    operator_of,
)
from archspec.layer import Layer, layers
from archspec.layers import residual
from archspec.operator import Attribute, Operator, operators
from archspec.tensor import TensorType

UNKNOWN = TensorType(())
"""The type of a value of an erroneous step, which suppresses consequential errors."""


class OperatorUse(NamedTuple):
    """A step that is an operator; ``operator`` is None if the types of its inputs are unknown.

    ``activation`` follows a merge.
    """

    operator: Operator | None
    record: Record
    activation: Operator | None = None


class LayerUse(NamedTuple):
    """A step that is a layer: its operators in sequence, each with the last part of its path."""

    rows: tuple[tuple[str, Operator], ...]
    arguments: Mapping[str, Value]
    record: Record


class ModuleUse(NamedTuple):
    """A step that is a use of a module, with the environment of the module's steps."""

    module: Module
    environment: StepEnvironment
    arguments: Mapping[str, Value]
    record: Record


class ResidualUse(NamedTuple):
    """A step that adds a scaled body to a shortcut, with an optional activation."""

    scale: float
    activation: Operator | None
    arguments: Mapping[str, Value]
    record: Record


class RepeatUse(NamedTuple):
    """A step that repeats a list of steps."""

    record: Record


Meaning = OperatorUse | LayerUse | ModuleUse | ResidualUse | RepeatUse


class Meanings:
    """Resolves steps, memoised by environment and input channels."""

    def __init__(self) -> None:
        self._environments: dict[tuple[object, ...], StepEnvironment] = {}

    def of(
        self, step: Step, environment: StepEnvironment, in_channels: int | None, x: TensorType
    ) -> Meaning:
        """Resolve a step; raise ``StepError`` or ``Poisoned``.

        ``in_channels`` are those of the input of the step's list, ``x`` is the input of the step.
        """
        key = (id(step), in_channels, x.channels if x.shape else 0)
        meaning = environment.memory.get(key)
        if meaning is None:
            names = environment.names(in_channels)
            meaning = environment.memory[key] = self._find(step, environment, names, x)
        return meaning

    def _find(
        self, step: Step, environment: StepEnvironment, names: Mapping[str, Constant], x: TensorType
    ) -> Meaning:
        word = step.word.text
        module = environment.spec.module(word)
        if module is not None:
            return self._module(step, module, environment, names)
        if word in environment.spec.missing:
            raise Poisoned
        layer = layers().get(word)
        if layer is not None:
            return _layer(step, layer, environment, names, x)
        if word == residual.WORD:
            return _residual(step, environment, names)
        if word == REPEAT:
            return RepeatUse(bind(step, {}, None, environment.spec).step)
        operator = operator_of(word)
        if operator is None:
            raise StepError(_unknown(step, environment.spec))
        return _operator(step, operator, environment, names)

    def _module(
        self,
        step: Step,
        module: Module,
        environment: StepEnvironment,
        names: Mapping[str, Constant],
    ) -> ModuleUse:
        options = {option.name.text: option for option in module.options}
        binding = bind(step, *_options(module), environment.spec)
        given = {name: _option_value(argument, names) for name, argument in binding.written.items()}
        missing = [each for each in module.options if not (each.default or each.name.text in given)]
        if missing:
            raise StepError(_lacking(step, missing))
        inner = dict(module.spec.param_values)
        for name, option in options.items():
            inner[name] = given[name] if name in given else _default(option, module, inner)
        arguments = {name: inner[name] for name in options}
        return ModuleUse(module, self.environment(module, inner), arguments, binding.step)

    def environment(self, module: Module, values: Mapping[str, Constant]) -> StepEnvironment:
        """Return the environment of a module's steps, shared among uses with equal values."""
        key = (id(module), *values.values(), *map(type, values.values()))
        found = self._environments.get(key)
        if found is None:
            found = self._environments[key] = StepEnvironment(module.spec, values)
        return found


_OPTION = Attribute("", residual.ATTRIBUTES["scale"].kind)


def _options(module: Module) -> tuple[dict[str, Attribute], str | None]:
    """Return a module's options as attributes, and the name of the main one."""
    names = [option.name.text for option in module.options]
    return {name: _OPTION._replace(name=name) for name in names}, next(iter(names), None)


def _option_value(argument: Argument, names: Mapping[str, Constant]) -> Constant:
    value = value_of(argument.operand, names)
    if isinstance(value, tuple):
        raise StepError(
            Diagnostic(
                "option/value",
                f"an option is a number, true, false or a word, not {argument.operand.text}",
                (Label(argument.span),),
            )
        )
    return value


def _default(option: Option, module: Module, values: Mapping[str, Constant]) -> Constant:
    assert option.default is not None
    later = [each.name.text for each in module.options if each.name.text not in values]
    if not option.default.names.isdisjoint(later):
        raise StepError(_late(option, option.default))
    return _option_value(Argument(None, option.default, option.default.span), values)


def _lacking(step: Step, missing: list[Option]) -> Diagnostic:
    names = [option.name.text for option in missing]
    listed = " and ".join(f"`{name}`" for name in names)
    word, plural = step.word.text, "s" if len(names) > 1 else ""
    return Diagnostic(
        "option/missing",
        f"`{word}` needs its option{plural} {listed}",
        (Label(step.word.span), Label(missing[0].name.span, "declared here, without a default")),
        f"add `{' '.join(f'{name}=...' for name in names)}`",
    )


def _late(option: Option, default: Operand) -> Diagnostic:
    return Diagnostic(
        "expression/unknown-name",
        f"the default of `{option.name.text}` uses an option that is declared after it",
        (Label(default.span),),
        "move that option before it: a default may use params and the options before it",
        about=(option.name.text,),
    )


def _operator(
    step: Step,
    operator: type[Operator],
    environment: StepEnvironment,
    names: Mapping[str, Constant],
) -> OperatorUse:
    attributes = attributes_of(step.word.text) or operator.attributes
    binding = bind(step, attributes, operator.main, environment.spec)
    values = _values(binding, attributes, names, environment)
    _complete(binding, operator.attributes, values, step.word)
    chosen = {name: str(values.pop(name, "none")) for name in attributes.keys() & MERGED}
    after = [_row(word, {}, environment) for word in chosen.values() if word != "none"]
    return OperatorUse(operator(**values), binding.step, *after)


def _layer(
    step: Step,
    layer: type[Layer],
    environment: StepEnvironment,
    names: Mapping[str, Constant],
    x: TensorType,
) -> LayerUse:
    binding = bind(step, layer.attributes(), layer.main, environment.spec)
    key = (layer, binding.said, names.get("in_channels"), x.channels if x.shape else 0)
    lowered = environment.memory.get(key)
    if lowered is None:
        lowered = _lowered(step.word, binding, layer, environment, names, x)
        environment.memory[key] = lowered
    rows, arguments = lowered
    return LayerUse(rows, arguments, binding.step)


def _lowered(
    at: Text,
    binding: Binding,
    layer: type[Layer],
    environment: StepEnvironment,
    names: Mapping[str, Constant],
    x: TensorType,
) -> tuple[tuple[tuple[str, Operator], ...], dict[str, Value]]:
    """Find the operators of a layer, with the values of its attributes."""
    attributes = layer.attributes()
    values = {
        **_defaults(layer.operator, attributes, environment),
        **_values(binding, attributes, names, environment),
    }
    asked = {name: each for name, each in attributes.items() if name != "bias"}
    _complete(binding, asked, values, at)
    if x is UNKNOWN:
        raise Poisoned
    rows = tuple(
        (word, _row(word, decided, environment)) for word, decided in layer.rows(values, x)
    )
    arguments = {name: values.get(name, each.default) for name, each in attributes.items()}
    arguments["bias"] = rows[0][1].bias  # type: ignore[attr-defined]
    return rows, arguments


def _row(word: str, decided: Mapping[str, Value], environment: StepEnvironment) -> Operator:
    """Return one operator of a layer; what the layer sets overrides the file's defaults."""
    operator = operators()[word]
    undecided = {name: each for name, each in operator.attributes.items() if name not in decided}
    return operator(**_defaults(word, undecided, environment), **decided)


def _defaults(word: str, attributes: Attributes, environment: StepEnvironment) -> dict[str, Value]:
    """Evaluate the file's defaults for attributes of an operator."""
    return {
        name: attribute_value(attributes[name], argument, environment.params)
        for name, argument in environment.spec.defaults.get(word, {}).items()
        if name in attributes
    }


def _residual(
    step: Step, environment: StepEnvironment, names: Mapping[str, Constant]
) -> ResidualUse:
    binding = bind(step, residual.ATTRIBUTES, None, environment.spec)
    values = _values(binding, residual.ATTRIBUTES, names, environment)
    scale, activation = values.get("scale", 1), str(values.get("activation", "none"))
    after = None if activation == "none" else _row(activation, {}, environment)
    assert isinstance(scale, int | float)
    return ResidualUse(scale, after, {"scale": scale, "activation": activation}, binding.step)


def _values(
    binding: Binding,
    attributes: Attributes,
    names: Mapping[str, Constant],
    environment: StepEnvironment,
) -> dict[str, Value]:
    """Evaluate arguments; those written override ``linear``, which overrides the defaults."""
    refused: list[Diagnostic] = []

    def read(arguments: Mapping[str, Argument], known: Mapping[str, Constant]) -> None:
        for name, argument in arguments.items():
            try:
                values[name] = attribute_value(attributes[name], argument, known)
            except StepError as error:
                refused.extend(error.diagnostics)

    values: dict[str, Value] = {}
    read(binding.defaults, environment.params)
    if binding.linear:
        values |= LINEAR
    read(binding.written, names)
    if refused:
        raise StepError(*refused)
    return values


def _complete(
    binding: Binding, attributes: Attributes, values: Mapping[str, Value], at: Text
) -> None:
    required = [name for name, each in attributes.items() if each.required]
    missing = [name for name in required if name not in values]
    if missing:
        listed = " and ".join(f"`{name}`" for name in missing)
        help = f"write `{at.text} {_example(binding, attributes, required, at.text)}`"
        message = f"`{at.text}` needs {listed}"
        raise StepError(Diagnostic("attribute/missing", message, (Label(at.span),), help))


def _example(binding: Binding, attributes: Attributes, required: list[str], word: str) -> str:
    """Return an example of a word's required arguments, kernel first, keeping those written."""
    texts = {name: _short(argument.operand) for name, argument in binding.written.items()}
    bare = ("kernel", main_of(word))
    for name in required:
        example = attributes[name].kind.example
        texts.setdefault(name, example if name in bare else f"{name}={example}")
    return " ".join(texts[name] for name in sorted(required, key="kernel".__ne__))


def _short(operand: Operand) -> str:
    parts = operand.value
    return operand.text if isinstance(parts, Expression) else "x".join(each.text for each in parts)


def count_of(operand: Operand, environment: StepEnvironment, in_channels: int | None) -> int:
    """Evaluate the count of a step; raise ``StepError`` or ``Poisoned``."""
    names = environment.names(in_channels)
    count = value_of(operand, names)
    if isinstance(count, str) and count == operand.text:
        raise StepError(unknown_name(count, operand.span, names))
    if (
        isinstance(count, bool)
        or not isinstance(count, int | float)
        or count != int(count)
        or count < 0
    ):
        found = "" if show(count) == operand.text else f" = {show(count)}"
        message = f"a step repeats a whole number of times, at least 0, not {operand.text}{found}"
        raise StepError(Diagnostic("repeat/count", message, (Label(operand.span),)))
    if count > MAXIMUM_NODES:
        message = f"{int(count):,} repeats; a graph has at most {MAXIMUM_NODES:,} nodes"
        raise StepError(Diagnostic("graph/too-large", message, (Label(operand.span),)))
    return int(count)


def _unknown(step: Step, spec: Spec) -> Diagnostic:
    from archspec.language.advice.strays import unknown_word

    return unknown_word(step, spec)


def misuses(step: Step, spec: Spec) -> tuple[Diagnostic, ...]:
    """Return the errors in a step's word and in the names of its arguments, without evaluation."""
    word = step.word.text
    module = spec.module(word)
    attributes, main = _options(module) if module else (attributes_of(word), main_of(word))
    if word in spec.missing:
        return ()
    if attributes is None and word != REPEAT:
        return (_unknown(step, spec),)
    try:
        bind(step, attributes or {}, main, spec)
    except StepError as error:
        return error.diagnostics
    return ()
