"""Running emitted models."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy

from archspec.backend import Export, Guest, Ran, Workload
from archspec.diagnostic import Diagnostic, SpecError
from archspec.emission.live import execute
from archspec.graph import Graph


@dataclass
class Model:
    """An executed source, and weights by key."""

    module: ModuleType
    precision: str
    weights: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Measured:
    """A model with a batch."""

    runtime: NumpyRuntime
    model: Model
    workload: Workload

    def run(self) -> None:
        """Run the batch."""
        self.runtime.run(self.model, self.workload.inputs, self.workload.device)

    def memory(self) -> None:
        """Tell nothing: numpy's arrays come from many places."""

    def seconds(self, _paths: Collection[str]) -> Mapping[str, float]:
        """Know no parts: values inside a model are variables of functions."""
        return {}


class NumpyRuntime:
    """Builds models from emitted sources, fills and runs them."""

    version = f"numpy {numpy.__version__}"
    exports: Mapping[str, str] = {}

    def device(self, wanted: str) -> str:
        """Run on the processor; nothing else will do."""
        if wanted == "cuda":
            raise refusal("backend/no-device", "numpy runs on the processor alone")
        return "cpu"

    def model(self, source: str, name: str, precision: str = "float32") -> Model:
        """Execute a source."""
        return Model(execute(source, name), precision)

    def fill(self, model: Model, tensors: Mapping[str, Any]) -> Model:
        """Keep the weights in the type that the model computes in."""
        model.weights = {key: each.astype(model.precision) for key, each in tensors.items()}
        return model

    def tensors(self, model: Model) -> Mapping[str, Any]:
        """Return the weights."""
        return {key: each.astype("float32") for key, each in model.weights.items()}

    def guest(self, _given: Any) -> Guest | None:
        """Know no models of others."""
        return None

    def lend(self, _guest: Guest, _tensors: Mapping[str, Any]) -> None:
        """Lend nothing, to nobody."""

    def checkpoint(self, file: Path) -> Mapping[str, Any]:
        """Refuse files that are no safetensors."""
        raise refusal("weights/unreadable", f"numpy has no checkpoints such as {file}")

    def run(
        self, model: Model, inputs: Mapping[str, Any], _device: str, _taps: tuple[str, ...] = ()
    ) -> Ran:
        """Run a batch; values inside a model are variables of functions, and not captured."""
        given = {name: each.astype(model.precision) for name, each in inputs.items()}
        network, start = model.module.bind(model.weights), time.perf_counter()
        left = network(given)
        return Ran(left, time.perf_counter() - start, {})

    def prepare(self, model: Model, workload: Workload) -> Measured:
        """Take the model as it is."""
        if workload.is_training:
            raise refusal("backend/failed", "numpy has no gradients")
        return Measured(self, model, workload)

    def unexported(self, _graph: Graph, _wanted: Export) -> Diagnostic | None:
        """Say nothing: there is no format to ask for."""
        return None

    def export(self, _model: Model, _graph: Graph, _wanted: Export, _path: Path) -> None:
        """Export nothing: there is no format to ask for."""


def refusal(code: str, message: str) -> SpecError:
    """Refuse with a reason."""
    return SpecError((Diagnostic(code, message),))
