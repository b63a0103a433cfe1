"""The cost of a network in parameters, multiply-accumulates and activations, in total and by part.

Parameters are the trainable numbers, scales and shifts of norms included, running statistics not.
MACs are those of convolutions and dense layers. Activations are the output elements of convolutions
and dense layers, as fvcore and timm count them. MACs and activations are for one example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from math import prod
from typing import NamedTuple

from archspec.analysis.conventions import Rules
from archspec.collector import paused
from archspec.cost import Cost
from archspec.graph import Graph, Kind, Node, Scope, taking_graphs
from archspec.operator import Operator
from archspec.tensor import TensorType


class Totals(NamedTuple):
    """Sums over nodes."""

    parameters: int = 0
    statistics: int = 0
    macs: int = 0
    pointwise: int = 0
    activations: int = 0
    nodes: int = 0

    @property
    def flops(self) -> int:
        """Floating-point operations, a multiply-accumulate being two."""
        return Cost(self.macs, self.pointwise).flops

    def plus(self, other: Totals) -> Totals:
        """Add totals field by field."""
        return Totals(*(mine + yours for mine, yours in zip(self, other, strict=True)))


class Row(NamedTuple):
    """The totals of a part of a network: a module, a layer, an operator or a step."""

    path: str
    template: str
    kind: str
    input: TensorType | None
    output: TensorType | None
    totals: Totals


@dataclass(frozen=True)
class Count:
    """The totals of a network without and with its auxiliary heads, and rows for its modules."""

    totals: Totals
    with_auxiliary: Totals
    _rows: Callable[[], list[Row]] = field(repr=False, compare=False)

    @cached_property
    def modules(self) -> tuple[Row, ...]:
        """The rows of the steps of the network, and of the modules inside them."""
        return tuple(self._rows())

    @property
    def parameters(self) -> int:
        """Trainable numbers, without auxiliary heads."""
        return self.totals.parameters

    @property
    def parameters_with_auxiliary(self) -> int:
        """Trainable numbers, auxiliary heads included."""
        return self.with_auxiliary.parameters

    @property
    def macs(self) -> int:
        """Multiply-accumulates of convolutions and dense layers."""
        return self.totals.macs

    @property
    def flops(self) -> int:
        """Floating-point operations, a multiply-accumulate being two."""
        return self.totals.flops

    @property
    def activations(self) -> int:
        """Output elements of convolutions and dense layers."""
        return self.totals.activations


class Totaller:
    """Counts nodes, memoised by operator and operand types."""

    def __init__(self) -> None:
        self._known: dict[tuple[Operator, tuple[TensorType, ...]], Totals] = {}

    def of(self, node: Node) -> Totals:
        """Count one node."""
        key = (node.op, node.inputs)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _totals(node)
        return found

    def total(self, nodes: Iterable[Node]) -> Totals:
        """Sum the counts of nodes."""
        each = [self.of(node) for node in nodes]
        return Totals(*map(sum, zip(*each, strict=True))) if each else Totals()


class ConventionalTotaller(Totaller):
    """Counts nodes by the rules of a convention: operations, as ``macs``, and parameters."""

    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self._rules = rules

    def of(self, node: Node) -> Totals:
        """Count one node."""
        operations, parameters = self._rules(node)
        return super().of(node)._replace(macs=operations(node), parameters=parameters(node))


def _totals(node: Node) -> Totals:
    cost = node.op.cost(node.output, *node.inputs)
    sizes = {True: 0, False: 0}
    for parameter in node.op.parameters(*node.inputs):
        sizes[parameter.trainable] += prod(parameter.shape)
    activations = node.output.size if cost.macs else 0
    return Totals(
        sizes[True],
        sizes[False],
        cost.macs,
        cost.pointwise,
        activations,
        nodes=1,
    )


@taking_graphs
@paused()
def count(graph: Graph) -> Count:
    """Count a network in total and, on demand, by top-level step and by module."""
    inference = graph.without_heads()
    totaller = Totaller()
    everything = totaller.total(graph.nodes.values())
    totals = totaller.total(inference.nodes.values()) if graph.heads else everything
    return Count(totals, everything, partial(by_module, inference, totaller))


def by_module(graph: Graph, totaller: Totaller) -> list[Row]:
    """Count each top-level step, and each module at any depth, in pre-order."""
    top = set(graph.scopes[""].contents)
    rows = []
    for path in graph.walk():
        scope = graph.scopes.get(path)
        if path in top or (scope is not None and scope.kind is Kind.MODULE):
            totals = totaller.total(graph.within(path))
            rows.append(_described(graph, path, scope, totals))
    return rows


def _described(graph: Graph, path: str, scope: Scope | None, totals: Totals) -> Row:
    if scope is None:
        node = graph.nodes[path]
        return Row(path, node.op.word, "operator", node.inputs[0], node.output, totals)
    kind = scope.template.promise if scope.template else scope.kind
    inputs, outputs = graph.boundary(path)
    inputs, outputs = (*scope.takes.values(), *inputs), (*scope.gives.values(), *outputs)
    arrives = graph.type_of(inputs[0]) if inputs else None
    return Row(path, scope.word, str(kind), arrives, graph.type_of(outputs[0]), totals)


def by_operator(graph: Graph, totaller: Totaller) -> list[Row]:
    """Count the nodes of each operator, in order of first use."""
    groups: dict[str, Totals] = {}
    for node in graph.nodes.values():
        name = node.op.word
        groups[name] = groups.get(name, Totals()).plus(totaller.of(node))
    return [Row(name, name, "operator", None, None, totals) for name, totals in groups.items()]


def by_layer(graph: Graph, totaller: Totaller) -> list[Row]:
    """Count each layer, and each operator outside of layers, in source order."""
    owners = {
        inner: path
        for path, scope in graph.scopes.items()
        if scope.kind is Kind.LAYER
        for inner in scope.contents
    }
    rows = []
    for path in dict.fromkeys(owners.get(path, path) for path in graph.nodes):
        scope = graph.scopes.get(path)
        layer = scope if scope is not None and scope.kind is Kind.LAYER else None
        nodes = graph.within(path) if layer else [graph.nodes[path]]
        rows.append(_described(graph, path, layer, totaller.total(nodes)))
    return rows


Groups = Mapping[str, Callable[[Graph, Totaller], list[Row]]]

GROUPS: Groups = {"module": by_module, "operator": by_operator, "layer": by_layer}
