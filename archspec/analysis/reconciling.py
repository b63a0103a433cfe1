"""What makes the difference between a tool's figure and archspec's, by operator and rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from archspec.analysis.conventions import Rule, Rules, macs, parameters
from archspec.graph import Graph, Node


class Difference(NamedTuple):
    """What a tool counts of the uses of an operator by one rule, and what archspec does."""

    operator: str
    uses: int
    rule: str
    archspec: int
    counted: int

    @property
    def more(self) -> int:
        """How much more the tool counts."""
        return self.counted - self.archspec


def of_operations(graph: Graph, rules: Rules) -> list[Difference]:
    """List what is counted of each operator, compared with multiply-accumulates."""
    return _compared(graph, lambda node: rules(node).operations, macs)


def of_parameters(graph: Graph, rules: Rules) -> list[Difference]:
    """List what is counted of the parameters of each operator, compared with all of them."""
    return _compared(graph, lambda node: rules(node).parameters, parameters)


def _compared(graph: Graph, rule_of: Callable[[Node], Rule], ours: Rule) -> list[Difference]:
    """Compare the uses of each operator by each rule, in order of first use."""
    groups: dict[tuple[str, Rule], list[Node]] = {}
    for node in graph.nodes.values():
        groups.setdefault((node.op.word, rule_of(node)), []).append(node)
    return [
        Difference(word, len(nodes), str(rule), sum(map(ours, nodes)), sum(map(rule, nodes)))
        for (word, rule), nodes in groups.items()
    ]
