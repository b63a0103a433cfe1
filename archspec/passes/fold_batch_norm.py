"""Fold batch norms into the linear layers before them."""

from archspec.graph import Graph
from archspec.operators.norm import BatchNorm
from archspec.passes.folding import fold
from archspec.passes.record import Passed, Tensors


def fold_batch_norm(graph: Graph, tensors: Tensors) -> Passed:
    """Fold a batch norm, with its running statistics, into the layer before it.

    Legal where

    1. a convolution, depthwise or transposed ones included, or a dense layer comes directly before
       it: behind an activation, a pool or a merge the factors do not commute;
    2. nothing else reads that layer, which would get the normalised value;
    3. the value of the layer is no output of the network;
    4. no variance is negative, which has no root.

    The layer learns a bias. Source: Jacob et al., arXiv:1712.05877, section 3.2.
    """
    return fold(graph, tensors, (BatchNorm,), "fold_batch_norm")
