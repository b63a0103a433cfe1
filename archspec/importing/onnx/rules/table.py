"""The rules of operators, by their names."""

from __future__ import annotations

from collections.abc import Callable

from archspec.importing.onnx.call import Rule

RULES: dict[str, Rule] = {}


def translates(*names: str) -> Callable[[Rule], Rule]:
    """Register the rule of some operators."""

    def register(rule: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, rule))
        return rule

    return register
