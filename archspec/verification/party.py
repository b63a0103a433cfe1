"""The parties of a comparison: backends, and the interpreter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from archspec.backend import Backend
from archspec.graph import Graph
from archspec.interpreter.interpret import interpret
from archspec.verification import isolation, side
from archspec.verification.side import Side, Trial

INTERPRETER = "interpreter"


class Party(Protocol):
    """A party that computes a network."""

    @property
    def name(self) -> str:
        """Its name."""

    def run(self, trial: Trial) -> Side:
        """Compute a network; raise ``SpecError``."""

    def source(self, graph: Graph) -> str:
        """Return the source that it writes of a network; empty if none."""


@dataclass(frozen=True)
class Emitted:
    """A backend, whose models run in this process or each in a child process."""

    backend: Backend
    isolate: bool = False

    @property
    def name(self) -> str:
        """The name of the backend."""
        return self.backend.name

    def run(self, trial: Trial) -> Side:
        """Emit, fill and run a model."""
        run = isolation.run if self.isolate else side.run
        return run(self.backend, trial)

    def source(self, graph: Graph) -> str:
        """Emit a source."""
        return self.backend.emit(graph)


@dataclass(frozen=True)
class Interpreter:
    """The interpreter, in single or double precision."""

    precision: str = "float32"
    name: str = INTERPRETER

    @property
    def version(self) -> str:
        """Its name, precision and library."""
        return f"{self.name} ({self.precision}, numpy {np.__version__})"

    def run(self, trial: Trial) -> Side:
        """Compute every node by its rule; keep the outputs."""
        graph = trial.graph
        values = interpret(graph, trial.tensors, trial.inputs, dtype=self.precision, taps=())
        ends = graph.leaving
        return Side(self.name, self.version, values, tuple(values[path] for path in ends))

    def source(self, graph: Graph) -> str:
        """Return an empty source."""
        return ""
