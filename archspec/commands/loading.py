"""Loading the spec of a verb that needs a whole network."""

from __future__ import annotations

import sys

import click

from archspec.checked import check_one, graph_of
from archspec.commands.arguments import Reading
from archspec.commands.output import leave, paint
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.language.document.overrides import Overrides
from archspec.rendering import text
from archspec.rendering.excerpt import visible
from archspec.source import File
from archspec.tensor import TensorType

UNCHECKED = "contracts were not checked: they state the spec as written"


def overrides(reading: Reading) -> Overrides:
    """Turn the options of the command line into overrides of a document."""
    inputs = {name: TensorType(shape) for name, shape in reading.inputs.items()}
    return Overrides(reading.params, inputs)


def load_graph(spec: str | File, reading: Reading, form: str = "text") -> Graph:
    """Read a spec as its graph, or report why it has none and exit."""
    try:
        return read_graph(spec, reading)
    except SpecError as error:
        leave(error.diagnostics, form)


def read_graph(spec: str | File, reading: Reading) -> Graph:
    """Read a spec as its graph; raise ``SpecError``.

    Warnings are left to ``check``, except that heads were left out, which is due to the options.
    """
    checked = check_one(spec, overrides(reading), reading.root)
    graph = graph_of(checked)
    left_out = [each for each in checked.diagnostics if each.code == "auxiliary/left-out"]
    if left_out:
        click.echo(text.render(left_out, paint(sys.stderr)), err=True, color=True)
    if not checked.contracts_checked:
        click.echo(f"note: {visible(checked.name)}: {UNCHECKED}", err=True)
    return graph
