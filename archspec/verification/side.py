"""One side of a comparison: a model built by one backend, and the values inside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from archspec.backend import Backend, Ran
from archspec.graph import Graph


class Trial(NamedTuple):
    """The data of a comparison: a graph, its tensors, a batch of each input, a device."""

    graph: Graph
    tensors: Mapping[str, Any]
    inputs: Mapping[str, Any]
    device: str = "cpu"


@dataclass(frozen=True, eq=False)
class Side:
    """The results of a side: values by the path of their node, and the outputs in order."""

    name: str
    version: str
    values: Mapping[str, Any]
    outputs: tuple[Any, ...]


def run(backend: Backend, trial: Trial) -> Side:
    """Build and run a model in this process; raise ``SpecError``."""
    graph = trial.graph
    source = backend.emit(graph)
    runtime = backend.runtime()
    device = runtime.device(trial.device)
    with backend.attempt(f"run {graph.name} on {device}"):
        model = runtime.fill(runtime.model(source, graph.name), trial.tensors)
        ran = runtime.run(model, trial.inputs, device, paths(graph))
    return side(backend.name, runtime.version, graph, ran)


def paths(graph: Graph) -> tuple[str, ...]:
    """List the paths to record: of every node, and of every scope with one output."""
    scopes = (path for path, scope in graph.scopes.items() if len(scope.gives) < 2)
    return tuple(path for path in dict.fromkeys((*graph.nodes, *scopes)) if path)


def side(name: str, version: str, graph: Graph, ran: Ran) -> Side:
    """Assign the values of a run to the nodes that produced them.

    Frameworks divide models differently: where a node has no part of its own, the value of a scope
    that ends in it is taken.
    """
    outputs = ordered(ran.outputs, (*graph.outputs, *graph.heads))
    ends = graph.leaving
    left = {
        graph.boundary(path).output: ran.taps[path] for path in graph.scopes if path in ran.taps
    }
    known = left | dict(ran.taps) | dict(zip(ends, outputs, strict=True))
    values = {path: known[path] for path in graph.nodes if path in known}
    return Side(name, version, values, outputs)


def ordered(outputs: Mapping[str, Any], names: tuple[str, ...]) -> tuple[Any, ...]:
    """Order outputs by names, or leave them in place if the model has other names."""
    if outputs.keys() == set(names):
        return tuple(outputs[name] for name in names)
    return tuple(outputs.values())
