"""The backend, with which rules register."""

from __future__ import annotations

from archspec.backend import Backend, Runtime
from archspec_torch.members import written
from archspec_torch.saved import IN_PLACE, SAVED, VIEWS
from archspec_torch.source import write


def start() -> Runtime:
    """Import torch."""
    from archspec_torch import runtime

    return runtime.TorchRuntime()


backend = Backend(
    "torch",
    "PyTorch",
    "torch",
    write,
    start,
    step_name=written,
    trainer="archspec_torch.standalone",
    importer="archspec_torch.importing.exported",
    saved=SAVED,
    in_place=IN_PLACE,
    views=VIEWS,
    library="torch",
    files={".pt2": "archspec_torch.importing.archive"},
    counters="archspec_torch.counters",
    targets=("eager", "channels_last", "compile", "onnxruntime", "openvino"),
)
