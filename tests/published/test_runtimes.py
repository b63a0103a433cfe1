"""ONNX files in others' runtimes, against the interpreter and against the live model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

library: Any = pytest.importorskip("openvino", reason="OpenVINO is not installed")

from archspec import checked  # noqa: E402
from archspec.verification import drawn  # noqa: E402
from archspec.weights.initial import example  # noqa: E402
from archspec_torch import backend  # noqa: E402
from tests.backends.saved import apart, assert_computes, channels_first, channels_last  # noqa: E402
from tests.backends.torch import onnx_files  # noqa: E402
from tests.conformance.small import Array  # noqa: E402
from tests.conformance.specs import graph_of  # noqa: E402

SPECS = Path(__file__).parents[2] / "specs"
ZOO = [
    "bn_inception",
    "convnext_tiny",
    "densenet_121",
    "efficientnet_b0",
    "fpn_resnet_50",
    "inception_resnet_v2",
    "inception_v4",
    "mobilenet_v2",
    "se_resnet_50",
    "shufflenet_v2_x1_0",
    "u_net",
]
CLOSE = 1e-5

Record = Callable[[str, object], None]


def openvino(file: Path, inputs: dict[str, Array]) -> dict[str, Array]:
    """Run a file in OpenVINO, which may compute in a shorter type unless it is told not to."""
    network = library.Core().read_model(file)
    names = [each.get_any_name() for each in network.outputs]
    model = library.compile_model(network, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    left = model({name: channels_first(x) for name, x in inputs.items()})
    return {name: channels_last(x) for name, x in zip(names, left.values(), strict=True)}


RUNTIMES = {"onnxruntime": onnx_files.run, "openvino": openvino}


@pytest.mark.parametrize("title", onnx_files.EXPORTED)
def test_openvino_gives_what_the_spec_means(
    title: str, tmp_path: Path, record_property: Record
) -> None:
    graph = graph_of(onnx_files.EXPORTED[title])
    file, inputs = onnx_files.exported(graph, tmp_path / "model.onnx"), example(graph, 3)
    found = assert_computes(graph, openvino(file, inputs), inputs, CLOSE)
    record_property(f"openvino, {title}", f"{found:.1e}")


@pytest.mark.slow
@pytest.mark.parametrize("name", ZOO)
def test_runtimes_give_what_a_network_of_the_zoo_gives_live(
    name: str, tmp_path: Path, record_property: Record
) -> None:
    graph = checked.load(SPECS / f"{name}.yaml").without_heads()
    file, inputs = onnx_files.exported(graph, tmp_path / "model.onnx"), example(graph, 2)
    runtime = backend.runtime()
    model = runtime.model(backend.emit(graph), graph.name)
    live = runtime.run(runtime.fill(model, drawn.tensors(graph)), inputs, "cpu").outputs
    wanted = dict(zip(graph.outputs, live.values(), strict=True))
    for title, run in RUNTIMES.items():
        found = run(file, inputs)
        worst = max(apart(np.asarray(found[each]), wanted[each], 1e-3, each) for each in wanted)
        record_property(f"{title}, {name}", f"{worst:.1e}")
