"""Multiply two 1x1 convolutions, or two dense layers, in a row."""

from typing import Any

from archspec.graph import Graph, Node, Wire
from archspec.graph.rewriting import Change
from archspec.operators.conv2d import Conv2d
from archspec.operators.fully_connected import FullyConnected
from archspec.passes.channelwise import bias_of, wide
from archspec.passes.record import Passed, Tensors, before, planned, require, require_alone
from archspec.passes.windows import is_pointwise


def compose_convolutions(graph: Graph, tensors: Tensors) -> Passed:
    """Make one layer of two that are linear in each cell, with no activation between.

    Legal where

    1. both are convolutions of 1x1 without padding or groups, or both are dense layers;
    2. nothing else reads the first, whose value is no output of the network;
    3. the first does not become part of another pair in the same run;
    4. the product has fewer multiply-accumulates than the two: it has not where the first is a
       bottleneck.
    """
    taken = set[str]()
    linear = [node for node in graph.nodes.values() if isinstance(node.op, Conv2d | FullyConnected)]
    behind = [node for node in linear if _follows(graph, node)]
    plans, places = planned(
        behind,
        lambda node: _first_of(graph, node, taken),
        lambda first: f"composed with `{first.path}`",
    )
    if not plans:
        return Passed(graph, tensors, places)
    firsts = {first.path for first in plans.values()}

    def compose(node: Node, sources: tuple[Wire, ...]) -> Change:
        if node.path in firsts:
            return sources[0]
        return _composed(node, plans[node.path]) if node.path in plans else None

    done = dict(tensors)
    for path, first in plans.items():
        _multiply(done, first, graph.nodes[path])
    return Passed(graph.rewrite(compose, "compose_convolutions"), done, places)


def _first_of(graph: Graph, node: Node, taken: set[str]) -> Node:
    """Return the layer that can be composed with the one behind it; both are ``taken`` then."""
    first = before(graph, node)
    require(type(first.op) is type(node.op), f"it follows {first.op.word}")
    require(_is_matrix(first) and _is_matrix(node), "one of the two has windows or groups")
    require_alone(graph, first)
    require(first.path not in taken, f"`{first.path}` is composed already")
    require(_macs(_composed(node, first), first, node) < _macs_apart(first, node), _DEARER)
    taken.update((first.path, node.path))
    return first


_DEARER = "the product would need more multiply-accumulates"


def _follows(graph: Graph, node: Node) -> bool:
    first = graph.nodes.get(node.sources[0])
    return first is not None and isinstance(first.op, Conv2d | FullyConnected)


def _is_matrix(node: Node) -> bool:
    if isinstance(node.op, FullyConnected):
        return True
    return is_pointwise(node) and vars(node.op)["groups"] == 1


def _composed(node: Node, first: Node) -> Any:
    """Return the operator of the product: the second, with the steps of both."""
    one, other = vars(first.op), vars(node.op)
    both = {"bias": one["bias"] or other["bias"]}
    if "stride" in one:
        pairs = zip(one["stride"], other["stride"], strict=True)
        both |= {"stride": tuple(down * across for down, across in pairs), "padding": "valid"}
    return node.op.replace(**both)


def _macs(op: Any, first: Node, node: Node) -> int:
    return int(op.cost(node.output, *first.inputs).macs)


def _macs_apart(first: Node, node: Node) -> int:
    return sum(each.op.cost(each.output, *each.inputs).macs for each in (first, node))


def _multiply(tensors: dict[str, Any], first: Node, node: Node) -> None:
    weight, inner = wide(tensors, node, "weight"), wide(tensors, first, "weight")
    matrix = weight.reshape(len(weight), -1)
    has_bias = vars(first.op)["bias"] or vars(node.op)["bias"]
    bias = bias_of(tensors, node) + matrix @ bias_of(tensors, first)
    product = matrix @ inner.reshape(len(inner), -1)
    tensors[f"{node.path}.weight"] = product.reshape(len(weight), *inner.shape[1:])
    if has_bias:
        tensors[f"{node.path}.bias"] = bias
    for name in ("weight", "bias"):
        tensors.pop(f"{first.path}.{name}", None)
