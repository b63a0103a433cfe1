"""What every call of an operator, in whichever source, can add to the network that is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archspec.graph import Wire
from archspec.importing.imported import Module, NetworkBuilder
from archspec.operator import Operator
from archspec.operators.merge import Concat


@dataclass(frozen=True, kw_only=True)
class Adder:
    """Adds operators to a network, in the name of a call and within the modules around it."""

    builder: NetworkBuilder
    modules: tuple[Module, ...]
    name: str

    def add(self, op: Operator, *sources: Wire, tensors: Mapping[str, Any] | None = None) -> Wire:
        """Add an operator to the network."""
        return self.builder.add(op, *sources, modules=self.modules, name=self.name, tensors=tensors)

    def concat(self, *sources: Wire) -> Wire:
        """Add a concatenation."""
        return self.builder.concat(Concat(), *sources, modules=self.modules, name=self.name)
