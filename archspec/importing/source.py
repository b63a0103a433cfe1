"""The source of an import: what it means as a network, and how far a spec is from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from archspec.backend import Backend, Guest, Runtime, calling, installed
from archspec.diagnostic import SpecError, unreadable
from archspec.graph import Graph
from archspec.importing.imported import Network
from archspec.importing.onnx.file import OnnxFile
from archspec.importing.order import Order
from archspec.importing.proof import TOLERANCE, Proof, join, largest_difference, noise
from archspec.importing.refusals import refused, unproved, unread
from archspec.source import Unreadable, refuse_special, trouble_with

ONNX = ".onnx"
_MIXING = (
    "it gives for two examples together something else than for each by itself, or nothing: it"
    " computes across the batch, or folds it into another dimension"
)
_UNMIXED = (
    "let forward keep the first dimension, as x.flatten(1) does; --no-verify writes the network of"
    " one example"
)


class Source(Protocol):
    """A model that is imported."""

    def network(self, order: Order) -> Network:
        """Translate the model; raise ``Untranslatable``, and ``SpecError`` if it cannot be read."""

    def prove(self, graph: Graph, tensors: Mapping[str, Any]) -> Proof:
        """Run the model and the spec on noise; return by how much outputs differ."""


@dataclass(frozen=True)
class Model:
    """A live model of a framework, with the backend that runs both it and the spec."""

    name: str
    backend: Backend
    runtime: Runtime
    guest: Guest

    def network(self, order: Order) -> Network:
        """Let the backend translate the model."""
        return _translated(self.backend.importer, self.guest.model, order)

    def prove(self, graph: Graph, tensors: Mapping[str, Any]) -> Proof:
        """Compare all outputs on two images of noise; raise ``SpecError``.

        It is no fault of the import where the model gives others for two than for each by itself.
        """
        try:
            found = self._compared(graph, tensors)
        except SpecError:
            self._require_examples_apart(graph)
            raise
        if found.difference > TOLERANCE:
            self._require_examples_apart(graph)
        return found

    def _require_examples_apart(self, graph: Graph) -> None:
        """Refuse a model whose examples make a difference to one another, if it runs at all."""
        inputs = noise(graph)
        try:
            self._left({name: each[:1] for name, each in inputs.items()})
        except SpecError:
            return
        if not self._keeps_apart(inputs):
            raise refused(self.name, _MIXING, _UNMIXED)

    def _keeps_apart(self, inputs: Mapping[str, Any]) -> bool:
        """Compare what it gives for an example beside another with that beside itself.

        Batches of one size are rounded alike, however far the network carries rounding.
        """
        try:
            together = self._left(inputs)
            twins = [
                self._left({name: each[[at, at]] for name, each in inputs.items()})
                for at in range(2)
            ]
        except SpecError:
            return False
        if any(len(each) != 2 for each in together):
            return False
        first, second = twins
        apart = [join(a[:1], b[1:]) for a, b in zip(first, second, strict=True)]
        return not largest_difference(together, apart) > TOLERANCE

    def _compared(self, graph: Graph, tensors: Mapping[str, Any]) -> Proof:
        """Compare in double precision what differs in single precision.

        Sums that are rounded in another order can differ by more than is tolerated.
        """
        found = Proof(self._difference(graph, tensors, "float32"))
        if self.guest.in_double is None or not found.difference > TOLERANCE:
            return found
        try:
            with self.guest.in_double():
                return Proof(self._difference(graph, tensors, "float64"), in_double=True)
        except SpecError:
            return found

    def _difference(self, graph: Graph, tensors: Mapping[str, Any], precision: str) -> float:
        inputs = noise(graph)
        theirs = self._left(inputs)
        model = self.runtime.model(self.backend.emit(graph), graph.name, precision)
        ours = self.runtime.run(self.runtime.fill(model, tensors), inputs, "cpu").outputs
        return largest_difference(theirs, [*ours.values()])

    def _left(self, inputs: Mapping[str, Any]) -> list[Any]:
        with self.backend.attempt("run the model"):
            return [*self.runtime.run(self.guest.model, inputs, "cpu").outputs.values()]


@dataclass(frozen=True)
class ModelFile:
    """A file of a framework, which takes the framework for the proof alone."""

    file: Path
    backend: Backend

    def network(self, order: Order) -> Network:
        """Let the backend translate the file, with its framework where it takes that."""
        try:
            return _translated(self.backend.files[self.file.suffix.lower()], self.file, order)
        except ImportError:
            self.backend.runtime()
            raise

    def prove(self, graph: Graph, tensors: Mapping[str, Any]) -> Proof:
        """Open the file in its framework and compare all outputs."""
        name = str(self.file)
        try:
            runtime = self.backend.runtime()
        except SpecError as error:
            raise unproved(name, error) from None
        guest = runtime.guest(self.file)
        if guest is None:
            raise refused(name, f"{self.backend.framework} opens no model from it")
        return Model(name, self.backend, runtime, guest).prove(graph, tensors)


def _translated(importer: str, given: Any, order: Order) -> Network:
    module = import_module(importer)
    return cast("Network", module.network(given, order.sizes, order.called))


def source_of(order: Order) -> Source:
    """Find the model that an order names; raise ``SpecError``.

    Runs the user's code where the source is module:function.
    """
    file = Path(order.source)
    ending = file.suffix.lower()
    found = next((each for each in _backends() if ending in each.files), None)
    if found is None and ending != ONNX:
        if file.exists():
            raise unread(order.source)
        return live(_called(order), order.source)
    _require_file(file)
    if order.arguments:
        help = f"leave out --arg {next(iter(order.arguments))}=..., or import module:function"
        raise refused(order.source, "a file takes no arguments, which a function does", help)
    return ModelFile(file, found) if found else OnnxFile(file)


def _require_file(file: Path) -> None:
    """Raise ``SpecError`` where a file cannot be opened, as where none lies there."""
    try:
        refuse_special(file)
        with trouble_with(str(file)), file.open("rb"):
            return
    except Unreadable as error:
        raise SpecError((unreadable(error),)) from None


def holds_model(ending: str) -> bool:
    """Whether files with an ending hold models that can be imported."""
    return ending == ONNX or any(ending in each.files for each in _backends())


def _backends() -> Iterator[Backend]:
    return (each.backend for each in installed() if each.backend)


def live(model: Any, name: str) -> Model:
    """Find the backend of a live model by the library of its class; raise ``SpecError``."""
    homes = {kind.__module__.partition(".")[0] for kind in type(model).__mro__}
    for backend in _backends():
        if backend.importer and backend.library in homes:
            runtime = backend.runtime()
            with backend.attempt("read the weights of the model"):
                guest = runtime.guest(model)
            if guest:
                return Model(name, backend, runtime, guest)
    raise refused(name, f"no backend takes a {type(model).__name__}")


def _called(order: Order) -> Any:
    """Call the function that makes the model; raise ``SpecError``."""
    try:
        function = calling.find(order.source)
    except calling.Uncallable as error:
        raise refused(order.source, str(error)) from None
    try:
        return calling.call(function, order.arguments)
    except calling.Uncallable as error:
        help = "the function raised this; --arg NAME=VALUE gives it an argument"
        raise refused(order.source, str(error), help) from None
