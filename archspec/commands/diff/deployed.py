"""A side of a comparison that is the file of a model: what it holds, as a spec."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from archspec.checked import Checked
from archspec.checked import load as load_spec
from archspec.commands.arguments import Reading
from archspec.commands.screen import progress
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.location import derived

_OF_SPECS = ("", ".yaml", ".yml")


def is_model(argument: str) -> bool:
    """Whether an argument names the file of a model, by its ending."""
    ending = Path(argument).suffix.lower()
    if ending in _OF_SPECS:
        return False
    from archspec.importing.source import holds_model

    return holds_model(ending)


def network_of(argument: str, reading: Reading, known: Sequence[Graph]) -> Checked:
    """Import the file of a model in a process of its own; what is wrong with it is returned.

    Sizes that the file leaves open are those that were given, else those of a spec.
    """
    from archspec.importing.apart import import_apart
    from archspec.importing.order import Order

    sizes = {name: given.type.shape for graph in known for name, given in graph.inputs.items()}
    if len(sizes) == 1:
        sizes[""] = next(iter(sizes.values()))
    if ":" in argument and not Path(argument).exists():
        return Checked(argument, (_in_git(argument),))
    order = Order(argument, reading.inputs, {}, verify=False, otherwise=sizes)
    try:
        with TemporaryDirectory(prefix="archspec-diff-") as room, progress(argument) as tell:
            made = import_apart(order, Path(room), tell).spec.read_bytes()
            graph = load_spec(derived(made, Path(argument)))
    except SpecError as error:
        return Checked(argument, error.diagnostics)
    header = replace(graph.header, file=argument)
    return Checked(argument, (), replace(graph, header=header))


def _in_git(argument: str) -> Diagnostic:
    message = f"{argument} does not exist; the file of a model is not read from git"
    help = f"write it out, with `git show {argument} > before{Path(argument).suffix}`"
    return Diagnostic("file/not-found", message, help=help)
