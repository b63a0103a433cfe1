"""What fvcore counts, by ``fvcore/nn/flop_count.py`` and ``jit_handles.py``.

It traces functions, so that the class that calls them does not matter.
"""

from __future__ import annotations

from typing import Any

from archspec.analysis.conventions import Convention, Rule, inputs, macs, outputs
from archspec_torch.counters.classes import Table, by_class


def _batch_norm(op: Any) -> Rule:
    return (2 if op.gamma else 1) * outputs


def _instance_norm(op: Any) -> Rule:
    return (5 if op.affine else 4) * outputs


def _upsample(op: Any) -> Rule:
    return (1 if op.mode == "nearest" else 4) * outputs


_TABLE: Table = {
    **dict.fromkeys(("nn.Conv2d", "PaddedConv2d", "nn.Linear", "ChannelConv"), macs),
    **dict.fromkeys(("nn.ConvTranspose2d", "CroppedConvTranspose2d"), macs),
    **dict.fromkeys(("nn.BatchNorm1d", "nn.BatchNorm2d"), _batch_norm),
    **dict.fromkeys(("UnscaledBatchNorm1d", "UnscaledBatchNorm2d"), _batch_norm),
    **dict.fromkeys(("nn.GroupNorm", "UnshiftedGroupNorm"), 5 * outputs),
    **dict.fromkeys(("nn.LayerNorm", "ChannelNorm"), 5 * outputs),
    "nn.InstanceNorm2d": _instance_norm,
    "nn.AdaptiveAvgPool2d": inputs,
    "nn.Upsample": _upsample,
    "Resize": 4 * outputs,
    "ResizeNearest": outputs,
}

FVCORE = Convention(
    "flops",
    "fvcore 0.1.5 calls a multiply-accumulate a flop; it leaves out biases, and counts norms, "
    "adaptive average pools and interpolation",
    by_class(_TABLE),
)
