"""A traced program: its graph, and what its placeholders stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any, TypeAlias

from torch.export import ExportedProgram
from torch.export.graph_signature import OutputKind
from torch.fx import Graph, Node

from archspec_torch.importing.overwriting import rebind

Fold: TypeAlias = Callable[[Any, tuple[Any, ...], Mapping[str, Any]], Any]
"""Computes an operator of weights and numbers alone, from its arguments; raises ``Wordless``."""


def computed(operator: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """Compute an operator of one's own program, which may take what it takes."""
    return operator(*given, **named)


def operator_name(operator: Any) -> str:
    """Return the name of an operator of ATen without overload and underscore, empty for others."""
    schema = getattr(operator, "_schema", None)
    return str(schema.name.removeprefix("aten::").rstrip("_")) if schema else ""


def arguments(node: Node) -> dict[str, Any]:
    """Return the arguments by name, defaults included; what is no operator of ATen numbers them."""
    schema = getattr(node.target, "_schema", None)
    if schema is None:
        return {**dict(zip(map(str, count()), node.args, strict=False)), **node.kwargs}
    declared = schema.arguments
    given = {each.name: each.default_value for each in declared}
    given.update(zip((each.name for each in declared), node.args, strict=False))
    given.update(node.kwargs)
    return given


@dataclass(frozen=True)
class Program:
    """A traced program.

    ``tensors`` are the weights and constants by the names of their placeholders; the other
    placeholders are inputs. ``names`` are those of the module for them. ``returned`` are the
    results that leave, in order, and ``called`` what the model calls them, where that is known.
    """

    graph: Graph
    tensors: Mapping[str, Any]
    names: Mapping[str, str]
    returned: tuple[Any, ...]
    fold: Fold = computed
    called: tuple[str, ...] = ()

    @property
    def inputs(self) -> list[Node]:
        """The placeholders of inputs, in the order of the arguments."""
        found = self.graph.find_nodes(op="placeholder")
        return [each for each in found if each.name not in self.tensors]

    @cached_property
    def batch(self) -> int:
        """The number of examples that were traced together."""
        sizes = (int(each.meta["val"].shape[0]) for each in self.inputs)
        return next(sizes, 1)


def program_of(exported: ExportedProgram) -> Program:
    """Take an exported program apart; buffers that it would update are no results."""
    signature = exported.graph_signature
    state, constants = exported.state_dict, exported.constants
    held = {**signature.inputs_to_parameters, **signature.inputs_to_buffers}
    lifted = signature.inputs_to_lifted_tensor_constants
    names = {**held, **lifted}
    tensors = {name: state.get(key, constants.get(key)) for name, key in names.items()}
    rebind(exported.graph)
    (left,) = exported.graph.output_node().args
    kinds = (each.kind for each in signature.output_specs)
    pairs = zip(left, kinds, strict=True)
    returned = tuple(each for each, kind in pairs if kind is OutputKind.USER_OUTPUT)
    return Program(exported.graph, tensors, names, returned)
