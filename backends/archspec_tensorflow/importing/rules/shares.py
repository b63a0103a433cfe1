"""Pools over the grid, over channels, and over shares of the grid."""

from __future__ import annotations

from typing import NamedTuple

from archspec.graph import Wire
from archspec.importing.imported import Wordless
from archspec.importing.values import Form, Value
from archspec.operator import Operator
from archspec.operators.pool import (
    AdaptiveAvgPool,
    AdaptiveMaxPool,
    AdaptivePool,
    ChannelAvgPool,
    ChannelMaxPool,
    ChannelPool,
    GlobalAvgPool,
    GlobalMaxPool,
    GlobalPool,
)
from archspec.window import shares
from archspec_tensorflow.importing.call import Call, Share
from archspec_tensorflow.importing.rules.table import translates

_AVERAGES = (GlobalAvgPool(), ChannelAvgPool(), AdaptiveAvgPool)
_MAXIMA = (GlobalMaxPool(), ChannelMaxPool(), AdaptiveMaxPool)


class Pooled(NamedTuple):
    """A share of the grid whose rows or columns were pooled to one."""

    share: Share
    word: type[AdaptivePool]


@translates("GlobalAveragePooling2D")
def _global_avg_pool(call: Call) -> Value:
    return _pooled(call, GlobalAvgPool(), keeps=bool(call.config.get("keepdims")))


@translates("GlobalMaxPooling2D")
def _global_max_pool(call: Call) -> Value:
    return _pooled(call, GlobalMaxPool(), keeps=bool(call.config.get("keepdims")))


def _pooled(call: Call, op: GlobalPool, *, keeps: bool) -> Value:
    """Pool over the whole grid: a vector, unless something needs the cell."""
    value = call.padded(call.map())
    if keeps and call.name in call.builder.cells:
        return Value(call.add(op.replace(keepdims=True), value.wire), Form.LAST)
    return Value(call.add(op, value.wire), Form.ROW if keeps else Form.VECTOR)


@translates("ops.Mean")
def _mean(call: Call) -> Value | Pooled:
    return _reduced(call, *_AVERAGES)


@translates("ops.Max")
def _max(call: Call) -> Value | Pooled:
    return _reduced(call, *_MAXIMA)


def _reduced(
    call: Call, over_grid: GlobalPool, over_channels: ChannelPool, word: type[AdaptivePool]
) -> Value | Pooled:
    said = call.config.get("axis")
    axes = [said] if isinstance(said, int) else [*(said or ())]
    keeps = bool(call.config.get("keepdims"))
    share = _share(call, axes)
    if share is not None and not keeps:
        return Pooled(share, word)
    value = call.value(Form.LAST)
    reduced = sorted(axis % value.rank for axis in axes)
    if reduced == [1, 2]:
        return _pooled(call, over_grid, keeps=keeps)
    if reduced != [3]:
        raise Wordless("it reduces other dimensions than height and width, or the channels")
    found = value.over(call.add(over_channels, value.wire))
    return found if keeps else found.laid(found.layout[:-1])


def _share(call: Call, axes: list[int]) -> Share | None:
    """Return the rows or columns that are reduced to one, a share of them or all; else None."""
    given = call.operands[0]
    if isinstance(given, Share):
        return given if axes == [given.axis] else None
    if axes not in ([1], [2]):
        return None
    value = call.value(Form.LAST)
    return Share(value, axes[0], 0, value.wire.type.grid[axes[0] - 1])


@translates("ops.Stack")
def _stack(call: Call) -> Value:
    """Lay pooled shares of one map side by side again, which is to pool it adaptively."""
    (given,), axis = call.operands, call.config["axis"]
    pooled = [each for each in given if isinstance(each, Pooled)]
    if not pooled or len(pooled) < len(given):
        raise Wordless("it stacks something else than shares of a map")
    first, count = pooled[0], len(pooled)
    value = first.share.value
    bounds = [(each.share.start, each.share.stop) for each in pooled]
    is_one = {(each.word, each.share.value, each.share.axis) for each in pooled} == {
        (first.word, value, axis)
    }
    if not is_one or bounds != [*shares(value.wire.type.grid[axis - 1], count)]:
        raise Wordless("it stacks shares that are not equal, or not of one map")
    return value.over(_along(call, value.wire, first.word, axis, count))


def _along(call: Call, wire: Wire, word: type[AdaptivePool], axis: int, count: int) -> Wire:
    """Pool along one side of the grid, together with the other if that came before."""
    rows, columns = wire.type.grid
    grid = (count, columns) if axis == 1 else (rows, count)
    before, (source, *_) = call.builder.producer(wire)
    if isinstance(before, word) and source is not None and _keeps(before, source, axis):
        wire = source
    op: Operator = word(grid=grid)
    return call.add(op, wire)


def _keeps(pool: AdaptivePool, source: Wire, axis: int) -> bool:
    """Whether a pool keeps the rows or columns of what it pools."""
    return pool.grid[axis - 1] == source.type.grid[axis - 1]
