"""The rules by which operators are computed: one function for each, registered by a decorator.

Knowing this table loads no library, so that a plug-in may put its rule beside its operator.
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
    """Register the decorated function as what an operator computes, or computes in ``training``.

    It takes the operator, an array for each input, and by their names the tensors that it learns,
    in PyTorch's layout; it returns an array. Arrays are batches of maps, height x width x channels,
    or of vectors; what it takes must not be written into. What has no rule for training computes
    there what it does in inference.
    """
    table = _in_training if training else _rules

    def register(rule: NodeRule) -> NodeRule:
        if operator in table:
            raise TypeError(f"there are two rules for {operator.word}")
        table[operator] = rule
        return rule

    return register


def rules(*, training: bool = False) -> Mapping[type[Operator], Callable[..., Any]]:
    """Return the table of rules, by operator."""
    return MappingProxyType({**_rules, **_in_training} if training else _rules)


def require_rules(graph: Graph) -> None:
    """Refuse a graph with operators that no rule computes; raise ``SpecError`` with a step each."""
    missing = without_rule(graph)
    if missing:
        raise SpecError(tuple(_missing(each.op.word, each.labels()) for each in missing))


def without_rule(graph: Graph) -> tuple[Node, ...]:
    """List the nodes that no rule computes, one of each operator."""
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
