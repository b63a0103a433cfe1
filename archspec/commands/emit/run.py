"""Writing the source of a model."""

from __future__ import annotations

from pathlib import Path

from archspec.backend import backend
from archspec.commands.arguments import Reading
from archspec.commands.loading import load_graph
from archspec.commands.output import leave, put
from archspec.diagnostic import SpecError


def emit(spec: str, reading: Reading, name: str, output: Path | None, auxiliary: bool) -> None:
    """Write a spec as the source of a model, to a file or to standard output."""
    graph = load_graph(spec, reading)
    try:
        source = backend(name).emit(graph if auxiliary else graph.without_heads())
    except SpecError as error:
        leave(error.diagnostics, "text")
    put(source, output)
