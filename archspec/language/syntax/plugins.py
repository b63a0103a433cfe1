"""The door for operators of other packages, opened only when a word is unknown."""

from __future__ import annotations

from functools import cache

from archspec.operator import Operator, operators

GROUP = "archspec.operators"


@cache
def plugged_in(word: str) -> type[Operator] | None:
    """Find an operator that an installed package provides under the entry point ``word``."""
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP, name=word):
        entry.load()
    return operators().get(word)
