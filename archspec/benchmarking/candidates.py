"""Candidates: what can be measured, each with a name and a way to get it ready for a workload."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from archspec.backend import Backend, Export, Prepared, Workload
from archspec.benchmarking.onnx_runtimes import Engine
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.verification.foreign_model import ForeignModel

Network = tuple[Graph, Mapping[str, Any]]
"""A network and its weights."""


class Candidate(Protocol):
    """One way to compute a network."""

    @property
    def name(self) -> str:
        """What it is called, as it was named on the command line."""

    @property
    def version(self) -> str:
        """What runs it, and of which version."""

    def refusal(self, workload: Workload) -> str:
        """Return why it takes no part in a workload; empty if it does."""

    def prepare(self, workload: Workload) -> Prepared:
        """Get ready; may raise whatever a framework raises."""


@dataclass(frozen=True)
class Emitted:
    """The model that a backend emits for a network.

    ``network`` gives the network and its weights, for training or not. ``target`` is what that was
    optimized for, if it was; then it is one for inference alone.
    """

    name: str
    backend: Backend
    network: Callable[[bool], Network]
    target: str = ""

    @property
    def version(self) -> str:
        """The framework, and what the network was optimized for."""
        version = self.backend.runtime().version
        return f"{version} (optimized for {self.target})" if self.target else version

    def refusal(self, workload: Workload) -> str:
        """Refuse to train what was made for inference."""
        is_refused = self.target and workload.is_training
        return "an optimized network is for inference" if is_refused else ""

    def prepare(self, workload: Workload) -> Prepared:
        """Execute the source and fill the model."""
        graph, tensors = self.network(workload.is_training)
        return self.backend.runtime().prepare(_built(graph, tensors, self.backend), workload)


def _built(graph: Graph, tensors: Mapping[str, Any], backend: Backend) -> Any:
    runtime = backend.runtime()
    return runtime.fill(runtime.model(backend.emit(graph), graph.name), tensors)


@dataclass(frozen=True)
class Foreign:
    """Somebody else's model of a framework."""

    name: str
    model: ForeignModel

    @property
    def version(self) -> str:
        """The framework."""
        return self.model.runtime.version

    def refusal(self, workload: Workload) -> str:
        """Refuse nothing."""
        return ""

    def prepare(self, workload: Workload) -> Prepared:
        """Take the model as it is."""
        return self.model.runtime.prepare(self.model.guest.model, workload)


@dataclass(frozen=True)
class OnnxModel:
    """A file that a runtime of ONNX models runs."""

    name: str
    engine: Engine
    file: Path

    @property
    def version(self) -> str:
        """The runtime."""
        return self.engine.version

    def refusal(self, workload: Workload) -> str:
        """Refuse what these runtimes do not do."""
        return self.engine.refusal(workload)

    def prepare(self, workload: Workload) -> Prepared:
        """Load the file."""
        return self.engine.load(self.file, workload)


@dataclass(frozen=True)
class Exported:
    """A network that a backend exports as ONNX, for a runtime of such models."""

    name: str
    engine: Engine
    backend: Backend
    network: Callable[[bool], Network]

    @property
    def version(self) -> str:
        """The runtime."""
        return self.engine.version

    def refusal(self, workload: Workload) -> str:
        """Refuse what these runtimes do not do."""
        return self.engine.refusal(workload)

    def prepare(self, workload: Workload) -> Prepared:
        """Export the network in float32, which runtimes convert themselves, and load the file."""
        graph, tensors = self.network(False)
        runtime, wanted = self.backend.runtime(), Export("onnx")
        refusal = runtime.unexported(graph, wanted)
        if refusal:
            raise SpecError((refusal,))
        with TemporaryDirectory(prefix="archspec-bench-") as folder:
            file = Path(folder) / runtime.exports[wanted.form]
            runtime.export(_built(graph, tensors, self.backend), graph, wanted, file)
            return self.engine.load(file, workload)
