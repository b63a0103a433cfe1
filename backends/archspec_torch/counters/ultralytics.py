"""What Ultralytics prints as FLOPs: two for each that its fork of thop counts.

Sources: ``get_flops`` in ``ultralytics/utils/torch_utils.py``, 8.4.190; ``thop/profile.py`` and
``thop/vision/basic_hooks.py`` of ultralytics-thop. The fork knows classes by what they inherit.
"""

from __future__ import annotations

from typing import Any

from archspec.analysis.conventions import Convention, Rule, macs, outputs
from archspec_torch.counters.classes import Table, by_class
from archspec_torch.counters.measures import cells, clipped, pointwise, window_cells


def _instance_norm(op: Any) -> Rule:
    return (8 if op.affine else 4) * outputs


def _upsample(op: Any) -> Rule:
    return (0 if op.mode == "nearest" else 22) * outputs


_TABLE: Table = {
    **dict.fromkeys(("nn.Conv2d", "PaddedConv2d", "nn.Linear"), 2 * macs),
    **dict.fromkeys(("nn.ConvTranspose2d", "CroppedConvTranspose2d"), 2 * macs),
    **dict.fromkeys(("nn.BatchNorm1d", "nn.BatchNorm2d"), 8 * outputs),
    **dict.fromkeys(("UnscaledBatchNorm1d", "UnscaledBatchNorm2d"), 8 * outputs),
    **dict.fromkeys(("nn.GroupNorm", "UnshiftedGroupNorm"), 8 * outputs),
    **dict.fromkeys(("nn.LayerNorm", "ChannelNorm"), 8 * outputs),
    **dict.fromkeys(("nn.RMSNorm", "ChannelRMSNorm"), 8 * outputs),
    "nn.InstanceNorm2d": _instance_norm,
    "nn.PReLU": 2 * outputs,
    "nn.Softmax": 6 * outputs + -2 * cells,
    "nn.AvgPool2d": 2 * clipped + 2 * outputs,
    "PaddedAvgPool2d": 2 * pointwise + 2 * outputs + 2 * window_cells + 2 * cells,
    "nn.AdaptiveAvgPool2d": 2 * pointwise + 2 * outputs,
    "nn.Upsample": _upsample,
}

ULTRALYTICS = Convention(
    "FLOPs",
    "Ultralytics 8.4 doubles what ultralytics-thop 2.2.3 counts: multiply-accumulates, norms, "
    "average pools and bilinear upsampling; it does not see activations and sums",
    by_class(_TABLE),
)
