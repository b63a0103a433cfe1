"""What every call of an operator, in whichever source, can add to the network that is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archspec.graph import Wire
from archspec.importing.imported import Module, NetworkBuilder, Wordless
from archspec.importing.values import Value
from archspec.operator import Operator
from archspec.operators.grid import Pad
from archspec.operators.merge import Concat

_SPREAD = (
    "it takes numbers that are spread over more cells or channels, which sums, products and"
    " concatenations alone can read: let it take them before they are spread"
)
_FILLED = (
    "cells of {:g} are around what it takes, which max pooling alone can read, and only those of"
    " -inf: pad with zeros"
)


@dataclass(frozen=True, kw_only=True)
class Adder:
    """Adds operators to a network, in the name of a call and within the modules around it."""

    builder: NetworkBuilder
    modules: tuple[Module, ...]
    name: str

    def add(self, op: Operator, *sources: Wire, tensors: Mapping[str, Any] | None = None) -> Wire:
        """Add an operator to the network."""
        return self.builder.add(op, *sources, modules=self.modules, name=self.name, tensors=tensors)

    def padded(self, value: Value) -> Value:
        """Return a value as it is read number by number, the zeros around it added by an operator.

        Raises ``Wordless`` where other cells are around it, or where it is spread.
        """
        if value.spread:
            raise Wordless(_SPREAD)
        if value.fill:
            raise Wordless(_FILLED.format(value.fill))
        return value.over(self.add(Pad(cells=value.pads), value.wire)) if any(value.pads) else value

    def around(self, value: Value, fill: float) -> Value:
        """Return a value with the cells around it left to a window that fills them alike.

        Others are added by an operator; raises ``Wordless``.
        """
        is_left = value.fill == fill and not value.spread
        return value if is_left else self.padded(value)

    def operand(self, value: Value) -> Value:
        """Return a value for what spreads it where another is larger; raise ``Wordless``."""
        return self.padded(value.read_as(())).read_as(value.spread)

    def concat(self, *sources: Wire) -> Wire:
        """Add a concatenation."""
        return self.builder.concat(Concat(), *sources, modules=self.modules, name=self.name)
