"""Reductions of a tensor over its dimensions, as pools."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from archspec.importing.adder import Adder
from archspec.importing.arranging import share_of, viewed
from archspec.importing.combining import summed
from archspec.importing.imported import Wordless
from archspec.importing.layout import COLUMNS, ROWS, Run, flat, size_of, whole
from archspec.importing.values import Form, Value
from archspec.operator import Operator
from archspec.operators.pool import ChannelAvgPool, GlobalAvgPool, GlobalPool
from archspec.operators.scale import Scale

_GRID = (ROWS, COLUMNS)


def reduced(
    call: Adder,
    value: Value,
    along: Sequence[int],
    op: GlobalPool,
    over_channels: Operator,
    *,
    keeps: bool,
) -> Value:
    """Reduce a tensor along dimensions, which are kept as ones or not; raise ``Wordless``.

    ``op`` reduces the grid and ``over_channels`` the channels; none means all dimensions.
    """
    axes = _axes(value, along)
    shape = _shape(value, axes, keeps=keeps)
    if value.form is Form.MAP and axes == [1]:
        return viewed(call, value.over(call.add(over_channels, value.wire)), shape)
    if value.form in (Form.COLUMN, Form.ROW):
        return viewed(call, value, shape)
    if 0 in axes or not value.wire.type.is_map:
        raise Wordless("it reduces other dimensions than height and width")
    gone = flat(tuple(value.layout[axis - 1] for axis in axes))
    rows, columns = (whole(*each) for each in zip(_GRID, value.wire.type.grid, strict=True))
    if value.channel_axis and gone == (*rows, *columns):
        return viewed(call, one_cell(call, value, op), shape)
    return viewed(call, _in_blocks(call, value, op, axes), shape)


def total(call: Adder, value: Value, along: Sequence[int], *, keeps: bool) -> Value:
    """Add up equal parts of the channels, or take averages times how many numbers they are of.

    Dimensions are those of ``reduced``; raises ``Wordless``.
    """
    axes = _axes(value, along)
    if len(axes) == 1 and axes[0] and share_of(value, axes[0]):
        shape = _shape(value, axes, keeps=keeps)
        return viewed(call, summed(call, value, axes[0]), shape)
    found = reduced(call, value, axes, GlobalAvgPool(), ChannelAvgPool(), keeps=keeps)
    count = prod(size_of(value.layout[axis - 1]) for axis in axes)
    return found.over(call.add(Scale(factor=float(count)), found.wire))


def _axes(value: Value, along: Sequence[int]) -> list[int]:
    return sorted(axis % value.rank for axis in along or range(value.rank))


def _shape(value: Value, axes: Sequence[int], *, keeps: bool) -> list[int]:
    """Return the sizes that are left, the batch left out."""
    return [
        1 if at in axes else size_of(dimension)
        for at, dimension in enumerate(value.layout, 1)
        if keeps or at not in axes
    ]


def one_cell(call: Adder, value: Value, op: GlobalPool) -> Value:
    """Pool over the whole grid: a vector, unless something needs the cell."""
    if call.name in call.builder.cells:
        return Value(call.add(op.replace(keepdims=True), value.wire), Form.MAP)
    return Value(call.add(op, value.wire), Form.COLUMN)


def _in_blocks(call: Adder, value: Value, op: GlobalPool, axes: list[int]) -> Value:
    """Pool whole rows or columns, or the blocks of cells that a view made dimensions of."""
    blocks = {run.axis: run for run in flat(tuple(value.layout[axis - 1] for axis in axes))}
    if not blocks or not all(map(_is_block, blocks.values())):
        raise Wordless("it reduces other dimensions than height and width")
    sizes = {axis: run.size for axis, run in blocks.items()}
    kernel = (sizes.get(ROWS, 1), sizes.get(COLUMNS, 1))
    wire = call.add(op.windowed(kernel=kernel, stride=kernel, padding="valid"), value.wire)
    rest = tuple(
        tuple(run._replace(step=run.step // sizes.get(run.axis, 1)) for run in dimension)
        for at, dimension in enumerate(value.layout, 1)
        if at not in axes
    )
    return Value(wire, Form.PARTED).laid(rest)


def _is_block(run: Run) -> bool:
    """Whether a run goes through neighbours of the grid."""
    return run.axis in _GRID and run.step == 1
