"""The registry of evaluation rules: one function for each operator, registered by a decorator.

This module imports no numerical library, so that a plug-in may put its rule next to its operator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from archspec.diagnostic import Diagnostic, Label, SpecError
from archspec.graph import Graph, Node
from archspec.operator import Operator

NodeRule = TypeVar("NodeRule", bound=Callable[..., Any])

_rules: dict[type[Operator], Callable[..., Any]] = {}
_in_training: dict[type[Operator], Callable[..., Any]] = {}


def computes(operator: type[Operator], *, training: bool = False) -> Callable[[NodeRule], NodeRule]:
    """Register the decorated function as the rule of an operator, in inference or ``training``.

    It takes the operator, an array for each input and, by name, its tensors in PyTorch's layout; it
    returns an array and must not modify its arguments. Values have shape (batch, height, width,
    channels) or (batch, channels). An operator without a rule for training uses that for inference.
    """
    table = _in_training if training else _rules

    def register(rule: NodeRule) -> NodeRule:
        if operator in table:
            raise TypeError(f"there are two rules for {operator.word}")
        table[operator] = rule
        return rule

    return register


def rules(*, training: bool = False) -> Mapping[type[Operator], Callable[..., Any]]:
    """Return the registry of rules, by operator."""
    return MappingProxyType({**_rules, **_in_training} if training else _rules)


def require_rules(graph: Graph) -> None:
    """Raise ``SpecError`` for operators without a rule, with one step of each."""
    missing = without_rule(graph)
    if missing:
        raise SpecError(tuple(_missing(each.op.word, each.labels()) for each in missing))


def without_rule(graph: Graph) -> tuple[Node, ...]:
    """List the nodes whose operator has no rule, one for each operator."""
    found = {type(each.op): each for each in graph.nodes.values() if type(each.op) not in _rules}
    return tuple(found.values())


def _missing(word: str, labels: tuple[Label, ...]) -> Diagnostic:
    return Diagnostic(
        "verify/no-rule",
        f"the interpreter has no rule for `{word}`",
        labels,
        help=f"whoever provides `{word}` registers one by archspec.interpreter.rule.computes;"
        " `verify --backends` says what is compared without it",
    )
