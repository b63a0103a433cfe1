"""Pools over shares of a grid that are not all equal, as exporters write them out."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from archspec.importing.imported import Wordless
from archspec.importing.onnx.call import Call
from archspec.importing.onnx.gathering import Gathered
from archspec.importing.onnx.rules.table import GATHERED, translates, writes_out
from archspec.importing.values import Form, Value
from archspec.operators.pool import AdaptiveMaxPool
from archspec.window import shares

_BEFORE = 2
"""The dimensions before those that are gathered: batch and channels."""


@writes_out(("Transpose", ("gathering=GatherND", ("first=Transpose", "x"), "places")))
def _gathered(call: Call) -> Gathered:
    """Read places by row and column, and channels that go behind them and come back."""
    import numpy as np

    value, places = call.named("x", Form.MAP), call.weight("places")
    rank = places.ndim - 1
    orders = [[*call.told["first"].get("perm", ())], [*call.numbers("perm", ())]]
    if orders != [[2, 3, 0, 1], [rank, rank + 1, *range(rank)]] or places.shape[-1] != _BEFORE:
        raise Wordless("it moves the batch")
    if call.told["gathering"].get("batch_dims", 0):
        raise Wordless("it picks out other cells of each example")
    rows_and_columns = tuple(np.moveaxis(places, -1, 0))
    return Gathered(value, (np.ravel_multi_index(rows_and_columns, value.wire.type.grid),))


_ROWS = ("first=ReduceMax", ("above=Gather", "x", "rows"), 3)


@writes_out(("last=ReduceMax", ("left=Gather", _ROWS, "columns"), 4))
def _largest(call: Call) -> Value:
    """Read the largest values of shares of the rows, and of those the largest of the columns."""
    value, told = call.named("x", Form.MAP), call.told
    places = [call.weight(name) for name in ("rows", "columns")]
    axes = [told[name].get("axis", 0) for name in ("above", "left")]
    keeps = any(told[name].get("keepdims", 1) for name in ("first", "last"))
    if axes != [2, 3] or keeps or not all(map(_are_shares, places, value.wire.type.grid)):
        raise Wordless("it takes the largest of other cells than equal shares of a grid have")
    pool = AdaptiveMaxPool(grid=(len(places[0]), len(places[1])))
    return value.over(call.add(pool, value.wire))


def _are_shares(places: Any, size: int) -> bool:
    """Whether places are those of equal shares, of which some may be named twice."""
    ends = shares(size, len(places)) if places.ndim == 2 else ()
    found = [{*map(int, each)} for each in places]
    return found == [{*range(start, stop)} for start, stop in ends]


def _first(call: Call) -> Gathered:
    found = call.given[0]
    if not isinstance(found, Gathered):
        raise Wordless("it merges cells that were picked out with something else")
    return found


@translates("Where", among=GATHERED)
def _where(call: Call) -> Gathered:
    mask, zero, found = call.given
    if not isinstance(found, Gathered) or isinstance(mask, Value) or zero.any():
        raise Wordless("it puts other numbers than zeros in the place of cells")
    return found.zeroed(mask)


@translates("Gather", among=GATHERED)
def _gather(call: Call) -> Gathered:
    found = _first(call)
    return found.taken(call.array(1), _axes(found, [call.attributes.get("axis", 0)])[0])


@translates("Add", among=GATHERED)
def _add(call: Call) -> Gathered:
    other = call.given[1]
    if not isinstance(other, Gathered):
        raise Wordless("it merges cells that were picked out with something else")
    return _first(call).plus(other)


@translates("ReduceMean", among=GATHERED)
def _reduce_mean(call: Call) -> Value:
    found = _first(call)
    axes = _axes(found, call.told_numbers("axes"))
    if call.attributes.get("keepdims", 1):
        raise Wordless("it keeps the dimensions that it averages")
    return _averaged(call, found.along(axes), prod(found.shape[axis] for axis in axes))


@translates("Div", among=GATHERED)
def _div(call: Call) -> Value:
    return _averaged(call, _first(call), call.array(1))


def _averaged(call: Call, found: Gathered, divisor: Any) -> Value:
    return found.value.over(call.add(found.averages(divisor), found.value.wire))


def _axes(found: Gathered, said: Sequence[int]) -> list[int]:
    """Return dimensions behind batch and channels."""
    axes = [int(axis) % (_BEFORE + len(found.shape)) - _BEFORE for axis in said]
    if min(axes, default=-1) < 0:
        raise Wordless("it is not over the cells that were picked out")
    return axes
