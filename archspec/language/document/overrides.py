"""Overrides of a document's params, options and inputs: ``--set classes=10``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from archspec.argument_types import taking
from archspec.diagnostic import Diagnostic, Report
from archspec.language.document.inputs import shape, write_shape
from archspec.language.document.spec import Param, Spec
from archspec.language.document.step_options import addressed, set_option, shortest, step_options
from archspec.language.syntax.expressions import Constant
from archspec.language.syntax.names import nearest
from archspec.tensor import TensorType


class Overrides(NamedTuple):
    """Params and inputs by name; the empty name is that of an only input.

    Among ``params`` may be options of the modules that steps of the network use: ``step.option``,
    or ``option`` where one step has it and there is no such param. The shape of an input may be a
    text: ``{"input": "320x320x3"}``. Contracts are about the document as written, so they are not
    checked under overrides.
    """

    params: Mapping[str, Constant] = {}
    inputs: Mapping[str, TensorType | str] = {}


taking_overrides = taking(Overrides, "archspec.Overrides(params={...}, inputs={...}) makes some")
"""Decorates verbs that take overrides."""


def apply(overrides: Overrides, document: Spec, report: Report) -> None:
    """Apply overrides to a document in place; report names that it does not declare."""
    for name, value in overrides.params.items():
        _apply_param(document, name, value, report)
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


def _apply_param(document: Spec, name: str, value: Constant, report: Report) -> None:
    """Give a param another value, or else an option of a step of the network."""
    if name in document.params:
        document.params[name] = Param(value, document.params[name].span)
        return
    options = step_options(document)
    addresses = addressed(options)
    if name in addresses:
        set_option(document, options[addresses[name]], value)
    else:
        report(_unsettable(name, document, options))


def _unsettable(name: str, document: Spec, options: Iterable[str]) -> Diagnostic:
    """Say that a name is no param, and whose option it may be."""
    found = list(options)
    owners = [each for each in found if each.endswith(f".{name}")]
    if not owners:
        return _unknown("param", name, dict.fromkeys([*document.params, *shortest(found)]))
    message = f"`{name}` is an option of several steps of the network"
    help = f"name one: {', '.join(owners)}"
    return Diagnostic("command/param", message, (), help, about=("param", name))


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
