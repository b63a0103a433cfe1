"""What torchinfo counts, by ``torchinfo/layer_info.py``.

It takes the parameters of each module once, and those of a class called after convolutions once for
each cell of the output.
"""

from __future__ import annotations

from archspec.analysis.conventions import Convention, Counting, biases, macs, parameters
from archspec.graph import Node
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec_torch.counters.measures import spread


def _counting(node: Node) -> Counting:
    if isinstance(node.op, Conv2d):
        return Counting(macs + biases)
    if isinstance(node.op, ConvTranspose2d):
        return Counting(spread + biases)
    return Counting(parameters)


TORCHINFO = Convention(
    "mult-adds",
    "torchinfo 1.8.0 counts the parameters of each module, those of convolutions for each cell "
    "of the output: biases and norms once, and a transposed convolution about stride^2 times",
    lambda _graph: _counting,
)
