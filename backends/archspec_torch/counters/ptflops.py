"""What ptflops counts, by ``ptflops/pytorch_ops.py``, and by ``aten_ops.py`` with its other engine.

The first engine counts modules of types that it knows and functions that it replaces; what a module
does by such a function is counted twice.
"""

from __future__ import annotations

from typing import Any

from archspec.analysis.conventions import Convention, Rule, biases, inputs, macs, outputs
from archspec_torch.counters.classes import Table, by_class
from archspec_torch.counters.measures import cubes, early_biases, padded, padded_cells


def _instance_norm(op: Any) -> Rule:
    return (2 if op.affine else 1) * outputs


_TWICE = ("nn.ReLU", "nn.ELU", "nn.GELU", "nn.PReLU", "nn.Upsample")
_ONCE = ("nn.ReLU6", "nn.LeakyReLU", "nn.SiLU", "nn.Softmax", "Resize", "ResizeNearest", "Residual")
_POOLS = ("nn.MaxPool2d", "nn.AvgPool2d", "nn.AdaptiveAvgPool2d", "nn.AdaptiveMaxPool2d")

_TABLE: Table = {
    **dict.fromkeys(("nn.Conv2d", "nn.ConvTranspose2d", "nn.Linear"), macs + biases),
    **dict.fromkeys(("nn.BatchNorm1d", "nn.BatchNorm2d", "nn.GroupNorm"), 2 * outputs),
    "nn.LayerNorm": outputs,
    "nn.InstanceNorm2d": _instance_norm,
    **dict.fromkeys(_TWICE, 2 * outputs),
    **dict.fromkeys(_ONCE, outputs),
    **dict.fromkeys(_POOLS, 2 * inputs),
    "PaddedMaxPool2d": padded,
    "PaddedAvgPool2d": 2 * padded + 2 * padded_cells,
    "nn.LocalResponseNorm": 3 * outputs + cubes,
}

_ATEN: Table = {
    **dict.fromkeys(("nn.Conv2d", "PaddedConv2d", "nn.Linear"), macs + biases),
    "nn.ConvTranspose2d": macs + biases,
    "CroppedConvTranspose2d": macs + early_biases,
    "ChannelConv": macs,
}

PTFLOPS = Convention(
    "MACs",
    "ptflops 0.7.5 counts biases, norms, inputs of pools and outputs of activations beside "
    "multiply-accumulates, and twice those of pools, ReLU, ELU, GELU and upsampling: as a module, "
    "and as the function that this calls; it does not see sums by operators, nor subclasses",
    by_class(_TABLE),
)

PTFLOPS_ATEN = Convention(
    "MACs",
    "ptflops 0.7.5 with its engine aten counts biases beside multiply-accumulates",
    by_class(_ATEN),
)
