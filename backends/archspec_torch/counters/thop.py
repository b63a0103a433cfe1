"""What thop counts, by ``thop/profile.py`` and ``thop/vision/basic_hooks.py``.

It knows classes by their exact type, so that those that an emitted model takes along are not seen,
nor are their parameters.
"""

from __future__ import annotations

from typing import Any

from archspec.analysis.conventions import Convention, Rule, inputs, macs, outputs
from archspec_torch.counters.classes import Table, by_class
from archspec_torch.counters.measures import cells, spread


def _instance_norm(op: Any) -> Rule:
    return (4 if op.affine else 2) * outputs


def _upsample(op: Any) -> Rule:
    return (1 if op.mode == "nearest" else 11) * outputs


_TABLE: Table = {
    **dict.fromkeys(("nn.Conv2d", "nn.Linear"), macs),
    "nn.ConvTranspose2d": spread,
    **dict.fromkeys(("nn.BatchNorm1d", "nn.BatchNorm2d", "nn.LayerNorm"), 4 * outputs),
    "nn.InstanceNorm2d": _instance_norm,
    "nn.PReLU": outputs,
    "nn.Softmax": 3 * outputs + -1 * cells,
    "nn.AvgPool2d": outputs,
    "PaddedAvgPool2d": outputs + cells,
    "nn.AdaptiveAvgPool2d": inputs + outputs,
    "nn.Upsample": _upsample,
}

THOP = Convention(
    "MACs",
    "thop 0.1.1 counts norms and average pools beside multiply-accumulates, and transposed "
    "convolutions by their outputs; it does not see functions, nor classes that it has no rule "
    "for and their parameters, such as convolutions with uneven padding",
    by_class(_TABLE, sees_all_parameters=False),
)
