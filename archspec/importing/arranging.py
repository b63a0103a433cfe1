"""Views and permutations: another layout of the same numbers, or the operator that they write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from archspec.importing.adder import Adder
from archspec.importing.imported import Wordless
from archspec.importing.layout import (
    CHANNELS,
    COLUMNS,
    ROWS,
    Dimension,
    Layout,
    Run,
    flat,
    reshaped,
    size_of,
    whole,
)
from archspec.importing.values import Form, Value, layout_of
from archspec.operator import Operator
from archspec.operators.blocks import DepthToSpace, SpaceToDepth
from archspec.operators.channels import ChannelShuffle, Slice
from archspec.operators.grid import Flatten
from archspec.tensor import TensorType


def viewed(call: Adder, value: Value, shape: Sequence[int]) -> Value:
    """View a tensor in another shape, the batch left out; raise ``Wordless``."""
    layout = reshaped(value.layout, shape)
    if layout is None:
        raise Wordless(f"it makes {tuple(shape)} of a {value.form.name.lower()}")
    return _arranged(call, value.laid(layout))


def permuted(call: Adder, value: Value, order: Sequence[int]) -> Value:
    """Put the dimensions of a tensor into another order; raise ``Wordless``."""
    axes = [axis % value.rank for axis in order]
    if axes[0] != 0:
        raise Wordless("it moves the batch")
    return _arranged(call, value.laid(tuple(value.layout[axis - 1] for axis in axes[1:])))


def as_vector(call: Adder, value: Value, weight: Any) -> tuple[Value, Any]:
    """Flatten a map that a view runs through in another order, as those with channels last are.

    The columns of the matrix that multiplies it are put into the order of the flattened map; any
    other value stays as it is.
    """
    kind = value.wire.type
    if not kind.is_map or len(value.layout) != 1:
        return value, weight
    runs, ordered = value.layout[0], flat(layout_of(Form.MAP, kind))
    if sorted(runs) != sorted(ordered):
        return value, weight
    by_runs = weight.reshape(-1, *(run.size for run in runs))
    columns = by_runs.transpose(0, *(1 + runs.index(run) for run in ordered))
    return Value(call.add(Flatten(), value.wire), Form.VECTOR), columns.reshape(len(weight), -1)


def parts(call: Adder, value: Value, axis: int) -> list[Value] | None:
    """Part a tensor along a dimension that runs through equal parts of all channels.

    The parts lack the dimension. None where a dimension is none of that kind.
    """
    share = share_of(value, axis)
    if not share:
        return None
    rest = (*value.layout[: axis - 1], *value.layout[axis:])
    channels = value.wire.type.channels
    wires = call.builder.operands(value.wire)
    if [each.type.channels for each in wires] != [share] * (channels // share):
        starts = range(0, channels, share)
        wires = tuple(call.add(Slice(start=at, stop=at + share), value.wire) for at in starts)
    return [replace(value, wire=wire).laid(rest) for wire in wires]


def share_of(value: Value, axis: int) -> int:
    """Return the channels of each of the parts that a dimension runs through, 0 if it does not."""
    dimension, channels = value.layout[axis - 1], value.wire.type.channels
    if value.form is not Form.PARTED or len(dimension) != 1:
        return 0
    (run,) = dimension
    return run.step if run.axis == CHANNELS and run.step * run.size == channels else 0


def _arranged(call: Adder, value: Value) -> Value:
    if value.form is not Form.PARTED:
        return value
    found = _arrangement(value)
    if found is None:
        return value
    op, form = found
    return Value(call.add(op, value.wire), form)


def _arrangement(value: Value) -> tuple[Operator, Form] | None:
    """Return the operator that a layout writes, and the form of what it gives."""
    layout, kind = value.layout, value.wire.type
    if not kind.is_map:
        return None
    if layout == (flat(layout_of(Form.MAP, kind)),):
        return Flatten(), Form.VECTOR
    if len(layout) != len(kind.shape):
        return None
    for form, first in ((Form.MAP, layout), (Form.LAST, (layout[-1], *layout[:-1]))):
        op = _moved(first, kind)
        if op is not None:
            return op, form
    return None


def _moved(layout: Layout, kind: TensorType) -> Operator | None:
    """Return the operator that moves channels as a layout says, whose first dimension they are."""
    stays = layout[1:] == layout_of(Form.MAP, kind)[1:]
    groups = _shuffled(layout[0]) if stays else 0
    return ChannelShuffle(groups=groups) if groups else _blocks(layout, kind)


def _blocks(layout: Layout, kind: TensorType) -> Operator | None:
    """Return the operator that moves blocks of cells to channels or back as a layout says."""
    rows, height = kind.shape[0], size_of(layout[1])
    block = max(rows // height, height // rows)
    moves = _stacked if rows > height else _spread
    word: type[Operator] = SpaceToDepth if rows > height else DepthToSpace
    for outer in ("channels", "cells"):
        if moves(kind, block, outer) == layout:
            return word(block=block, outer=outer)
    return None


def _stacked(kind: TensorType, block: int, outer: str) -> Layout:
    """Return the layout that ``space_to_depth`` gives."""
    rows, columns, channels = kind.shape
    cells = (Run(ROWS, 1, block), Run(COLUMNS, 1, block))
    depth = whole(CHANNELS, channels)
    stacked = (*depth, *cells) if outer == "channels" else (*cells, *depth)
    grid = (Run(ROWS, block, rows // block), Run(COLUMNS, block, columns // block))
    return (stacked, *(tuple(run for run in (each,) if run.size > 1) for each in grid))


def _spread(kind: TensorType, block: int, outer: str) -> Layout:
    """Return the layout that ``depth_to_space`` gives."""
    rows, columns, channels = kind.shape
    depth = channels // block**2
    down, across = (block, 1) if outer == "channels" else (block * depth, depth)
    step = block**2 if outer == "channels" else 1
    return (
        tuple(run for run in (Run(CHANNELS, step, depth),) if run.size > 1),
        (*whole(ROWS, rows), Run(CHANNELS, down, block)),
        (*whole(COLUMNS, columns), Run(CHANNELS, across, block)),
    )


def _shuffled(dimension: Dimension) -> int:
    """Return how many groups of channels a dimension takes in turn; 0 if it does not."""
    if len(dimension) != 2 or any(run.axis != CHANNELS for run in dimension):
        return 0
    inner, groups = dimension
    return groups.size if (inner.step, groups.step) == (1, inner.size) else 0
