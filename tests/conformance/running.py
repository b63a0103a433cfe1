"""The backends that conformance tests run, each skipped where its framework is not installed."""

from __future__ import annotations

import pytest

from archspec.backend import Backend, Runtime, backend
from archspec.diagnostic import SpecError
from archspec.graph import Graph

BACKENDS = ("torch", "tensorflow")


def start(name: str) -> tuple[Backend, Runtime]:
    """Find a backend and what runs its models; skip the test where there is no framework."""
    found = backend(name)
    try:
        return found, found.runtime()
    except SpecError as error:
        pytest.skip(str(error))


def skip_refused(found: Backend, graph: Graph) -> None:
    """Skip the test, with the reason, where a backend refuses an operator of a graph."""
    for refusal in found.refusals(graph):
        pytest.skip(refusal.message)
