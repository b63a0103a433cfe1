"""Values that are copied, and channels in another order."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from archspec.importing.imported import Wordless
from archspec.importing.layout import size_of
from archspec.importing.selecting import SLICED, picked
from archspec.importing.values import Form, Value
from archspec_torch.importing.call import Call
from archspec_torch.importing.rules.table import translates

_MOST_COLOURS = 4
"""The most channels that are copies of a gray image; more are what a merge spreads by itself."""


@translates("expand", "expand_as")
def _expand(call: Call) -> Value:
    """Keep what is spread over a map as it is, for merges spread it, but copy a gray image."""
    value = call.each()
    sizes = [call.batch, *value.sizes]
    is_spread = len(sizes) == len(call.shape) and _are_spread(sizes, call.shape)
    if not is_spread:
        raise Wordless("it adds a dimension")
    copies = call.shape[1] if value.form is Form.MAP and sizes[1] == 1 else 1
    is_gray = copies <= _MOST_COLOURS and call.operator == "expand"
    return _copied(call, value, copies if is_gray else 1).read_as(call.shape[1:])


@translates("repeat", "tile")
def _repeat(call: Call) -> Value:
    """Concatenate a value with itself; what is spread over a map is kept as it is."""
    value, shape = call.value("self", Form.MAP, Form.COLUMN, Form.VECTOR), call.shape
    channels, *grid = map(size_of, value.layout)
    if len(shape) != value.rank or shape[0] != call.batch or not _are_spread(grid, shape[2:]):
        raise Wordless("it repeats examples, height or width")
    return _copied(call, value, shape[1] // channels).read_as(shape[1:])


def _are_spread(sizes: list[int], wanted: tuple[int, ...]) -> bool:
    return all(old in (1, new) for old, new in zip(sizes, wanted, strict=True))


def _copied(call: Call, value: Value, copies: int) -> Value:
    return value.over(call.concat(*(value.wire,) * copies)) if copies > 1 else value


@translates("flip")
def _flip(call: Call) -> Value:
    value = _of_channels(call, call.given["dims"])
    return picked(call, value, range(value.wire.type.channels)[::-1])


@translates("index", "index_select")
def _index(call: Call) -> Value:
    """Read channels that are chosen by constants, in whatever order."""
    said = call.given.get("indices")
    by_axis = {call.given["dim"]: call.given["index"]} if said is None else dict(enumerate(said))
    chosen = {axis: each for axis, each in by_axis.items() if each is not None}
    value, order = _of_channels(call, [*chosen]), next(iter(chosen.values()))
    if not isinstance(order, torch.Tensor) or order.dtype != torch.int64 or order.ndim != 1:
        raise Wordless("it chooses channels by what is computed")
    channels = range(value.wire.type.channels)
    return picked(call, value, [channels[at] for at in order.tolist()])


def _of_channels(call: Call, axes: Sequence[int]) -> Value:
    """Return what is arranged along its channels alone; raise ``Wordless``."""
    value = call.value("self", *SLICED)
    if [axis % value.rank for axis in axes] != [value.channel_axis]:
        raise Wordless("it arranges other dimensions than the channels")
    return value
