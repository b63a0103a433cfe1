"""What only arranges numbers anew: reshapes, transposes, splits, slices."""

from __future__ import annotations

from itertools import accumulate
from math import prod
from typing import Any

from archspec.importing.arranging import permuted, viewed
from archspec.importing.imported import Wordless
from archspec.importing.layout import size_of
from archspec.importing.onnx.call import Call
from archspec.importing.onnx.rules.table import translates, writes_out
from archspec.importing.selecting import FAR, kept, picked, sliced
from archspec.importing.values import Form, Value
from archspec.operators.blocks import DepthToSpace, SpaceToDepth


@translates("Flatten")
def _flatten(call: Call) -> Value:
    if call.attributes.get("axis", 1) != 1:
        raise Wordless("it keeps other dimensions than the first")
    value = call.value()
    return viewed(call, value, [prod(size_of(dimension) for dimension in value.layout)])


@translates("Reshape")
def _reshape(call: Call) -> Value:
    value, known = call.value(), call.array(1)
    sizes = [] if known is None else [int(each) for each in known]
    if not sizes or sizes[0] not in (-1, 0, 1) or sizes[1:].count(-1) > 1:
        raise Wordless(f"it makes {sizes} of a {value.form.name.lower()}")
    return viewed(call, value, _resolved(sizes[1:], value))


def _resolved(sizes: list[int], value: Value) -> list[int]:
    """Return sizes with those that are copied, 0, and the one that is left over, -1, as numbers."""
    old = [size_of(dimension) for dimension in value.layout]
    known = [size or old[at] for at, size in enumerate(sizes)]
    left = prod(old) // max(1, prod(size for size in known if size > 0))
    return [left if size < 0 else size for size in known]


@writes_out(("Gather", ("Reshape", "x", -1), "places"))
def _strided(call: Call) -> Value:
    """Read all numbers in their order, as PyTorch's exporter writes a view with other strides."""
    value, places = call.named("x"), call.weight("places")
    size = prod(size_of(dimension) for dimension in value.layout)
    if len(places) != 1 or [*places.flat] != [*range(size)]:
        raise Wordless("it takes numbers in another order")
    return viewed(call, value, places.shape[1:])


@translates("Squeeze")
def _squeeze(call: Call) -> Value:
    value = call.value()
    ones = (at for at, each in enumerate(value.layout, 1) if not each)
    axes = call.told_numbers("axes") or tuple(ones)
    dropped = {axis % value.rank for axis in axes}
    left = (each for at, each in enumerate(value.layout, 1) if at not in dropped)
    return viewed(call, value, [size_of(dimension) for dimension in left])


@translates("Transpose")
def _transpose(call: Call) -> Value:
    return permuted(call, call.value(), call.numbers("perm", ()))


@translates("Unsqueeze")
def _unsqueeze(call: Call) -> Value:
    value, axes = call.value(), call.told_numbers("axes")
    sizes = [size_of(dimension) for dimension in value.layout]
    for axis in sorted(axis % (value.rank + len(axes)) for axis in axes):
        sizes.insert(axis - 1, 1)
    return viewed(call, value, sizes)


@translates("Shape")
def _shape(call: Call) -> Any:
    """Return the sizes of a tensor of one example, from which exporters compute others."""
    import numpy as np

    sizes = (1, *map(size_of, call.value().layout))
    part = slice(call.attributes.get("start", 0), call.attributes.get("end"))
    return np.asarray(sizes[part], "int64")


@translates("Expand")
def _expand(call: Call) -> Value:
    """Keep what is spread over a map as it is: a product spreads it."""
    value, sizes = call.each(), call.array(1)
    wanted = () if sizes is None else tuple(map(int, sizes))
    missing = value.rank - len(wanted)
    pairs = [*zip((1, *value.sizes), (1,) * missing + wanted, strict=False)]
    if missing < 0 or any(1 not in each and each[0] != each[1] for each in pairs):
        raise Wordless("it adds a dimension")
    batch, *spread = map(max, pairs)
    if batch > 1:
        raise Wordless("it copies examples: copy them before the network")
    return value.read_as(tuple(spread))


@translates("DepthToSpace")
def _depth_to_space(call: Call) -> Value:
    value = call.value(0, Form.MAP)
    outer = "channels" if call.attributes.get("mode", "DCR") == "CRD" else "cells"
    op = DepthToSpace(block=call.attributes["blocksize"], outer=outer)
    return value.over(call.add(op, value.wire))


@translates("SpaceToDepth")
def _space_to_depth(call: Call) -> Value:
    value = call.value(0, Form.MAP)
    op = SpaceToDepth(block=call.attributes["blocksize"], outer="cells")
    return value.over(call.add(op, value.wire))


@translates("Identity")
def _same(call: Call) -> Value:
    return call.each()


@translates("Cast")
def _cast(call: Call) -> Value:
    from onnx import TensorProto

    kind = call.attributes["to"]
    if kind not in (TensorProto.FLOAT, TensorProto.DOUBLE):
        name = TensorProto.DataType.Name(kind)
        raise Wordless(f"it rounds numbers to {name}: leave them in single precision")
    return call.each()


@translates("Split")
def _split(call: Call) -> tuple[Value, ...]:
    value = call.value(0, Form.MAP, Form.VECTOR, Form.COLUMN)
    if call.attributes.get("axis", 0) % value.rank != value.channel_axis:
        raise Wordless("it is not along the channels")
    known = call.array(1) if len(call.given) > 1 else call.attributes.get("split")
    parts = call.attributes.get("num_outputs", 2)
    channels = value.wire.type.channels
    sizes = [-(-channels // parts)] * parts if known is None else [int(each) for each in known]
    stops = [min(each, channels) for each in accumulate(sizes)]
    starts = [0, *stops]
    return tuple(sliced(call, value, a, b) for a, b in zip(starts, stops, strict=False))


@translates("Slice")
def _slice(call: Call) -> Value:
    """Keep parts of dimensions, one after another."""
    value = call.value()
    starts, ends, axes, steps = (call.array(place) for place in range(1, 5))
    for at, (start, end) in enumerate(zip(starts, ends, strict=True)):
        axis = (at if axes is None else int(axes[at])) % value.rank
        part = slice(int(start), int(end), 1 if steps is None else int(steps[at]))
        value = kept(call, value, axis, _bounded(part))
    return value


def _bounded(part: slice) -> slice:
    """Return a part whose end is left out where it is before the first, as ONNX writes it."""
    return slice(part.start, None, part.step) if part.step < 0 and part.stop < -FAR else part


@translates("Gather")
def _gather(call: Call) -> Value:
    """Read channels in another order, or a single one, whose dimension is left out."""
    value, places = call.value(), call.array(1)
    axis = call.attributes.get("axis", 0) % value.rank
    if places is None or places.ndim > 1 or not axis or axis != value.channel_axis:
        raise Wordless("it arranges other dimensions than the channels")
    channels = range(value.wire.type.channels)
    found = picked(call, value, [channels[int(at)] for at in places.reshape(-1)])
    sizes = [size_of(dimension) for dimension in found.layout]
    return found if places.ndim else viewed(call, found, [*sizes[: axis - 1], *sizes[axis:]])
