"""Overrides of a document's params, inputs and options: ``--set classes=10``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from archspec.argument_types import taking
from archspec.diagnostic import Diagnostic, Report
from archspec.language.document.inputs import shape, write_shape
from archspec.language.document.spec import Param, Spec
from archspec.language.syntax.expressions import Constant, Expression
from archspec.language.syntax.names import nearest
from archspec.language.syntax.syntax import Argument, Operand, Step
from archspec.language.syntax.terms import Number
from archspec.tensor import TensorType


class Overrides(NamedTuple):
    """Params and inputs by name; the empty name is that of an only input.

    The shape of an input may be a text: ``{"input": "320x320x3"}``. ``options`` are numbers for
    options of the modules that the network uses, by name, each of one step. Contracts are about
    the document as written, so they are not checked under overrides.
    """

    params: Mapping[str, Constant] = {}
    inputs: Mapping[str, TensorType | str] = {}
    options: Mapping[str, int] = {}


taking_overrides = taking(Overrides, "archspec.Overrides(params={...}, inputs={...}) makes some")
"""Decorates verbs that take overrides."""


def apply(overrides: Overrides, document: Spec, report: Report) -> None:
    """Apply overrides to a document in place; report names that it does not declare."""
    for name, value in overrides.params.items():
        if name in document.params:
            document.params[name] = Param(value, document.params[name].span)
        else:
            report(_unknown("param", name, document.params))
    for name, given in overrides.inputs.items():
        wanted = name or _only(document)
        read = shape(str(given))
        if read is None:
            report(_misshapen(str(given)))
        elif wanted in document.inputs:
            declared = document.inputs[wanted]
            document.inputs[wanted] = declared._replace(given=declared.given._replace(type=read))
        elif document.inputs:
            report(_unknown("input", name, document.inputs))
    for name, number in overrides.options.items():
        _set_option(document, name, number, report)


def _set_option(document: Spec, name: str, number: int, report: Report) -> None:
    """Give an option another value in the one step of the network that has it."""
    steps = list(document.network or ())
    known = [option for step in steps for option in _options(step, document)]
    if known.count(name) != 1:
        once = dict.fromkeys(each for each in known if known.count(each) == 1)
        report(_unknown("option", name, once))
        return
    place = next(at for at, step in enumerate(steps) if name in _options(step, document))
    is_main = _options(steps[place], document)[0] == name
    steps[place] = _with_option(steps[place], name, number, is_main=is_main)
    document.network = tuple(steps)


def _options(step: Step, document: Spec) -> list[str]:
    """List the options of the module that a step uses once; none for any other step."""
    module = None if step.count or step.broken else document.module(step.word.text)
    return [option.name.text for option in module.options] if module else []


def _with_option(step: Step, name: str, number: int, *, is_main: bool) -> Step:
    """Return a step with an argument in place of what gave the option before."""
    before = {name, None} if is_main else {name}
    others = [each for each in step.arguments if each.key not in before]
    written = str(number)
    value = Expression(written, Number(0, len(written), number), frozenset())
    operand = Operand(written, step.word.span, value)
    return replace(step, arguments=(*others, Argument(name, operand, step.word.span)))


def _only(document: Spec) -> str:
    return next(iter(document.inputs)) if len(document.inputs) == 1 else ""


def _misshapen(given: str) -> Diagnostic:
    return Diagnostic("command/input", f"`{given}` is not an input shape", help=write_shape(given))


def _unknown(what: str, name: str, known: Mapping[str, object]) -> Diagnostic:
    near = nearest(name, known)
    listed = f"its {what}s are {', '.join(known)}" if known else f"it declares no {what}s"
    message = f"the spec has no {what} `{name}`" if name else f"the spec has several {what}s"
    help = f"did you mean `{near[0]}`?" if near else f"name one: {listed}" if not name else listed
    return Diagnostic(f"command/{what}", message, (), help, about=(what, name))
