"""The source of an import: what it means as a network, and how far a spec is from it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from archspec.backend import Backend, Guest, Runtime, installed, told
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.importing.imported import Network
from archspec.importing.onnx.file import OnnxFile
from archspec.importing.order import Order
from archspec.importing.proof import largest_difference, noise
from archspec.importing.refusals import refused

MODELS = (".onnx",)
"""The endings of files that hold models."""


class Source(Protocol):
    """A model that is imported."""

    def network(self, order: Order) -> Network:
        """Translate the model; raise ``Untranslatable``, and ``SpecError`` if it cannot be read."""

    def difference(self, graph: Graph, tensors: Mapping[str, Any]) -> float:
        """Run the model and the spec on noise; return the share by which outputs differ."""


@dataclass(frozen=True)
class Model:
    """A live model of a framework, with the backend that runs both it and the spec."""

    name: str
    backend: Backend
    runtime: Runtime
    guest: Guest

    def network(self, order: Order) -> Network:
        """Let the backend translate the model."""
        importer = import_module(self.backend.importer)
        return cast("Network", importer.network(self.guest.model, order.inputs, order.called))

    def difference(self, graph: Graph, tensors: Mapping[str, Any]) -> float:
        """Compare all outputs on two images of noise."""
        inputs = noise(graph)
        theirs = self.runtime.run(self.guest.model, inputs, "cpu").outputs
        model = self.runtime.model(self.backend.emit(graph), graph.name)
        ours = self.runtime.run(self.runtime.fill(model, tensors), inputs, "cpu").outputs
        return largest_difference([*theirs.values()], [*ours.values()])


def source_of(order: Order) -> Source:
    """Find the model that an order names; raise ``SpecError``.

    Runs the user's code where the source is module:function.
    """
    file = Path(order.source)
    if file.suffix.lower() == ".onnx":
        if not file.is_file():
            raise refused(order.source, "there is no such file")
        return OnnxFile(file)
    return live(_called(order), order.source)


def live(model: Any, name: str) -> Model:
    """Find the backend of a live model; raise ``SpecError``."""
    for each in installed():
        runtime = _runtime(each.backend)
        guest = runtime.guest(model) if runtime else None
        if each.backend and each.backend.importer and runtime and guest:
            return Model(name, each.backend, runtime, guest)
    raise refused(name, f"no backend that can run takes a {type(model).__name__}")


def _runtime(backend: Backend | None) -> Runtime | None:
    try:
        return backend.runtime() if backend else None
    except SpecError:
        return None


def _called(order: Order) -> Any:
    """Call the function that makes the model, from the folder that the command runs in."""
    module, function = order.function()
    sys.path.insert(0, str(Path.cwd()))
    try:
        found: Any = import_module(module)
        for name in function.split("."):
            found = getattr(found, name)
        return found(**order.arguments)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code may raise anything
        raise refused(order.source, told(error)) from None
    finally:
        sys.path.remove(str(Path.cwd()))
