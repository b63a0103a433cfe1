"""Exporting models as files that run without their source: pt2 and ONNX."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any
from warnings import catch_warnings

import torch
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram

from archspec.backend import Export
from archspec.diagnostic import Diagnostic
from archspec.graph import Graph
from archspec.installing import install
from archspec.weights.initial import example
from archspec_torch.growth import obstacle

EXPORTS = {"pt2": "model.pt2", "onnx": "model.onnx"}


def unexported(graph: Graph, wanted: Export) -> Diagnostic | None:
    """Return why a model of a graph cannot be exported so; None if it can."""
    if wanted.form == "onnx":
        missing = [name for name in ("onnx", "onnxscript") if find_spec(name) is None]
        if missing:
            return _no_library(missing)
        if wanted.precision == "bfloat16":
            return _no_runtime()
    return obstacle(graph) if wanted.dynamic else None


def export(model: nn.Module, graph: Graph, wanted: Export, path: Path) -> None:
    """Trace a model in inference mode on the CPU, and write it."""
    with _quietly():
        program = _traced(model.cpu().eval(), graph, dynamic=wanted.dynamic)
        if wanted.form == "onnx":
            from archspec_torch import onnx_file

            onnx_file.write(program, graph, path, dynamic=wanted.dynamic)
        else:
            _write_pt2(program, path)


@contextmanager
def _quietly() -> Iterator[None]:
    """Silence the logs and warnings of torch's exporters; failures are raised."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with catch_warnings(action="ignore"):
            yield
    finally:
        logging.disable(before)


def arranged(model: nn.Module, inputs: Mapping[str, Any]) -> list[Tensor]:
    """Turn batches into tensors, channels first, of the type that a model computes in."""
    tensors = [_channels_first(torch.from_numpy(array)) for array in inputs.values()]
    kinds = [each.dtype for each in model.parameters() if each.is_floating_point()]
    return [each.to(kinds[0]) for each in tensors] if kinds else tensors


def _channels_first(tensor: Tensor) -> Tensor:
    """Copy maps also where they have one channel, whose strides would say that it is last."""
    if tensor.dim() != 4:
        return tensor
    return tensor.permute(0, 3, 1, 2).clone(memory_format=torch.contiguous_format)


def _traced(model: nn.Module, graph: Graph, *, dynamic: bool) -> ExportedProgram:
    """Trace a model on a batch of two, since a size of one is specialized to a constant."""
    given = tuple(torch.cat([each, each]) for each in arranged(model, example(graph)))
    batch = {0: Dim("batch")}
    grid = {2: Dim.DYNAMIC, 3: Dim.DYNAMIC} if dynamic else {}
    sizes = tuple(batch | grid if each.dim() == 4 else batch for each in given)
    return torch.export.export(model, given, dynamic_shapes=sizes)


def _write_pt2(program: ExportedProgram, path: Path) -> None:
    """Write through memory, since torch aborts the process if it cannot write a file."""
    content = BytesIO()
    torch.export.save(program, content)
    path.write_bytes(content.getbuffer())


def _no_library(missing: list[str]) -> Diagnostic:
    message = f"exporting `onnx` needs {' and '.join(missing)}, which cannot be imported"
    return Diagnostic("build/no-library", message, help=install("torch,onnx"))


def _no_runtime() -> Diagnostic:
    return Diagnostic(
        "build/precision",
        "an ONNX model that computes in bfloat16 is loaded by no runtime: they have no such "
        "convolution",
        help="export it in float32 or float16, or in bfloat16 as pt2",
    )
