"""Runtimes of ONNX models, on the processor: onnxruntime and OpenVINO."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from archspec.backend import Prepared, Workload
from archspec.diagnostic import Diagnostic, SpecError
from archspec.installing import install


@dataclass(frozen=True)
class Session:
    """A loaded model and a batch for it."""

    infer: Callable[[], object]

    def run(self) -> None:
        """Run the batch."""
        self.infer()

    def memory(self) -> None:
        """Tell nothing: these runtimes do not."""

    def seconds(self, paths: Collection[str]) -> Mapping[str, float]:
        """Know no parts: the operators of a file are fused when it is loaded."""
        return {}


@dataclass(frozen=True)
class Engine:
    """A runtime: its package, the types that it computes in, and how it loads a file."""

    name: str
    precisions: tuple[str, ...]
    load: Callable[[Path, Workload], Prepared]

    @property
    def version(self) -> str:
        """The runtime and its version."""
        from importlib.metadata import version

        return f"{self.name} {version(self.name)}"

    def require(self) -> None:
        """Raise ``SpecError`` if the package is not installed."""
        if find_spec(self.name) is None:
            message = f"{self.name} is not installed"
            help = f"{install(self.name)}, or pip install {self.name}"
            raise SpecError((Diagnostic("bench/no-runtime", message, help=help),))

    def refusal(self, workload: Workload) -> str:
        """Return why a workload is none for this runtime; empty if it is."""
        if workload.is_training:
            return f"{self.name} does not train"
        if workload.device != "cpu":
            return f"{self.name} is measured on the processor alone"
        if workload.precision not in self.precisions:
            return f"{self.name} does not compute in {workload.precision}"
        return ""


def _onnxruntime(file: Path, workload: Workload) -> Prepared:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = workload.threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(file), options, ["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    feeds = dict(zip(names, _arranged(workload), strict=True))
    return Session(lambda: session.run(None, feeds))


def _openvino(file: Path, workload: Workload) -> Prepared:
    import openvino

    core, given = openvino.Core(), _arranged(workload)
    model = core.read_model(str(file))
    shapes = zip(model.inputs, given, strict=True)
    model.reshape({each.any_name: list(array.shape) for each, array in shapes})
    threads = {"INFERENCE_NUM_THREADS": workload.threads} if workload.threads else {}
    kind = {"float32": "f32", "bfloat16": "bf16"}[workload.precision]
    hints = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": kind}
    request = core.compile_model(model, "CPU", {**hints, **threads}).create_infer_request()
    return Session(lambda: request.infer(given))


def _arranged(workload: Workload) -> list[Any]:
    """Arrange a batch channels first, as the exported files take it."""
    return [
        each.transpose(0, 3, 1, 2).copy() if each.ndim == 4 else each
        for each in workload.inputs.values()
    ]


ENGINES: Mapping[str, Engine] = {
    "onnxruntime": Engine("onnxruntime", ("float32",), _onnxruntime),
    "openvino": Engine("openvino", ("float32", "bfloat16"), _openvino),
}
