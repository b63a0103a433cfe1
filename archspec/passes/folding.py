"""Folding: a layer takes over what multiplies and shifts its channels, weights included."""

from __future__ import annotations

from typing import Any, NamedTuple

from archspec.graph import Graph, Node
from archspec.operator import Operator
from archspec.passes.absorbing import absorbed, layer_before, shifts
from archspec.passes.channelwise import Channelwise, bias_of, channelwise, multiplied
from archspec.passes.record import Passed, Tensors, planned


class Fold(NamedTuple):
    """A layer, and what becomes part of it."""

    layer: Node
    values: Channelwise


def fold(graph: Graph, tensors: Tensors, kinds: tuple[type[Operator], ...], name: str) -> Passed:
    """Fold all nodes of some kinds into the layers before them, where that is legal."""
    nodes = [node for node in graph.nodes.values() if isinstance(node.op, kinds)]

    def plan(node: Node) -> Fold:
        return Fold(layer_before(graph, node), channelwise(node, tensors))

    plans, places = planned(nodes, plan, lambda found: f"folded into `{found.layer.path}`")
    if not plans:
        return Passed(graph, tensors, places)
    layers = {path: found.layer.path for path, found in plans.items()}
    done = dict(tensors)
    for path, found in plans.items():
        _take_over(done, graph.nodes[path], found)
    return Passed(absorbed(graph, layers, name), done, places)


def _take_over(tensors: dict[str, Any], node: Node, found: Fold) -> None:
    """Let a layer's weights do what a node did, whose own are removed."""
    layer, (factor, shift) = found
    had_bias = f"{layer.path}.bias" in tensors
    bias = bias_of(tensors, layer) * factor + shift
    weight = multiplied(layer.op, tensors[f"{layer.path}.weight"], factor)
    tensors[f"{layer.path}.weight"] = weight
    if had_bias or shifts(node.op):
        tensors[f"{layer.path}.bias"] = bias
    for each in node.op.parameters(*node.inputs):
        del tensors[f"{node.path}.{each.name}"]
