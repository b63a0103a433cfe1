"""What a tensor of another format is in a graph, whose values are maps and vectors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from archspec.graph import Wire
from archspec.importing.imported import Wordless


class Form(Enum):
    """How a tensor holds a value."""

    MAP = auto()
    """N x C x H x W."""
    COLUMN = auto()
    """A vector as a map of one cell, N x C x 1 x 1."""
    VECTOR = auto()
    """N x C."""
    LAST = auto()
    """A map with channels last, N x H x W x C."""
    ROW = auto()
    """A vector as a map of one cell with channels last, N x 1 x 1 x C."""
    GROUPED = auto()
    """A map whose channels are parted, N x groups x C / groups x H x W."""
    SHUFFLED = auto()
    """The same with groups and channels swapped."""


_RANKS = {Form.VECTOR: 2, Form.GROUPED: 5, Form.SHUFFLED: 5}


_MOVED = {
    (Form.MAP, (0, 2, 3, 1)): Form.LAST,
    (Form.LAST, (0, 3, 1, 2)): Form.MAP,
    (Form.COLUMN, (0, 2, 3, 1)): Form.ROW,
    (Form.ROW, (0, 3, 1, 2)): Form.COLUMN,
    (Form.GROUPED, (0, 2, 1, 3, 4)): Form.SHUFFLED,
}
"""The form that a permutation of dimensions makes of another."""


@dataclass(frozen=True)
class Value:
    """A tensor: the wire that it is, its form, and zeros around it that no operator adds yet.

    ``pads`` are above, below, left and right; ``groups`` are those of a parted map.
    """

    wire: Wire
    form: Form
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)
    groups: int = 1

    @property
    def rank(self) -> int:
        """The number of dimensions of the tensor, the batch included."""
        return _RANKS.get(self.form, 4)

    @property
    def channel_axis(self) -> int:
        """The dimension of the tensor that holds the channels."""
        return 3 if self.form in (Form.LAST, Form.ROW) else 1

    def held(self, form: Form, *, groups: int = 1) -> Value:
        """Return the same value in another form."""
        return replace(self, form=form, groups=groups)

    def permuted(self, order: tuple[int, ...]) -> Value:
        """Return the same value with its dimensions in another order; raise ``Wordless``."""
        form = _MOVED.get((self.form, order))
        if form is None:
            what = self.form.name.lower()
            raise Wordless(f"it reorders the dimensions of a {what} as {order}")
        return self.held(form, groups=self.groups)

    def over(self, wire: Wire) -> Value:
        """Return another value in the form of this one."""
        return Value(wire, self.form, groups=self.groups)

    def surrounded(self, pads: tuple[int, int, int, int]) -> Value:
        """Return the same value with zeros around it."""
        return replace(self, pads=pads)
