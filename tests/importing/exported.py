"""What PyTorch's exporter of ONNX makes of a network.

Its files do not say what is done here, so that no import can undo it.
"""

from __future__ import annotations

from math import inf

from archspec import Graph
from archspec.diffs.deployed.inference import folded, of_inference
from archspec.graph import Node, Wire
from archspec.graph.rewriting import Apply, Change, RewriteRule
from archspec.operator import Operator
from archspec.operators.activation import HardTanh, Relu, Relu6
from archspec.operators.channels import ChannelShuffle
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.grid import Crop
from archspec.operators.norm import BatchNorm
from archspec.operators.pool import AdaptivePool
from archspec.tensor import TensorType

_CLIPS: dict[type[Operator], tuple[float, float]] = {Relu: (0.0, inf), Relu6: (0.0, 6.0)}


def as_exported(graph: Graph) -> Graph:
    """Write a network as the exporter does.

    Functions that clip are one where one clips what another has clipped. A norm without a scale has
    a scale of ones. A pool of shares that are all equal is a window. What is cut off behind a
    transposed convolution is a part of its own padding, which is written so as well. Norms are
    folded, of which the exporter leaves those with a crop between them and their layer. Shuffles of
    channels are the one that they come to.
    """
    written = of_inference(graph).rewrite(_written, "")
    joined = written.rewrite(_cropping(written), "").rewrite(_clipping(), "")
    return folded(joined.rewrite(_shuffling(), ""))


def _written(node: Node, _sources: tuple[Wire, ...]) -> Change:
    if isinstance(node.op, BatchNorm):
        return node.op.replace(gamma=True)
    if not isinstance(node.op, AdaptivePool) or node.op.grid == (1, 1):
        return None
    share = _share(node.op, node.inputs[0])
    return share and node.op.windowed(kernel=share, stride=share, padding="valid")


def _share(pool: AdaptivePool, x: TensorType) -> tuple[int, int] | None:
    """Return height and width of the shares of a grid if they are equal."""
    (rows, columns), (down, across) = x.grid, pool.grid
    return None if rows % down or columns % across else (rows // down, columns // across)


def _cropping(graph: Graph) -> RewriteRule:
    given: dict[str, tuple[Wire, ...]] = {}

    def rule(node: Node, sources: tuple[Wire, ...]) -> Change:
        given[node.path] = sources
        layer = graph.nodes.get(node.sources[0])
        if not (isinstance(node.op, Crop) and layer and isinstance(layer.op, ConvTranspose2d)):
            return None
        cut = zip(layer.op.crops(*layer.inputs), node.op.cells, strict=True)
        top, bottom, left, right = (own + more for own, more in cut)
        padded = layer.op.replace(padding=(top, bottom, left, right), output_padding=(0, 0))
        return Apply(padded, given[layer.path])

    return rule


def _clipping() -> RewriteRule:
    clipped: dict[str, tuple[float, float, Wire]] = {}

    def rule(node: Node, sources: tuple[Wire, ...]) -> Change:
        bounds = _bounds(node.op)
        if bounds is None:
            return None
        low, high, wire = clipped.get(node.sources[0], (-inf, inf, sources[0]))
        low, high = (min(max(each, bounds[0]), bounds[1]) for each in (low, high))
        clipped[node.path] = low, high, wire
        return Apply(_clip(low, high), (wire,))

    return rule


def _shuffling() -> RewriteRule:
    """Multiply groups: of ``n`` channels, ``g`` groups put the ``i``-th at ``g * i % (n - 1)``."""
    shuffled: dict[str, tuple[int, Wire]] = {}

    def rule(node: Node, sources: tuple[Wire, ...]) -> Change:
        if not isinstance(node.op, ChannelShuffle):
            return None
        before, wire = shuffled.get(node.sources[0], (1, sources[0]))
        groups, channels = before * node.op.groups, wire.type.channels
        if channels % groups:
            return None
        shuffled[node.path] = groups, wire
        return wire if groups == channels else Apply(ChannelShuffle(groups=groups), (wire,))

    return rule


def _bounds(op: Operator) -> tuple[float, float] | None:
    return (op.low, op.high) if isinstance(op, HardTanh) else _CLIPS.get(type(op))


def _clip(low: float, high: float) -> Operator:
    named = [kind() for kind, bounds in _CLIPS.items() if bounds == (low, high)]
    return named[0] if named else HardTanh(low=low, high=high)
