"""The values of steps: one, or several by the names of a module's outputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archspec.graph import Wire

Values = Mapping[str, Wire]
"""The values of a step: one under the empty name, or several by output."""


def named(name: str, values: Values) -> dict[str, Values]:
    """Name the values of a step: all by the step's name, each output also by ``name.output``."""
    outputs = {f"{name}.{output}": {"": wire} for output, wire in values.items() if output}
    return {name: values, **outputs}


def paths_by_output(values: Values) -> dict[str, str]:
    """Return the paths of the named values."""
    return {name: wire.path for name, wire in values.items() if name}


def spoken(wires: Iterable[Wire], visible: Mapping[str, Values]) -> tuple[str, ...]:
    """Return the names ``step.output`` of values; empty if their step has no name."""
    paths = {wire.path for wire in wires}
    outputs = {name: values for name, values in visible.items() if "." in name}
    return tuple(name for name, values in outputs.items() if values[""].path in paths)
