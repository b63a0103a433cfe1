"""What tools count of emitted models; each was run on the zoo, and on each operator alone."""

from __future__ import annotations

from collections.abc import Mapping

from archspec.analysis.conventions import Convention
from archspec_torch.counters.fvcore import FVCORE
from archspec_torch.counters.onnx_tool import ONNX_TOOL
from archspec_torch.counters.ptflops import PTFLOPS, PTFLOPS_ATEN
from archspec_torch.counters.thop import THOP
from archspec_torch.counters.torchinfo import TORCHINFO
from archspec_torch.counters.ultralytics import ULTRALYTICS

CONVENTIONS: Mapping[str, Convention] = {
    "fvcore": FVCORE,
    "timm": FVCORE,
    "thop": THOP,
    "ultralytics": ULTRALYTICS,
    "ptflops": PTFLOPS,
    "ptflops-aten": PTFLOPS_ATEN,
    "torchinfo": TORCHINFO,
    "onnx-tool": ONNX_TOOL,
}
