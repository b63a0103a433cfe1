"""An ONNX file as the source of an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archspec.graph import Graph
from archspec.importing.imported import Network
from archspec.importing.onnx.reading import read
from archspec.importing.onnx.translation import Translation
from archspec.importing.order import Order
from archspec.importing.proof import largest_difference, noise
from archspec.interpreter.interpret import interpret


@dataclass(frozen=True)
class OnnxFile:
    """An ONNX file; it is run by onnxruntime where that is installed, else by onnx itself."""

    file: Path

    def network(self, order: Order) -> Network:
        """Translate the file; raise ``Untranslatable``."""
        return Translation(read(self.file), self.file.parent, order.called, order.inputs).network()

    def difference(self, graph: Graph, tensors: Mapping[str, Any]) -> float:
        """Compare all outputs with those of the interpreter, on two images of noise."""
        inputs = noise(graph)
        found = interpret(graph, tensors, inputs, dtype="float64")
        ours = [_first(found[path]) for path in graph.outputs.values()]
        theirs = [_last(each) for each in self._run([_first(each) for each in inputs.values()])]
        return largest_difference(theirs, ours)

    def _run(self, inputs: list[Any]) -> list[Any]:
        feeds = [_arranged(each) for each in inputs]
        try:
            from onnxruntime import InferenceSession
        except ImportError:
            return self._evaluated(feeds)
        session = InferenceSession(str(self.file), providers=["CPUExecutionProvider"])
        names = [each.name for each in session.get_inputs()]
        return list(session.run(None, dict(zip(names, feeds, strict=False))))

    def _evaluated(self, feeds: list[Any]) -> list[Any]:
        from onnx.reference import ReferenceEvaluator

        session = ReferenceEvaluator(str(self.file))
        return list(session.run(None, dict(zip(session.input_names, feeds, strict=False))))


def _first(array: Any) -> Any:
    return array[:1]


def _arranged(array: Any) -> Any:
    return array.transpose(0, 3, 1, 2).copy() if array.ndim == 4 else array


def _last(array: Any) -> Any:
    return array.transpose(0, 2, 3, 1) if array.ndim == 4 else array
