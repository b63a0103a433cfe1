"""Building a graph node by node."""

from __future__ import annotations

from archspec.graph.inference import Inference, TooLarge
from archspec.graph.node import Node, Step, Wire
from archspec.graph.scope import Scope
from archspec.operator import Operator
from archspec.source import Span

MAXIMUM_NODES = 500_000

_TOO_MANY = f"the graph has more than {MAXIMUM_NODES:,} nodes or scopes, the most there may be"


class GraphBuilder:
    """Adds nodes and scopes one by one; the type of each node is inferred as it is added."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.scopes: dict[str, Scope] = {}
        self._inference = Inference()

    def add(
        self,
        path: str,
        op: Operator,
        sources: tuple[Wire, ...],
        step: Step,
        trail: tuple[Span, ...],
    ) -> Wire:
        """Add a node and return the wire that leaves it; raise the operator's ``RuleError``."""
        if len(self.nodes) >= MAXIMUM_NODES:
            raise TooLarge(_TOO_MANY)
        inputs = tuple([wire.type for wire in sources])
        output = self._inference.infer(op, inputs)
        paths = tuple([wire.path for wire in sources])
        self.nodes[path] = Node(path, op, paths, inputs, output, step, trail)
        return Wire(path, output)

    def close(self, scope: Scope) -> None:
        """Add a scope when all of its contents are there."""
        if len(self.scopes) >= MAXIMUM_NODES:
            raise TooLarge(_TOO_MANY)
        self.scopes[scope.path] = scope
