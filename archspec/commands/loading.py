"""Reading the spec of a verb that needs a whole network."""

from __future__ import annotations

from archspec.checked import load
from archspec.commands.arguments import Reading
from archspec.commands.output import leave
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.language.overrides import Overrides
from archspec.tensor import TensorType


def overrides(reading: Reading) -> Overrides:
    """Turn what the command line says into what takes the place of a document's values."""
    inputs = {name: TensorType(shape) for name, shape in reading.inputs.items()}
    return Overrides(reading.params, inputs)


def load_graph(spec: str, reading: Reading, form: str = "text") -> Graph:
    """Read a spec as its graph; say what is wrong with it and leave where it has none."""
    try:
        return load(spec, overrides(reading), reading.root)
    except SpecError as error:
        leave(error.diagnostics, form)
