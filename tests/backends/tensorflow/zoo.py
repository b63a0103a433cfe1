"""The zoo's specs and what the TensorFlow backend writes for them."""

from __future__ import annotations

from functools import cache

from archspec_tensorflow import backend
from tests.backends.torch.zoo import ROOT, SPECS, ZOO, graph

__all__ = ["ROOT", "SPECS", "ZOO", "graph", "source"]


@cache
def source(name: str) -> str:
    """Emit a spec of the zoo without its auxiliary heads."""
    return backend.emit(graph(name))
