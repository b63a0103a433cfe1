"""The verbs of archspec, for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Unpack

from archspec.analysis.count import count
from archspec.backend import backend as find_backend
from archspec.checked import AS_WRITTEN, Checked, check, load
from archspec.diffs.comparison import Comparison, compare
from archspec.emission import building
from archspec.graph import Graph, taking_graphs
from archspec.views import formats
from archspec.views.options import Asked, Options

DrawingFormat = Literal["svg", "png", "pdf", "dot", "mermaid", "html"]

__all__ = (
    "AS_WRITTEN",
    "Checked",
    "build",
    "check",
    "count",
    "diff",
    "draw",
    "emit",
    "load",
)


@taking_graphs
def draw(graph: Graph, form: DrawingFormat = "svg", **options: Unpack[Asked]) -> bytes:
    """Draw a network or one of its modules and return the content of a file.

    ``archspec.views.options.Options`` documents the options. Raises ``Undrawable``.
    """
    return formats.draw(graph, form, Options.of(**options)).content


@taking_graphs
def diff(old: Graph, new: Graph) -> Comparison:
    """Compare two networks: what changed, what it costs, and whether old checkpoints load."""
    return compare(old, new)


@taking_graphs
def emit(graph: Graph, backend: str, *, for_inference: bool = False) -> str:
    """Lower a network to the source of a model; the framework need not be installed.

    ``for_inference`` is for models that run eagerly and are not trained, such as an optimized
    network. Raises ``SpecError`` if the backend is unknown or refuses an operator.
    """
    found = find_backend(backend)
    return (found.for_inference if for_inference else found).emit(graph)


@taking_graphs
def build(graph: Graph, backend: str, weights: str | Path | None = None, seed: int = 0) -> Any:
    """Execute the emitted source and fill the model from a file of weights or from a seed.

    Raises ``SpecError`` if the framework is missing or the weights do not fit.
    """
    filling = building.Filling(None if weights is None else Path(weights), seed)
    return building.build(graph, find_backend(backend), filling)
