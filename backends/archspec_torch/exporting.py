"""Models as files that run without their source: pt2 and ONNX."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.weights.initial import example

EXPORTS = {"pt2": "model.pt2", "onnx": "model.onnx"}


def export(model: nn.Module, graph: Graph, form: str, path: Path) -> None:
    """Trace a model in inference mode on the CPU, and write it; raise ``SpecError``."""
    if form == "onnx":
        _require_onnx()
    program = _traced(model.cpu().eval(), graph)
    if form == "onnx":
        _write_onnx(program, graph, path)
    else:
        _write_pt2(program, path)


def arranged(model: nn.Module, inputs: Mapping[str, Any]) -> list[Tensor]:
    """Turn batches into tensors, channels first, of the type that a model computes in."""
    tensors = [_channels_first(torch.from_numpy(array)) for array in inputs.values()]
    kinds = [each.dtype for each in model.parameters() if each.is_floating_point()]
    return [each.to(kinds[0]) for each in tensors] if kinds else tensors


def _channels_first(tensor: Tensor) -> Tensor:
    return tensor.permute(0, 3, 1, 2).contiguous() if tensor.dim() == 4 else tensor


def _traced(model: nn.Module, graph: Graph) -> torch.export.ExportedProgram:
    """Trace a model on two examples, since the size of a batch of one is taken for a constant."""
    given = tuple(torch.cat([each, each]) for each in arranged(model, example(graph)))
    batch = torch.export.Dim("batch")
    sizes = tuple({0: batch} for _ in given)
    return torch.export.export(model, given, dynamic_shapes=sizes)


def _require_onnx() -> None:
    missing = [name for name in ("onnx", "onnxscript") if find_spec(name) is None]
    if missing:
        message = f"exporting `onnx` needs {' and '.join(missing)}, which cannot be imported"
        help = "pip install 'archspec-nn[torch,onnx]'"
        raise SpecError((Diagnostic("build/no-library", message, help=help),))


def _write_pt2(program: torch.export.ExportedProgram, path: Path) -> None:
    """Write by way of the memory, since torch ends the process where it cannot write a file."""
    content = BytesIO()
    torch.export.save(program, content)
    path.write_bytes(content.getbuffer())


def _write_onnx(program: torch.export.ExportedProgram, graph: Graph, path: Path) -> None:
    """Write one file, with the weights in it."""
    torch.onnx.export(
        program,
        (),
        path,
        input_names=list(graph.inputs),
        output_names=[*graph.outputs, *graph.heads],
        dynamo=True,
        external_data=False,
        verbose=False,
    )
