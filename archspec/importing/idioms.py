"""Functions that exporters write out, as the words that they are."""

from __future__ import annotations

from collections.abc import Mapping

from archspec.graph import Graph, Node, Wire
from archspec.graph.rewriting import Apply, Change, RewriteRule
from archspec.operator import Operator
from archspec.operators.activation import HardSigmoid, HardSwish, Sigmoid, Silu
from archspec.operators.merge import Multiply

_GATED: Mapping[type[Operator], Operator] = {Sigmoid: Silu(), HardSigmoid: HardSwish()}
"""What the product of a value and a function of it is called, by the function."""


def named_functions(graph: Graph) -> RewriteRule:
    """Make the rule that names the products of values and functions of them in a graph."""

    def named_function(node: Node, sources: tuple[Wire, ...]) -> Change:
        if not isinstance(node.op, Multiply) or len(sources) != 2:
            return None
        for gate, other in ((0, 1), (1, 0)):
            function = graph.nodes.get(node.sources[gate])
            if function is None or function.sources != (node.sources[other],):
                continue
            name = _GATED.get(type(function.op))
            if name is not None:
                return Apply(name, (sources[other],))
        return None

    return named_function
