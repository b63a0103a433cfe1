"""The zoo's specs and what the torch backend writes for them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from archspec.checked import load
from archspec.graph import Graph
from archspec_torch import backend

ROOT = Path(__file__).parents[3]
SPECS = ROOT / "specs"
ZOO = tuple(
    str(file.relative_to(SPECS).with_suffix(""))
    for file in (*sorted(SPECS.glob("*.yaml")), *sorted((SPECS / "released").glob("*.yaml")))
)


@cache
def graph(name: str) -> Graph:
    """Load a spec of the zoo without its auxiliary heads."""
    return load(SPECS / f"{name}.yaml").without_heads()


@cache
def source(name: str) -> str:
    """Emit a spec of the zoo."""
    return backend.emit(graph(name))
