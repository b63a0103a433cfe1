"""Operators of other packages, which are loaded only when a word is otherwise unknown."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from archspec.operator import Operator, operators

GROUP = "archspec.operators"


def plugged_in(word: str) -> type[Operator] | None:
    """Return the operator that an installed package provides as entry point ``word``, if any."""
    return _loaded(word)[0]


def trouble_with(word: str) -> tuple[str, ...]:
    """Describe the packages that provide a word and cannot be loaded."""
    return _loaded(word)[1]


@cache
def _provided() -> Mapping[str, tuple[Any, ...]]:
    """Map words to entry points, for which the metadata of all installed packages is read once."""
    from importlib.metadata import entry_points

    found: dict[str, tuple[Any, ...]] = {}
    for entry in entry_points(group=GROUP):
        found[entry.name] = (*found.get(entry.name, ()), entry)
    return found


@cache
def _loaded(word: str) -> tuple[type[Operator] | None, tuple[str, ...]]:
    trouble = []
    for entry in _provided().get(word, ()):
        try:
            entry.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - third-party code may raise anything
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            trouble.append(f"{entry.value} provides `{word}` and cannot be loaded: {reason}")
    return operators().get(word), tuple(trouble)
