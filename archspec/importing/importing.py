"""Importing a network: translated, raised to a spec, and proved to compute the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from archspec.analysis.count import count
from archspec.graph import Graph, Imported
from archspec.importing.asked import require_asked
from archspec.importing.imported import Network, Untranslatable
from archspec.importing.missing import MissingWord, listed
from archspec.importing.order import Order, Shape
from archspec.importing.proof import TOLERANCE
from archspec.importing.refusals import different, unraisable, untranslatable
from archspec.importing.source import Source, live
from archspec.raising.raised import Unraisable, raise_spec

Tell = Callable[[str], None]


@dataclass(frozen=True)
class ImportedSpec:
    """A spec with its graph and its tensors, and the proof that it computes what its source does.

    ``names`` maps nodes of the spec to the names that they had. ``difference`` is the largest
    difference of outputs as a share of the largest output; None if it was not looked for.
    ``in_double`` is true where single precision rounds too differently to tell.
    ``shared`` names weights that several layers of the source share, and each layer has here.
    """

    text: str
    graph: Graph
    tensors: Mapping[str, Any]
    names: Mapping[str, str]
    difference: float | None = None
    shared: tuple[str, ...] = ()
    in_double: bool = False

    def record(self, order: Order) -> dict[str, Any]:
        """Return what a report says, as plain data."""
        totals = count(self.graph)
        return {
            "source": order.source,
            "name": self.graph.name,
            "inputs": {name: str(given.type) for name, given in self.graph.inputs.items()},
            "parameters": totals.parameters,
            "macs": totals.macs,
            "lines": len(self.text.splitlines()),
            "difference": self.difference,
            "in_double": self.in_double,
            "shared": [*self.shared],
            "names": dict(self.names),
        }


def import_source(order: Order, source: Source, tell: Tell) -> ImportedSpec:
    """Import a network; raise ``SpecError``."""
    tell("translating")
    try:
        network = source.network(order)
    except Untranslatable as error:
        raise untranslatable(order.source, error) from None
    require_asked(order, network.graph)
    tell("raising")
    imported = spec_of(network, order)
    if not order.verify:
        return imported
    tell("comparing")
    found = source.prove(imported.graph, imported.tensors)
    if not found.difference <= TOLERANCE:
        raise different(order.source, found.difference, TOLERANCE)
    return replace(imported, difference=found.difference, in_double=found.in_double)


def missing_of(order: Order, source: Source, tell: Tell) -> list[MissingWord]:
    """List the operators of a network that have no word; raise ``SpecError``."""
    tell("translating")
    try:
        source.network(order)
    except Untranslatable as error:
        if not error.missing:
            raise untranslatable(order.source, error) from None
        return listed(error.missing)
    return []


def import_model(
    model: Any, shape: Shape | Mapping[str, Shape] = (), *, name: str = "network"
) -> ImportedSpec:
    """Import a live ``torch.nn.Module`` or ``keras.Model``, with the proof that the spec is equal.

    ``shape`` is (height, width, channels) of the only input, or maps names to those of several, in
    the order of the model's arguments; a model of Keras may know its own. Raises ``SpecError``.
    """
    inputs = shape if isinstance(shape, Mapping) else {"": shape} if shape else {}
    return import_source(Order(name, inputs, {}, name), live(model, name), _silent)


def _silent(_stage: str) -> None:
    """Tell nobody."""


def spec_of(network: Network, order: Order) -> ImportedSpec:
    """Raise a network to a spec, and rename its tensors; raise ``SpecError``."""
    header = replace(network.graph.header, source=order.told)
    try:
        raised = raise_spec(replace(network.graph, header=header), flat=order.flat)
    except Unraisable as error:
        raise unraisable(order.source, str(error)) from None
    tensors = raised.moved(network.tensors)
    origins = {path: node.origin for path, node in network.graph.nodes.items()}
    names = {
        raised.paths[path]: origin.name
        for path, origin in origins.items()
        if isinstance(origin, Imported)
    }
    return ImportedSpec(raised.text, raised.graph, tensors, names, shared=network.shared)
