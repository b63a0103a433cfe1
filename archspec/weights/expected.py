"""The tensors of a graph, by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from archspec.graph import Graph, Node
from archspec.operator import Parameter


class Expected(NamedTuple):
    """A parameter of a node."""

    node: Node
    parameter: Parameter

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the tensor, in PyTorch's layout."""
        return self.parameter.shape


def expected(graph: Graph) -> Mapping[str, Expected]:
    """List the tensors of a graph by key: ``<path of the node>.<name of the parameter>``."""
    return dict(_expected(graph))


def _expected(graph: Graph) -> Iterator[tuple[str, Expected]]:
    for path, node in graph.nodes.items():
        for parameter in node.op.parameters(*node.inputs):
            yield f"{path}.{parameter.name}", Expected(node, parameter)
