"""The backends that conformance tests run, each skipped where its framework is not installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pytest

from archspec.backend import Backend, Runtime, backend
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from tests.conformance.small import Array, Case, single

BACKENDS = ("torch", "tensorflow")
INFERENCE = "torch for inference"
"""PyTorch with the rules for inference."""
LOWERINGS = (*BACKENDS, INFERENCE)


class Running(NamedTuple):
    """A backend and what runs its models."""

    backend: Backend
    runtime: Runtime

    def outputs(
        self, graph: Graph, tensors: Mapping[str, Array], inputs: Mapping[str, Array]
    ) -> list[Array]:
        """Emit, fill and run a model; return its outputs in order, then those of its heads."""
        given = {name: np.asarray(each, np.float32) for name, each in tensors.items()}
        batch = {name: np.asarray(each, np.float32) for name, each in inputs.items()}
        model = self.runtime.model(self.backend.emit(graph), graph.name)
        ran = self.runtime.run(self.runtime.fill(model, given), batch, "cpu")
        return list(ran.outputs.values())

    def lowered(self, cases: Sequence[Case]) -> list[Case]:
        """Leave out what the backend refuses with a reason, which may not be all."""
        found = [case for case in cases if not self.refuses(case)]
        assert found, "every case was refused"
        return found

    def refuses(self, case: Case) -> bool:
        """Whether the backend refuses a case; it must say why and what to write instead."""
        refusals = tuple(self.backend.refusals(single(*case)))
        assert all(each.help and "cannot run" in each.message for each in refusals)
        return bool(refusals)


def start(name: str) -> Running:
    """Find a backend and what runs its models; skip the test where there is no framework."""
    if name == INFERENCE:
        running = start("torch")
        return Running(running.backend.for_inference, running.runtime)
    found = backend(name)
    try:
        return Running(found, found.runtime())
    except SpecError as error:
        pytest.skip(str(error))
