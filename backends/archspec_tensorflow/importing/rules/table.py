"""The rules of layers, by the names of their classes."""

from __future__ import annotations

from collections.abc import Callable

from archspec.importing.matching import Pattern
from archspec_tensorflow.importing.call import Rule

RULES: dict[str, Rule] = {}
IDIOMS: list[tuple[Pattern, Rule]] = []
"""Patterns of several layers, of which the rule gets what their names stand for."""


def translates(*kinds: str) -> Callable[[Rule], Rule]:
    """Register the rule of some layers; ``ops.`` begins the name of an operation."""

    def register(rule: Rule) -> Rule:
        RULES.update(dict.fromkeys(kinds, rule))
        return rule

    return register


def writes_out(*patterns: Pattern) -> Callable[[Rule], Rule]:
    """Register the rule of what is written out in one of some ways."""

    def register(rule: Rule) -> Rule:
        IDIOMS.extend((pattern, rule) for pattern in patterns)
        return rule

    return register
