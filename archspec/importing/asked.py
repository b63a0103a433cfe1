"""Whether a network takes what was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.graph import Graph
from archspec.importing.order import Order, Shape
from archspec.importing.refusals import refused
from archspec.raising.naming import name_of


def require_asked(order: Order, graph: Graph) -> None:
    """Refuse sizes that are asked for and that the inputs of a network do not have."""
    for name, shape in _paired(order, graph):
        found = graph.inputs[name].type
        if found.shape != shape:
            asked = "x".join(map(str, shape))
            reason = f"its input `{name}` is {found}, not {asked}"
            help = "leave out --input, or make the model for another size"
            raise refused(order.source, reason, help)


def _paired(order: Order, graph: Graph) -> Iterator[tuple[str, Shape]]:
    """Pair inputs with sizes by name, else in order if there are as many."""
    names, asked = [*graph.inputs], order.inputs
    is_only = [*asked] == [""] and len(names) == 1
    called = names if is_only else [name_of(each, "input") for each in asked]
    strange = next((each for each in called if each not in graph.inputs), None)
    if strange is not None and len(asked) != len(names):
        reason = f"it has no input `{strange}`: its inputs are {', '.join(names)}"
        raise refused(order.source, reason, "give --input of them, or leave it out")
    return zip(names if strange is not None else called, asked.values(), strict=True)
