"""Tensors that are merged, and parts of one that are weighed against each other or added up."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from archspec.attributes import Pair
from archspec.graph import Wire
from archspec.importing.adder import Adder
from archspec.importing.arranging import parts, share_of
from archspec.importing.imported import CellNeeded, Wordless
from archspec.importing.layout import CHANNELS, Layout, spread, whole
from archspec.importing.values import Form, Value
from archspec.operator import Operator
from archspec.operators.activation import Softmax
from archspec.operators.grid import ResizeTo, Upsample
from archspec.operators.merge import (
    Add,
    Concat,
    GlobalAttentionPool,
    Maximum,
    Multiply,
    Resize,
    ResizeNearest,
)
from archspec.operators.scale import Scale
from archspec.operators.selection import RadixSoftmax
from archspec.tensor import TensorType


def merged(call: Adder, op: Operator, values: Sequence[Value]) -> Value:
    """Merge tensors number by number, each spread where it is one wide; raise ``Wordless``."""
    layout: Layout | None = values[0].layout
    for each in values[1:]:
        layout = None if layout is None else spread(layout, each.layout)
    if layout is None:
        raise Wordless("its operands are of several forms")
    wires = _on_one_grid(call, op, [each.wire for each in values])
    found = values[0].over(call.add(op, *wires)).laid(layout)
    return found.read_as(_largest(values))


def _largest(values: Sequence[Value]) -> tuple[int, ...]:
    """Return the sizes to which values are spread that are merged."""
    return tuple(map(max, zip(*(each.sizes for each in values), strict=True)))


def opposite(call: Adder, value: Value) -> Value:
    """Change the sign."""
    return value.over(call.add(Scale(factor=-1.0), value.wire))


def absolute(call: Adder, value: Value) -> Value:
    """Take the larger of a number and its opposite."""
    return value.over(call.add(Maximum(), value.wire, opposite(call, value).wire))


def concatenated(call: Adder, values: Sequence[Value], axis: int) -> Value:
    """Concatenate channels, those of vectors that were spread over a map among them.

    Raises ``Wordless`` for other dimensions, and for operands of several forms.
    """
    first, forms = max(values, key=_grid), {each.form for each in values}
    if forms == {Form.MAP, Form.COLUMN}:
        first = max((each for each in values if each.form is Form.MAP), key=_grid)
    elif len({_beside_channels(each) for each in values}) > 1:
        raise Wordless("its operands are of several forms")
    if axis != first.channel_axis:
        raise Wordless("it is not along the channels")
    if any(each.sizes[axis - 1] != each.wire.type.channels for each in values):
        raise Wordless("it takes a channel that is spread to several: repeat it")
    if len(values) == 1:
        return first
    wires = _on_one_grid(call, Concat(), [each.wire for each in values])
    found = first.with_channels(call.concat(*wires))
    largest, channels = _largest(values), (found.wire.type.channels,)
    return found.read_as((*largest[: axis - 1], *channels, *largest[axis:]))


def _grid(value: Value) -> tuple[int, ...]:
    return value.wire.type.grid


def _beside_channels(value: Value) -> tuple[Form, Layout]:
    """Return the form of a value, and if it has no other what its other dimensions run through."""
    at = value.channel_axis
    return value.form, (*value.parted[: max(at - 1, 0)], *value.parted[at:])


def _on_one_grid(call: Adder, op: Operator, wires: Sequence[Wire]) -> list[Wire]:
    """Copy the cells of smaller grids; a product spreads vectors and single cells by itself."""
    maps = [wire for wire in wires if wire.type.is_map]
    if not maps:
        return [*wires]
    rows, columns = (max(sizes) for sizes in zip(*(each.type.grid for each in maps), strict=True))
    like = next((each for each in maps if each.type.grid == (rows, columns)), None)
    return [_spread_over(call, op, wire, (rows, columns), like) for wire in wires]


def _spread_over(call: Adder, op: Operator, wire: Wire, grid: Pair, like: Wire | None) -> Wire:
    spreads_itself = isinstance(op, Multiply) and wire.type.grid in ((), (1, 1))
    if spreads_itself or wire.type.grid == grid:
        return wire
    if wire.type.is_map:
        rows, columns = wire.type.grid
        return call.add(Upsample(factor=(grid[0] // rows, grid[1] // columns)), wire)
    if like is None or call.builder.pools_of(wire) - call.builder.cells:
        raise CellNeeded(wire)
    return call.add(ResizeNearest(), wire, like)


def resized(call: Adder, value: Value, grid: Pair, mode: str) -> Value:
    """Resize a map to that of the nearest value before it or the last, else by numbers.

    Raises ``CellNeeded`` where those would have to resize a vector.
    """
    like = call.builder.sized(value.wire, grid) or call.builder.last(grid)
    if like is not None:
        resize = Resize() if mode == "bilinear" else ResizeNearest()
        return Value(call.add(resize, value.wire, like), Form.MAP)
    if not value.wire.type.is_map:
        raise CellNeeded(value.wire)
    return Value(call.add(_sized(value.wire.type, grid, mode), value.wire), Form.MAP)


def enlarged(call: Adder, value: Value, grid: Pair, mode: str, *, is_by_size: bool) -> Value:
    """Enlarge a map by a whole factor, or resize it where there is none.

    What is resized by its size takes that of a value before it, if one has it.
    """
    has_like = is_by_size and call.builder.sized(value.wire, grid) is not None
    op = _sized(value.wire.type, grid, mode) if value.form is Form.MAP else None
    if has_like or not isinstance(op, Upsample):
        return resized(call, value, grid, mode)
    return Value(call.add(op, value.wire), Form.MAP)


def _sized(x: TensorType, grid: Pair, mode: str) -> Operator:
    """Return what resizes by whole factors, or to a fixed size where there are none."""
    (rows, columns), (height, width) = x.grid, grid
    if height % rows or width % columns:
        return ResizeTo(grid=grid, mode=mode)
    return Upsample(factor=(height // rows, width // columns), mode=mode)


def stretched(call: Adder, value: Value, grid: Pair) -> Value:
    """Resize a map by numbers with the corners of both grids aligned."""
    if grid == value.wire.type.grid:
        return value
    return Value(call.add(_sized(value.wire.type, grid, "aligned"), value.wire), Form.MAP)


def attended(call: Adder, value: Value, scores: Value, shapes: Sequence[int]) -> Value:
    """Average a map by the softmax of one score for each cell; raise ``Wordless``.

    ``shapes`` are the sizes, the batch left out, in which both are multiplied: channels by cells,
    and one by cells.
    """
    kind = value.wire.type
    cells = prod(kind.grid)
    if [*shapes] != [kind.channels, cells, 1, cells]:
        raise Wordless("it weighs no single cells, or not all channels alike")
    wire = call.add(GlobalAttentionPool(), value.wire, scores.wire)
    return Value(wire, Form.PARTED, parted=((), whole(CHANNELS, kind.channels), ()))


def summed(call: Adder, value: Value, axis: int) -> Value:
    """Add up what a dimension runs through, equal parts of the channels; raise ``Wordless``."""
    found = parts(call, value, axis) if axis else None
    if not found:
        raise Wordless("it is not over equal parts of the channels")
    return found[0].over(call.add(Add(), *(each.wire for each in found)))


def normalised(call: Adder, value: Value, axis: int) -> Value:
    """Apply softmax over the channels, or over equal parts of them; raise ``Wordless``."""
    share = share_of(value, axis) if axis else 0
    if share:
        radix = value.wire.type.channels // share
        return value.over(call.add(RadixSoftmax(radix=radix), value.wire))
    if axis != value.channel_axis or value.form is Form.PARTED:
        raise Wordless("it is not over the channels")
    return value.over(call.add(Softmax(), value.wire))
