"""What leaves a step: one value, or several by the names of a module's outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.oracle.windows import Array


def names_of(written: str | list[str]) -> list[str]:
    """Read names: a list, or some in a row."""
    return written.split() if isinstance(written, str) else written


def output_name(name: str) -> str:
    """Name an output by its step, or by what stands behind the dot."""
    return name.rpartition(".")[2]


def picked(named: Mapping[str, Any], name: str, otherwise: Any = None) -> Any:
    """Find a step's value, or one output of it behind a dot."""
    step, _, output = name.partition(".")
    return named[step][output] if output else named.get(name, otherwise)


def values_of(flow: Any) -> list[Array]:
    """List what leaves a step: one value, or those of a module's outputs."""
    return list(flow.values()) if isinstance(flow, dict) else [flow]
