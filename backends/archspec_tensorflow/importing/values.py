"""What a tensor of Keras is in a graph, whose values are maps and vectors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from archspec.attributes import Pads
from archspec.graph import Wire

NONE: Pads = (0, 0, 0, 0)


class Form(Enum):
    """How a tensor holds a value."""

    MAP = auto()
    """N x H x W x C."""
    CELL = auto()
    """A vector as a map of one cell, N x 1 x 1 x C."""
    VECTOR = auto()
    """N x C."""
    FLAT = auto()
    """A map as a vector in the order of Keras, N x HWC, which no operator has."""


@dataclass(frozen=True)
class Value:
    """A tensor: the wire that it is, its form, and zeros around it that no operator adds yet."""

    wire: Wire
    form: Form
    pads: Pads = NONE

    @property
    def rank(self) -> int:
        """The number of dimensions of the tensor, the batch included."""
        return 4 if self.form in (Form.MAP, Form.CELL) else 2

    def held(self, form: Form) -> Value:
        """Return the same value in another form."""
        return replace(self, form=form)

    def over(self, wire: Wire) -> Value:
        """Return another value in the form of this one."""
        return Value(wire, self.form)

    def surrounded(self, pads: Pads) -> Value:
        """Return the same value with zeros around it."""
        return replace(self, pads=pads)
