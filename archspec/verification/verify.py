"""Verification as a function: whether backends compute what a graph means."""

from __future__ import annotations

from pathlib import Path

from archspec.backend import backend, installed
from archspec.graph import Graph, taking_graphs
from archspec.verification import drawn, noise, verdict
from archspec.verification.party import Emitted, Interpreter
from archspec.verification.side import Trial
from archspec.verification.verdict import TOLERANCE, Agreement, Demand
from archspec.weights import file


@taking_graphs
def verify(
    graph: Graph,
    *backends: str,
    weights: str | Path | None = None,
    seed: int = 0,
    tolerance: float = TOLERANCE,
) -> Agreement:
    """Compare what backends compute, all unless some are named, with what the interpreter does.

    Weights and two examples of each input are drawn unless a file of weights is given. Raises
    ``SpecError`` for a backend that cannot run the graph, if it was named.
    """
    named = [backend(name) for name in backends]
    found = named or [each.backend for each in installed() if each.backend is not None]
    inputs = noise.examples(graph, seed)
    tensors = file.load(Path(weights), graph) if weights else drawn.tensors(graph, seed, inputs)
    demand = Demand([Interpreter(), *map(Emitted, found)], tolerance, chosen=bool(named))
    return verdict.verify(Trial(graph, tensors, inputs), demand)
