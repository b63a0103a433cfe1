"""The command line of this run, to be repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from shlex import join
from typing import Any

import click
from click.core import ParameterSource

_PASSING = ("resume", "form")
"""Options that do not affect the result of a training."""


def said() -> str:
    """Write the current command with its options."""
    context = click.get_current_context()
    words = [context.command_path]
    for option in context.command.params:
        name = option.name or ""
        given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if given and name not in _PASSING:
            words += _words(option, context.params[name])
    return join([*words[0].split(), *words[1:]])


def _words(option: click.Parameter, value: Any) -> Iterator[str]:
    """Write an option and its value, once for each value where there may be several."""
    if isinstance(option, click.Argument):
        yield str(value)
        return
    flag = next((each for each in option.opts if each.startswith("--")), option.opts[0])
    if value is True:
        yield flag
        return
    for each in value.items() if isinstance(value, Mapping) else [value]:
        yield flag
        yield "=".join(filter(None, map(_text, each))) if isinstance(each, tuple) else _text(each)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
