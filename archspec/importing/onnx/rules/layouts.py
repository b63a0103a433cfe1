"""What only arranges numbers anew: reshapes, transposes, splits, slices."""

from __future__ import annotations

from itertools import accumulate

from archspec.importing.imported import Wordless
from archspec.importing.onnx.call import Call
from archspec.importing.onnx.rules.table import translates
from archspec.importing.values import Form, Value
from archspec.operators.channels import ChannelShuffle, Slice
from archspec.operators.grid import Flatten


@translates("Flatten")
def _flatten(call: Call) -> Value:
    if call.attributes.get("axis", 1) != 1:
        raise Wordless("it keeps other dimensions than the first")
    return _flat(call, call.value())


def _flat(call: Call, value: Value) -> Value:
    if value.form is Form.MAP:
        return Value(call.add(Flatten(), value.wire), Form.VECTOR)
    if value.form in (Form.COLUMN, Form.ROW, Form.VECTOR):
        return value.held(Form.VECTOR)
    raise Wordless(f"it flattens a {value.form.name.lower()}")


@translates("Reshape")
def _reshape(call: Call) -> Value:
    value, known = call.value(), call.array(1)
    sizes = [] if known is None else [int(each) for each in known]
    if len(sizes) == 2:
        return _flat(call, value)
    if len(sizes) == 5 and value.form is Form.MAP:
        return value.held(Form.GROUPED, groups=sizes[1])
    if len(sizes) == 4 and value.form is Form.SHUFFLED:
        return Value(call.add(ChannelShuffle(groups=value.groups), value.wire), Form.MAP)
    if len(sizes) == 4 and value.form is Form.VECTOR and sizes[2:] == [1, 1]:
        return value.held(Form.COLUMN)
    raise Wordless(f"it makes {sizes} of a {value.form.name.lower()}")


@translates("Squeeze")
def _squeeze(call: Call) -> Value:
    value = call.value(0, Form.COLUMN)
    known = call.array(1) if len(call.given) > 1 else None
    axes = call.numbers("axes", ()) if known is None else tuple(map(int, known))
    if sorted(axis % 4 for axis in axes) != [2, 3]:
        raise Wordless("it keeps a map of one cell")
    return value.held(Form.VECTOR)


@translates("Transpose")
def _transpose(call: Call) -> Value:
    return call.value().permuted(call.numbers("perm", ()))


@translates("Identity", "Cast")
def _same(call: Call) -> Value:
    return call.value()


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
    return tuple(_part(call, value, a, b) for a, b in zip(starts, stops, strict=False))


@translates("Slice")
def _slice(call: Call) -> Value:
    value = call.value(0, Form.MAP, Form.VECTOR)
    starts, ends, axes, steps = (call.array(place) for place in range(1, 5))
    if axes is None or list(map(int, axes)) != [1] or (steps is not None and int(steps[0]) != 1):
        raise Wordless("it keeps a part of other dimensions than the channels")
    kept = range(value.wire.type.channels)[int(starts[0]) : int(ends[0])]
    return _part(call, value, kept.start, kept.stop)


def _part(call: Call, value: Value, start: int, stop: int) -> Value:
    return value.over(call.add(Slice(start=start, stop=stop), value.wire))
