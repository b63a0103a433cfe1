"""What runs a torch model: in eager mode, compiled, or as an ONNX file in a runtime."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor, nn

Call = Callable[[], object]


def channels_last(model: nn.Module, x: Tensor) -> Call:
    """Run a model as it is written, with maps channels last in memory."""
    ready = _ready(model, x)

    def forward() -> object:
        with torch.inference_mode():
            return ready(x)

    return forward


def compiled(model: nn.Module, x: Tensor) -> Call:
    """Run a model through Inductor, which takes the weights as constants (freezing)."""
    import torch._inductor.config as inductor

    inductor.freezing = True
    ready: Any = torch.compile(_ready(model, x))

    def forward() -> object:
        with torch.no_grad():  # freezing does nothing in inference mode
            return ready(x)

    forward()
    return forward


def onnxruntime(model: nn.Module, x: Tensor) -> Call:
    """Run a model that torch exported, with all optimizations of onnxruntime."""
    import onnxruntime as runtime

    options = runtime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = _of_file(
        model, x, lambda file: runtime.InferenceSession(file, options, ["CPUExecutionProvider"])
    )
    given = {session.get_inputs()[0].name: x.contiguous().numpy()}
    return lambda: session.run(None, given)


def openvino(model: nn.Module, x: Tensor) -> Call:
    """Run a model that torch exported, compiled by OpenVINO for the processor."""
    from openvino import Core

    settings = {"INFERENCE_NUM_THREADS": torch.get_num_threads(), "PERFORMANCE_HINT": "LATENCY"}
    settings["INFERENCE_PRECISION_HINT"] = "f32"
    found = _of_file(model, x, lambda file: Core().compile_model(file, "CPU", settings))
    given = x.contiguous().numpy()
    return lambda: found(given)


RUNTIMES: Mapping[str, Callable[[nn.Module, Tensor], Call]] = {
    "channels_last": channels_last,
    "compile": compiled,
    "onnxruntime": onnxruntime,
    "openvino": openvino,
}
"""By target of ``archspec optimize``."""


def _ready(model: Any, x: Tensor) -> Any:
    return model.eval().to(x.dtype).to(memory_format=torch.channels_last)


def _of_file(model: nn.Module, x: Tensor, load: Callable[[str], Any]) -> Any:
    """Export a model as torch does, and load the file."""
    with TemporaryDirectory() as folder:
        file = str(Path(folder, "model.onnx"))
        given = (x.contiguous(),)
        torch.onnx.export(model.eval(), given, file, dynamo=True, verbose=False)
        return load(file)
