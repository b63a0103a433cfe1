"""The classes of an emitted model's modules, by which tools know what to count."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from archspec.analysis.conventions import Counting, Rule, Rules, parameters
from archspec.emission.fragments import (
    DefinitionCall,
    Fragment,
    Operation,
    RepeatLoop,
    ResidualBlock,
)
from archspec.emission.lowering import Lowering, Use, constant
from archspec.emission.program import program
from archspec.emission.values import has_scale
from archspec.graph import Graph, Node
from archspec_torch.table import backend

Table = Mapping[str, Rule | Callable[[Any], Rule]]
"""The rule for the operations of each class, or how to find it for an operator."""


def by_class(table: Table, *, sees_all_parameters: bool = True) -> Callable[[Graph], Rules]:
    """Count each node by the rule for its class; nothing of those that are not in the table."""

    def of(graph: Graph) -> Rules:
        written = _written(graph)

        def counting(node: Node) -> Counting:
            title = _class(graph, node, written)
            found = table.get(title)
            if found is not None:
                return Counting(found if isinstance(found, Rule) else found(node.op))
            unseen = Rule(why=f"for {title} is not in its table")
            return Counting(unseen, parameters if sees_all_parameters else unseen)

        return counting

    return of


def _class(graph: Graph, node: Node, written: Mapping[str, str]) -> str:
    """Name the class of a node; the sum of a residual is within that of the whole."""
    scope = graph.parent(node.path)
    if node.op.word == "add" and scope is not None and scope.path in written:
        return written[scope.path]
    return written.get(node.path) or _alone(node)


def _alone(node: Node) -> str:
    """Name the class of a node by itself, as those of activations and merges are."""
    attributes = {name: constant(getattr(node.op, name)) for name in node.op.attributes}
    channels = tuple(constant(each.channels) for each in node.inputs)
    lowering: Lowering = backend.rules[type(node.op)](
        Use(node.op, node.inputs, node.output, attributes, channels)
    )
    return lowering.construct


def _written(graph: Graph) -> Mapping[str, str]:
    """Map the paths of operators and residuals to their classes, as the source has them.

    What one class constructs in several places is what suits them all.
    """
    found = program(graph, backend)
    definitions = {each.key: each.body for each in (*found.layers, *found.modules)}
    return dict(_Walk(graph, definitions).inside(found.network.body, ""))


class _Walk(NamedTuple):
    """A walk through the definitions of a source, once for each use of them in a graph."""

    graph: Graph
    definitions: Mapping[str, Fragment]

    def inside(self, step: Fragment, path: str) -> Iterator[tuple[str, str]]:
        """Yield the classes at a path and inside it."""
        if isinstance(step, DefinitionCall):
            yield from self.inside(self.definitions[step.definition], path)
        elif isinstance(step, Operation):
            yield path, step.lowering.construct
        elif isinstance(step, ResidualBlock) and step.is_callable:
            yield path, "Residual in place" if step.free and not has_scale(step) else "Residual"
        for inner, child in self.children(step, path):
            yield from self.inside(child, inner)

    def children(self, step: Fragment, path: str) -> Iterator[tuple[str, Fragment]]:
        """Yield what is directly inside, by path: the body of a loop is each of the copies."""
        if isinstance(step, RepeatLoop):
            for copy in self.graph.children(path):
                yield copy, step.children["copy"]
        else:
            for name, child in step.children.items():
                yield f"{path}.{name}".lstrip("."), child
