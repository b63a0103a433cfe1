"""The rules of layers, by the names of their classes."""

from __future__ import annotations

from collections.abc import Callable

from archspec_tensorflow.importing.call import Rule

RULES: dict[str, Rule] = {}


def translates(*kinds: str) -> Callable[[Rule], Rule]:
    """Register the rule of some layers; ``ops.`` begins the name of an operation."""

    def register(rule: Rule) -> Rule:
        RULES.update(dict.fromkeys(kinds, rule))
        return rule

    return register
