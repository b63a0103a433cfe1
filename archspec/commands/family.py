"""Loading the spec of a verb that counts it at other values of its params."""

from __future__ import annotations

from archspec.commands.arguments import Reading
from archspec.commands.loading import load_graph, overrides
from archspec.commands.output import leave
from archspec.diagnostic import unreadable
from archspec.location import locate
from archspec.solving.family import Family
from archspec.source import Unreadable


def family_of(spec: str, reading: Reading, form: str) -> Family:
    """Read a spec once, or report why it has no graph and exit."""
    try:
        file = locate(spec, reading.root)
    except Unreadable as error:
        leave((unreadable(error),), form)
    return Family(file, overrides(reading), reading.root, load_graph(file, reading, form))
