"""Fold constant and learned factors into the linear layers before them."""

from archspec.graph import Graph
from archspec.passes.absorbing import FACTORS
from archspec.passes.folding import fold
from archspec.passes.record import Passed, Tensors


def fold_scale(graph: Graph, tensors: Tensors) -> Passed:
    """Fold the scale of a residual, a layer scale or an affine step into the layer before it.

    Legal where

    1. a convolution or a dense layer comes directly before it, as the linear expansion of a
       residual does;
    2. nothing else reads that layer, which would get the scaled value;
    3. the value of the layer is no output of the network.
    """
    return fold(graph, tensors, FACTORS, "fold_scale")
