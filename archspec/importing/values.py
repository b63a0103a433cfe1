"""What a tensor of another format is in a graph, whose values are maps and vectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from archspec.graph import Wire
from archspec.importing.layout import CHANNELS, COLUMNS, ROWS, Dimension, Layout, size_of, whole
from archspec.tensor import TensorType


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
    PARTED = auto()
    """Any other layout."""


_FORMS: Mapping[Form, Callable[[Dimension, Dimension, Dimension], Layout]] = {
    Form.MAP: lambda channels, rows, columns: (channels, rows, columns),
    Form.LAST: lambda channels, rows, columns: (rows, columns, channels),
    Form.COLUMN: lambda channels, _rows, _columns: (channels, (), ()),
    Form.ROW: lambda channels, _rows, _columns: ((), (), channels),
    Form.VECTOR: lambda channels, _rows, _columns: (channels,),
}
_FORMS_OF_MAPS, _FORMS_OF_VECTORS = (Form.MAP, Form.LAST), (Form.VECTOR, Form.COLUMN, Form.ROW)


def layout_of(form: Form, kind: TensorType) -> Layout:
    """Return the layout of a value of some type in a form that is not parted."""
    rows, columns = kind.grid if kind.is_map else (1, 1)
    axes = (whole(CHANNELS, kind.channels), whole(ROWS, rows), whole(COLUMNS, columns))
    return _FORMS[form](*axes)


@dataclass(frozen=True)
class Value:
    """A tensor: the wire that it is, its form, and cells around it that no operator adds yet.

    ``pads`` are above, below, left and right, and ``fill`` is the number that they hold;
    ``parted`` is the layout if no other form is. ``spread`` are the sizes, the batch left out, that
    the source reads where some dimensions of one number are spread to more; empty if none is.
    """

    wire: Wire
    form: Form
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)
    fill: float = 0.0
    parted: Layout = ()
    spread: tuple[int, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes that the source reads, the batch and cells around it left out."""
        return self.spread or tuple(map(size_of, self.layout))

    @property
    def layout(self) -> Layout:
        """Which numbers of the wire each dimension runs through, the batch left out."""
        if self.form is Form.PARTED:
            return self.parted
        return layout_of(self.form, self.wire.type)

    @property
    def rank(self) -> int:
        """The number of dimensions of the tensor, the batch included."""
        return 1 + len(self.layout)

    @property
    def channel_axis(self) -> int:
        """The dimension of the tensor that holds all channels and nothing else; 0 if none does."""
        if self.form is not Form.PARTED:
            return 3 if self.form in (Form.LAST, Form.ROW) else 1
        channels = whole(CHANNELS, self.wire.type.channels)
        return next((at for at, each in enumerate(self.layout, 1) if each == channels), 0)

    @property
    def ends_in_channels(self) -> bool:
        """Whether the last dimension holds all channels and nothing else."""
        return self.channel_axis == self.rank - 1

    def held(self, form: Form) -> Value:
        """Return the same value in another form."""
        return replace(self, form=form, parted=())

    def laid(self, layout: Layout) -> Value:
        """Return the same numbers in another layout."""
        kind = self.wire.type
        for form in _FORMS_OF_MAPS if kind.is_map else _FORMS_OF_VECTORS:
            if layout_of(form, kind) == layout:
                return self.held(form)
        return replace(self, form=Form.PARTED, parted=layout)

    def with_channels(self, wire: Wire) -> Value:
        """Return another value of the same grid, its channels where those of this one were."""
        axis, layout = self.channel_axis, self.layout
        channels = whole(CHANNELS, wire.type.channels)
        return Value(wire, Form.PARTED).laid((*layout[: axis - 1], channels, *layout[axis:]))

    def over(self, wire: Wire) -> Value:
        """Return another value of the same size in the form of this one."""
        return Value(wire, self.form, parted=self.parted, spread=self.spread)

    def read_as(self, sizes: tuple[int, ...]) -> Value:
        """Return the same value as the source reads it, in sizes to which it is spread."""
        own = tuple(map(size_of, self.layout))
        return replace(self, spread=() if sizes == own else sizes)

    def surrounded(self, pads: tuple[int, int, int, int], fill: float = 0.0) -> Value:
        """Return the same value with cells around it."""
        return replace(self, pads=pads, fill=fill)
