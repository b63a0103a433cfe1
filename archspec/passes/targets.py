"""What pays for whom: the passes that each target leaves out, and why."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_NO_SPLIT = (
    "onnxruntime keeps maps in blocks of channels (NCHWc), which it cannot slice: a merged"
    " convolution is copied out of the blocks and back, and measured slower"
)
_NEUTRAL = "OpenVINO measured no faster"
_COPIED = "with channels last PyTorch copies each slice before it convolves, and measured slower"
_SLICED = "TensorFlow copies each slice, and measured slower"
_UNMEASURED = "whether it is faster here was not measured"

TARGETS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "eager": {},
        "channels_last": {"merge_siblings": _COPIED},
        "compile": {"merge_siblings": _UNMEASURED},
        "onnxruntime": {
            "merge_siblings": _NO_SPLIT,
            "move_average_pool": "onnxruntime measured no faster",
        },
        "openvino": {"merge_siblings": _NEUTRAL, "move_average_pool": _NEUTRAL},
        "tensorflow": {"merge_siblings": _SLICED},
    }
)
"""The reasons to leave passes out, by target and name of the pass."""

EAGER = frozenset({"eager", "channels_last"})
"""The targets that run a model as it is written, which lower it by rules for inference."""
