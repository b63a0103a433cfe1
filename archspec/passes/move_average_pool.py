"""Move average pools behind the 1x1 convolutions after them, where there are fewer channels."""

from archspec.graph import Graph, Node, Wire
from archspec.graph.rewriting import Apply, Change
from archspec.operators.pool import AvgPool, MaxPool
from archspec.passes.record import Passed, Tensors, planned, require, require_alone
from archspec.passes.windows import is_pointwise


def move_average_pool(graph: Graph, tensors: Tensors) -> Passed:
    """Let a 1x1 convolution read what an average pool read, and pool what it gives.

    Legal where

    1. it is an average pool of stride 1: a maximum does not commute with a convolution;
    2. cells of padding do not count, so that the weights of each average sum to one and a bias
       stays what it is;
    3. nothing but the convolution reads the pool, whose value is no output of the network;
    4. the convolution has filters of 1x1, stride 1 and no padding;
    5. it gives no more channels than it reads: otherwise the pool would have more to do.
    """
    pools = [node for node in graph.nodes.values() if _is_candidate(graph, node)]
    plans, places = planned(
        pools, lambda pool: _behind(graph, pool), lambda conv: f"moved behind `{conv.path}`"
    )
    if not plans:
        return Passed(graph, tensors, places)
    moved = {conv.path: graph.nodes[path].op for path, conv in plans.items()}

    def move(node: Node, sources: tuple[Wire, ...]) -> Change:
        if node.path in plans:
            return sources[0]
        pool = moved.get(node.path)
        return None if pool is None else Apply(pool, (Apply(node.op, sources),))

    return Passed(graph.rewrite(move, "move_average_pool"), tensors, places)


def _is_candidate(graph: Graph, node: Node) -> bool:
    """Whether a node is an average pool, or another that is where one could be moved."""
    if isinstance(node.op, MaxPool):
        return any(is_pointwise(each) for each in graph.users(node.path))
    return isinstance(node.op, AvgPool)


def _behind(graph: Graph, pool: Node) -> Node:
    op = pool.op
    require(isinstance(op, AvgPool), "a maximum does not commute with a convolution")
    assert isinstance(op, AvgPool)
    require(op.stride == (1, 1), f"its stride is {op.stride[0]}x{op.stride[1]}")
    counts = op.count_padding and any(op.pads(*pool.inputs))
    require(not counts, "cells of padding count in its averages")
    require_alone(graph, pool)
    conv = graph.users(pool.path)[0]
    require(is_pointwise(conv), f"{conv.op.word} comes behind it, not a convolution of 1x1")
    require(getattr(conv.op, "stride", None) == (1, 1), f"the stride of `{conv.path}` is not 1")
    wider = conv.output.channels > pool.output.channels
    require(not wider, f"`{conv.path}` gives more channels than it reads")
    return conv
