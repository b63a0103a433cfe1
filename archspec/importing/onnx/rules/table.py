"""The rules of operators, by their names."""

from __future__ import annotations

from collections.abc import Callable

from archspec.importing.matching import Pattern, operator_of
from archspec.importing.onnx.call import Rule

RULES: dict[str, Rule] = {}
GATHERED: dict[str, Rule] = {}
"""The rules of what takes cells that were picked out of a map."""
IDIOMS: dict[str, list[tuple[Pattern, Rule]]] = {}
"""Patterns of several nodes by the operator of the last one; the rule gets what names stand for."""


def translates(*names: str, among: dict[str, Rule] = RULES) -> Callable[[Rule], Rule]:
    """Register the rule of some operators."""

    def register(rule: Rule) -> Rule:
        among.update(dict.fromkeys(names, rule))
        return rule

    return register


def writes_out(*patterns: Pattern) -> Callable[[Rule], Rule]:
    """Register the rule of what is written out in one of some ways."""

    def register(rule: Rule) -> Rule:
        for pattern in patterns:
            IDIOMS.setdefault(operator_of(pattern), []).append((pattern, rule))
        return rule

    return register
