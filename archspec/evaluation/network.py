"""A classifier with its weights, ready to predict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from archspec.analysis.probabilities import gives_probabilities
from archspec.backend import Backend
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.tensor import TensorType
from archspec.weights import file as weights_file


class Signature(NamedTuple):
    """The interface of a classifier: one square map in, one value per class out.

    ``size`` is the side of the map; ``gives_probabilities`` says that a softmax is in the network.
    """

    input: str
    output: str
    size: int
    channels: int
    classes: int
    gives_probabilities: bool


@dataclass(frozen=True, eq=False)
class Network:
    """A model with weights; ``forward`` maps a batch to the outputs of each example."""

    name: str
    framework: str
    device: str
    signature: Signature
    forward: Callable[[Any], Any]

    def probabilities(self, batch: Any) -> Any:
        """Predict a batch, N x height x width x channels: N x classes, float64.

        Raise ``SpecError`` where a number is none.
        """
        left = self.forward(batch).reshape(len(batch), -1).astype(np.float64)
        if not np.isfinite(left).all():
            raise SpecError((_not_finite(self.name),))
        return left if self.signature.gives_probabilities else softmax(left)


def softmax(logits: Any) -> Any:
    """Compute the softmax of each row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def fill(graph: Graph, chosen: Backend, weights: Path, device: str) -> Network:
    """Load weights into a network without its auxiliary heads; raise ``SpecError``."""
    bare = graph.without_heads()
    signature = sign(bare)
    tensors, source = weights_file.load(weights, bare), chosen.emit(bare)
    runtime = chosen.runtime()
    place = runtime.device(device)
    with chosen.attempt(f"build {graph.name}"):
        model = runtime.fill(runtime.model(source, graph.name), tensors)

    def forward(batch: Any) -> Any:
        with chosen.attempt(f"run {graph.name} on {place}"):
            ran = runtime.run(model, {signature.input: batch}, place)
        return ran.outputs.get(signature.output, next(iter(ran.outputs.values())))

    return Network(graph.name, runtime.version, place, signature, forward)


def sign(graph: Graph) -> Signature:
    """Return the interface of a network; raise ``SpecError`` if it is no image classifier.

    The first output is the one that counts.
    """
    inputs = {name: each.type for name, each in graph.inputs.items()}
    (given, taken), *more = inputs.items()
    if more or not taken.is_map or taken.grid[0] != taken.grid[1]:
        raise SpecError((_no_square(graph.name, inputs),))
    output, path = next(iter(graph.outputs.items()))
    left = graph.type_of(path)
    if left.size != left.channels:
        raise SpecError((_no_classes(graph.name, output, left),))
    size, _, channels = taken.shape
    return Signature(given, output, size, channels, left.size, gives_probabilities(graph, path))


def _no_square(name: str, inputs: Mapping[str, TensorType]) -> Diagnostic:
    given = ", ".join(f"{input} {kind}" for input, kind in inputs.items())
    return Diagnostic(
        "evaluate/input",
        f"{name} takes {given}, and crops are squares",
        help="evaluate a network with one input as high as it is wide; --input changes its size",
    )


def _no_classes(name: str, output: str, left: TensorType) -> Diagnostic:
    return Diagnostic(
        "evaluate/output",
        f"the first output of {name}, `{output}`, is {left}, and no vector of classes",
        help="evaluation compares one number for each class; let the spec's first output be that",
    )


def _not_finite(name: str) -> Diagnostic:
    return Diagnostic(
        "evaluate/not-finite",
        f"{name} gives numbers that are infinite, or none at all (NaN)",
        help="its training diverged, or its weights are of another network; `archspec verify`"
        " finds a model that computes something else than its spec",
    )
