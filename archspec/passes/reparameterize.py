"""Make one convolution of parallel linear branches that are added up."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from archspec.graph import Graph, Node, Wire
from archspec.graph.rewriting import Apply, Change
from archspec.operators.conv2d import Conv2d
from archspec.operators.merge import Add
from archspec.operators.norm import BatchNorm
from archspec.passes.absorbing import FACTORS
from archspec.passes.channelwise import Channelwise, bias_of, channelwise, wide
from archspec.passes.record import Passed, Tensors, planned, require
from archspec.passes.windows import embedded, offset, pads_of

_CHANNELWISE = (BatchNorm, *FACTORS)


class _Sum(NamedTuple):
    """Operands of a sum, by their places, that become part of a convolution among them."""

    into: Node
    places: tuple[int, ...]
    weight: Any
    bias: Any


def reparameterize(graph: Graph, tensors: Tensors) -> Passed:
    """Make the parallel linear branches of a sum one convolution, as RepVGG is deployed.

    Legal for operands of a sum that read one value, of which

    1. one at least is a convolution; the one with the largest filters takes over the others;
    2. others are convolutions with its stride, groups and, unless they are 1x1, dilation, whose
       filters lie within its own: as many cells further inside as they are padded less;
    3. or batch norms, scales and the value itself, which are 1x1 filters of one channel each,
       where its stride is 1;
    4. nothing else reads them, and none is an output of the network.

    Operands that are none of these stay in the sum. Source: Ding et al., arXiv:2101.03697.
    """
    sums = [node for node in graph.nodes.values() if isinstance(node.op, Add)]
    plans, places = planned(
        sums,
        lambda node: _plan(graph, tensors, node),
        lambda found: f"{len(found.places)} branches are one in `{found.into.path}`",
    )
    if not plans:
        return Passed(graph, tensors, places)
    done = dict(tensors)
    for found in plans.values():
        done[f"{found.into.path}.weight"] = found.weight
        done[f"{found.into.path}.bias"] = found.bias
    return Passed(_rewritten(graph, plans), done, places)


def _rewritten(graph: Graph, plans: dict[str, _Sum]) -> Graph:
    layers = {found.into.path for found in plans.values()}

    def add_up(node: Node, sources: tuple[Wire, ...]) -> Change:
        if node.path in layers:
            return node.op.replace(bias=True)
        if node.path not in plans:
            return None
        into, places = plans[node.path].into, plans[node.path].places
        gone = set(places) - {node.sources.index(into.path)}
        left = tuple(each for at, each in enumerate(sources) if at not in gone)
        return left[0] if len(left) == 1 else Apply(node.op, left)

    return graph.rewrite(add_up, "reparameterize")


def _plan(graph: Graph, tensors: Tensors, total: Node) -> _Sum:
    operands = [graph.nodes[path] for path in total.sources if path in graph.nodes]
    convolutions = [each for each in operands if _is_convolution(graph, each)]
    require(convolutions, "no convolution that nothing else reads is an operand of it")
    into = max(convolutions, key=lambda node: vars(node.op)["kernel"])
    places = [at for at in range(len(total.sources)) if _is_branch(graph, total, at, into)]
    require(len(places) > 1, "no other branch of it is linear in what its convolution reads")
    branches = [_branch(graph, tensors, total.sources[at], into) for at in places]
    weight, bias = (sum(each[part] for each in branches) for part in (0, 1))
    return _Sum(into, tuple(places), weight, bias)


def _is_convolution(graph: Graph, node: Node) -> bool:
    return isinstance(node.op, Conv2d) and _is_alone(graph, node)


def _is_alone(graph: Graph, node: Node) -> bool:
    return graph.uses(node.path) == 1


def _is_branch(graph: Graph, total: Node, at: int, into: Node) -> bool:
    """Whether an operand is linear in what a convolution reads, in a form that it can take over."""
    path, value = total.sources[at], into.sources[0]
    node = graph.nodes.get(path)
    if path == value:
        return _takes_cells(into)
    if node is None or node.sources != (value,) or not _is_alone(graph, node):
        return False
    if isinstance(node.op, _CHANNELWISE):
        return _takes_cells(into)
    return node is into or (isinstance(node.op, Conv2d) and _fits(node, into))


def _takes_cells(into: Node) -> bool:
    assert isinstance(into.op, Conv2d)
    return into.op.stride == (1, 1) and offset((1, 1), into, (0, 0, 0, 0)) is not None


def _fits(node: Node, into: Node) -> bool:
    """Whether the filters of a convolution lie within those of another over the same map."""
    one, other = node.op, into.op
    assert isinstance(one, Conv2d)
    assert isinstance(other, Conv2d)
    is_alike = one.stride == other.stride and one.groups == other.groups
    spaced = one.kernel == (1, 1) or one.dilation == other.dilation
    return is_alike and spaced and offset(one.kernel, into, pads_of(node)) is not None


def _branch(graph: Graph, tensors: Tensors, path: str, into: Node) -> tuple[Any, Any]:
    """Return the filters and the bias that do in a convolution what a branch does."""
    node, shape = graph.nodes.get(path), wide(tensors, into, "weight").shape
    if node is not None and path != into.sources[0] and isinstance(node.op, Conv2d):
        place = offset(node.op.kernel, into, pads_of(node))
        return embedded(wide(tensors, node, "weight"), shape, place), bias_of(tensors, node)
    channels = into.output.channels
    is_value = node is None or path == into.sources[0]
    values = Channelwise(np.ones(channels), np.zeros(channels))
    found = values if is_value or node is None else channelwise(node, tensors)
    place = offset((1, 1), into, (0, 0, 0, 0))
    return embedded(_diagonal(found.factor, shape[1]), shape, place), found.shift


def _diagonal(factor: Any, width: int) -> Any:
    """Return 1x1 filters that multiply each channel, of groups of ``width``, by its factor."""
    channels = np.arange(len(factor))
    found = np.zeros((len(factor), width, 1, 1))
    found[channels, channels % width, 0, 0] = factor
    return found
