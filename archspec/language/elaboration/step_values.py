"""What steps give: one value, or several by the names of a module's outputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archspec.graph import Wire

Values = Mapping[str, Wire]
"""What a step gives: one value without a name, or values by the names of a module's outputs."""


def named(name: str, values: Values) -> dict[str, Values]:
    """Name what a step gives: all of it by the step's name, each output by ``name.output``."""
    outputs = {f"{name}.{output}": {"": wire} for output, wire in values.items() if output}
    return {name: values, **outputs}


def paths_by_output(values: Values) -> dict[str, str]:
    """List the paths of the values that have names."""
    return {name: wire.path for name, wire in values.items() if name}


def spoken(wires: Iterable[Wire], visible: Mapping[str, Values]) -> tuple[str, ...]:
    """Find the names of values that are outputs of one step; none where the step has no name."""
    paths = {wire.path for wire in wires}
    outputs = {name: values for name, values in visible.items() if "." in name}
    return tuple(name for name, values in outputs.items() if values[""].path in paths)
