"""The door for operators of other packages, opened only when a word is unknown."""

from __future__ import annotations

from functools import cache

from archspec.operator import Operator, operators

GROUP = "archspec.operators"


def plugged_in(word: str) -> type[Operator] | None:
    """Find an operator that an installed package provides under the entry point ``word``."""
    return _loaded(word)[0]


def trouble_with(word: str) -> tuple[str, ...]:
    """Tell of packages that provide a word and cannot be loaded."""
    return _loaded(word)[1]


@cache
def _loaded(word: str) -> tuple[type[Operator] | None, tuple[str, ...]]:
    from importlib.metadata import entry_points

    trouble = []
    for entry in entry_points(group=GROUP, name=word):
        try:
            entry.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's import may raise anything
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            trouble.append(f"{entry.value} provides `{word}` and cannot be loaded: {reason}")
    return operators().get(word), tuple(trouble)
