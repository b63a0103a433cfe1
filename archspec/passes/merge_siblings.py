"""Make one convolution of several over one value, and slice what it gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from archspec.graph import Graph, Node, Wire
from archspec.graph.rewriting import Apply, Change
from archspec.operator import operators
from archspec.operators.activation import Activation, Softmax
from archspec.operators.conv2d import Conv2d
from archspec.passes.channelwise import bias_of
from archspec.passes.record import Passed, Place, Tensors, planned, require, require_alone
from archspec.passes.windows import pads_of


def merge_siblings(graph: Graph, tensors: Tensors) -> Passed:
    """Compute convolutions over one value, and the activations behind them, in one go.

    Legal for convolutions of one value that

    1. have the same filter size, stride, dilation and padding in cells;
    2. have no groups;
    3. are each read by nothing but an activation, the same behind all, that treats every element
       alone: no softmax, and none that learns;
    4. are no outputs of the network.

    Whether it is faster depends on what runs the network: each member reads a slice.
    """
    several = [node for node in graph.nodes.values() if _has_siblings(graph, node)]
    keys, places = planned(several, lambda node: _key(graph, node), str)
    alike: dict[Any, list[Node]] = {}
    for path, key in keys.items():
        alike.setdefault(key, []).append(graph.nodes[path])
    order = {path: at for at, path in enumerate(graph.nodes)}
    groups = [_Group.of(graph, members, order) for members in alike.values() if len(members) > 1]
    refused = [place for place in places if not place.is_applied]
    told = (*_told(alike.values()), *refused)
    if not groups:
        return Passed(graph, tensors, told)
    return Passed(_merged(graph, groups), _joined(tensors, groups), told)


def _has_siblings(graph: Graph, node: Node) -> bool:
    users = graph.users(node.sources[0])
    return isinstance(node.op, Conv2d) and sum(isinstance(e.op, Conv2d) for e in users) > 1


def _key(graph: Graph, node: Node) -> Any:
    """Return what is equal for convolutions that can be merged; raise ``Illegal``."""
    op = node.op
    assert isinstance(op, Conv2d)
    require(op.groups == 1, f"it has {op.groups} groups")
    require_alone(graph, node)
    activation = graph.users(node.path)[0].op
    is_plain = isinstance(activation, Activation) and not isinstance(activation, Softmax)
    require(is_plain, f"{activation.word} comes behind it, not an activation of each element")
    return node.sources[0], op.kernel, op.stride, op.dilation, pads_of(node), activation


def _told(groups: Iterable[list[Node]]) -> list[Place]:
    places = []
    for first, *others in groups:
        why = "no sibling has its window and its activation"
        places.append(Place(first.path, bool(others), f"takes {len(others)} in" if others else why))
        places += [Place(each.path, True, f"merged into `{first.path}`") for each in others]
    return places


@dataclass(frozen=True)
class _Group:
    """Convolutions that become the first of them; the first of the activations serves all."""

    members: tuple[Node, ...]
    activations: tuple[Node, ...]
    leader: Node

    @classmethod
    def of(cls, graph: Graph, members: list[Node], order: Mapping[str, int]) -> _Group:
        activations = tuple(graph.users(each.path)[0] for each in members)
        leader = min(activations, key=lambda node: order[node.path])
        return cls(tuple(members), activations, leader)

    @property
    def whole(self) -> Conv2d:
        """The convolution of all filters."""
        first = self.members[0].op
        assert isinstance(first, Conv2d)
        filters = sum(each.output.channels for each in self.members)
        return first.replace(filters=filters, bias=self.has_bias)

    @property
    def has_bias(self) -> bool:
        """Whether any member has a bias; that of others is zero."""
        return any(vars(each.op)["bias"] for each in self.members)

    def changes(self) -> Mapping[str, Any]:
        """Map paths of nodes to functions of their operands that give their replacements."""
        first = self.members[0]
        whole = first.output.with_channels(self.whole.filters)
        conv, active = Wire(first.path, whole), Wire(self.leader.path, whole)
        found: dict[str, Any] = {each.path: lambda _sources: conv for each in self.members[1:]}
        found[first.path] = lambda _sources: self.whole
        start = 0
        for member, node in zip(self.members, self.activations, strict=True):
            stop = start + member.output.channels
            part = operators()["slice"](start=start, stop=stop)
            found[node.path] = lambda sources, part=part, node=node: Apply(
                part, (Apply(node.op, sources) if node is self.leader else active,)
            )
            start = stop
        return found


def _merged(graph: Graph, groups: list[_Group]) -> Graph:
    changes = {path: change for group in groups for path, change in group.changes().items()}

    def merge(node: Node, sources: tuple[Wire, ...]) -> Change:
        change = changes.get(node.path)
        return None if change is None else change(sources)

    return graph.rewrite(merge, "merge_siblings")


def _joined(tensors: Tensors, groups: list[_Group]) -> Tensors:
    """Put the filters of each group one after another."""
    done = dict(tensors)
    for group in groups:
        first = group.members[0].path
        weights = [done.pop(f"{each.path}.weight") for each in group.members]
        done[f"{first}.weight"] = np.concatenate(weights)
        if group.has_bias:
            biases = [bias_of(tensors, each) for each in group.members]
            for each in group.members:
                done.pop(f"{each.path}.bias", None)
            done[f"{first}.bias"] = np.concatenate(biases)
    return done
