"""Options of the modules that steps of the network use, and giving them other values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from archspec.language.document.spec import Spec
from archspec.language.syntax.expressions import Constant, parse
from archspec.language.syntax.names import owned
from archspec.language.syntax.syntax import Argument, Operand, Step, step_names


class StepOption(NamedTuple):
    """An option of the step of the network at ``place``; ``is_main`` if it may go without a key."""

    place: int
    name: str
    is_main: bool


def step_options(document: Spec) -> dict[str, StepOption]:
    """List options of the steps of the network as ``step.option``; a repeat has those of a copy."""
    steps = document.network or ()
    return {
        f"{owned(name)}.{option}": StepOption(place, option, option == options[0])
        for place, (name, step) in enumerate(zip(step_names(steps), steps, strict=True))
        if (options := _options(step, document))
        for option in options
    }


def addressed(options: Iterable[str]) -> Mapping[str, str]:
    """Return which ``step.option`` a name stands for: itself, or its end where one step has it."""
    found = list(options)
    ends = [each.rpartition(".")[2] for each in found]
    short = {end: each for end, each in zip(ends, found, strict=True) if ends.count(end) == 1}
    return {**short, **{each: each for each in found}}


def shortest(options: Iterable[str]) -> list[str]:
    """Return the shortest name of each option."""
    found: dict[str, str] = {}
    for name, option in addressed(options).items():
        found.setdefault(option, name)
    return list(found.values())


def set_option(document: Spec, option: StepOption, value: Constant) -> None:
    """Give an option another value, in place of what the step says."""
    steps = list(document.network or ())
    steps[option.place] = _with_option(steps[option.place], option, value)
    document.network = tuple(steps)


def _options(step: Step, document: Spec) -> list[str]:
    module = None if step.broken else document.module(step.word.text)
    return [option.name.text for option in module.options] if module else []


def _with_option(step: Step, option: StepOption, value: Constant) -> Step:
    """Return a step with an argument in place of what gave the option before."""
    before = {option.name, None} if option.is_main else {option.name}
    others = [each for each in step.arguments if each.key not in before]
    written = str(value).lower() if isinstance(value, bool) else str(value)
    operand = Operand(written, step.word.span, parse(written))
    return replace(step, arguments=(*others, Argument(option.name, operand, step.word.span)))
