"""An ONNX file as the source of an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archspec.graph import Graph
from archspec.importing.imported import Network
from archspec.importing.onnx.causes import cause_of
from archspec.importing.onnx.channels_last import (
    is_made_with_channels_last,
    is_read_with_channels_last,
)
from archspec.importing.onnx.reading import read
from archspec.importing.onnx.translation import Translation
from archspec.importing.order import Order
from archspec.importing.proof import Proof, largest_difference, noise
from archspec.importing.refusals import refused
from archspec.interpreter.interpret import interpret

_FATAL = 4
"""What onnxruntime prints by itself: what is wrong besides, it raises."""


@dataclass(frozen=True)
class OnnxFile:
    """An ONNX file; it is run by onnxruntime where that is installed, else by onnx itself."""

    file: Path

    def network(self, order: Order) -> Network:
        """Translate the file; raise ``Untranslatable``."""
        return Translation(read(self.file), self.file.parent, order.called, order.sizes).network()

    def prove(self, graph: Graph, tensors: Mapping[str, Any]) -> Proof:
        """Compare all outputs with those of the interpreter, on two images of noise."""
        inputs = noise(graph)
        found = interpret(graph, tensors, inputs, dtype="float64")
        ours = [_first(found[path]) for path in graph.outputs.values()]
        theirs = self._ran([_first(each) for each in inputs.values()])
        return Proof(largest_difference(theirs, ours))

    def _ran(self, inputs: list[Any]) -> list[Any]:
        """Run the file; raise ``SpecError`` where it cannot be run."""
        try:
            return self._run(inputs)
        except Exception as error:  # noqa: BLE001 - runtimes raise what they like
            reason = f"it does not run on one image of {_size(inputs)}: {cause_of(error)}"
            help = "repair or convert the file; --no-verify writes a spec without the proof"
            raise refused(str(self.file), reason, help) from None

    def _run(self, inputs: list[Any]) -> list[Any]:
        """Run on maps with channels last, and return such maps."""
        graph = read(self.file).graph
        held = {each.name for each in graph.initializer}
        asked = [each.name for each in graph.input if each.name not in held]
        feeds = [
            each if is_read_with_channels_last(graph, name) else _arranged(each)
            for name, each in zip(asked, inputs, strict=True)
        ]
        return [
            each if is_made_with_channels_last(graph, value.name) else _last(each)
            for value, each in zip(graph.output, self._left(feeds), strict=True)
        ]

    def _left(self, feeds: list[Any]) -> list[Any]:
        try:
            from onnxruntime import InferenceSession, SessionOptions
        except ImportError:
            return self._evaluated(feeds)
        options = SessionOptions()
        options.log_severity_level = _FATAL
        provider = "CPUExecutionProvider"
        session = InferenceSession(str(self.file), options, providers=[provider])
        names = [each.name for each in session.get_inputs()]
        return list(session.run(None, dict(zip(names, feeds, strict=False))))

    def _evaluated(self, feeds: list[Any]) -> list[Any]:
        from onnx.reference import ReferenceEvaluator

        session = ReferenceEvaluator(str(self.file))
        return list(session.run(None, dict(zip(session.input_names, feeds, strict=False))))


def _size(inputs: list[Any]) -> str:
    return ", ".join("x".join(map(str, each.shape[1:])) for each in inputs)


def _first(array: Any) -> Any:
    return array[:1]


def _arranged(array: Any) -> Any:
    return array.transpose(0, 3, 1, 2).copy() if array.ndim == 4 else array


def _last(array: Any) -> Any:
    return array.transpose(0, 2, 3, 1) if array.ndim == 4 else array
