"""What only arranges numbers anew: views, permutations, splits, shuffles."""

from __future__ import annotations

from itertools import accumulate

from archspec.importing.imported import Wordless
from archspec.importing.values import Form, Value
from archspec.operators.channels import ChannelShuffle, Slice
from archspec.operators.grid import Flatten
from archspec_torch.importing.call import Call
from archspec_torch.importing.rules.table import translates


@translates("flatten", "view", "reshape", "_unsafe_view", "squeeze", "unsqueeze")
def _reshape(call: Call) -> Value:
    value = call.value("self")
    if len(call.shape) == 4 and value.form is Form.VECTOR and call.shape[2:] == (1, 1):
        return value.held(Form.COLUMN)
    if value.form in (Form.MAP, Form.COLUMN, Form.ROW) and len(call.shape) == 2:
        wire = value.wire if value.form is not Form.MAP else call.add(Flatten(), value.wire)
        return Value(wire, Form.VECTOR)
    if value.form is Form.MAP and len(call.shape) == 5:
        return value.held(Form.GROUPED, groups=call.shape[1])
    if value.form is Form.SHUFFLED and len(call.shape) == 4:
        return Value(call.add(ChannelShuffle(groups=value.groups), value.wire), Form.MAP)
    if len(call.shape) == _RANKS[value.form]:
        return value
    raise Wordless(f"it makes {call.shape[1:]} of a {value.form.name.lower()}")


_RANKS = {
    Form.MAP: 4,
    Form.COLUMN: 4,
    Form.VECTOR: 2,
    Form.LAST: 4,
    Form.ROW: 4,
    Form.GROUPED: 5,
    Form.SHUFFLED: 5,
}


@translates("permute")
def _permute(call: Call) -> Value:
    return call.value().permuted(tuple(axis % len(call.shape) for axis in call.given["dims"]))


@translates("transpose")
def _transpose(call: Call) -> Value:
    value = call.value("self")
    axes = {call.given["dim0"] % len(call.shape), call.given["dim1"] % len(call.shape)}
    if value.form is not Form.GROUPED or axes != {1, 2}:
        raise Wordless(f"it swaps two dimensions of a {value.form.name.lower()}")
    return value.held(Form.SHUFFLED, groups=value.groups)


@translates("channel_shuffle", "native_channel_shuffle")
def _channel_shuffle(call: Call) -> Value:
    value = call.value("self", Form.MAP)
    return value.over(call.add(ChannelShuffle(groups=call.given["groups"]), value.wire))


@translates("alias", "clone", "contiguous", "detach", "_to_copy", "to", "lift_fresh_copy")
def _same(call: Call) -> Value:
    return call.value("self")


@translates("split", "split_with_sizes", "chunk")
def _split(call: Call) -> tuple[Value, ...]:
    value = call.value("self", Form.MAP, Form.VECTOR, Form.COLUMN)
    if call.given["dim"] % 4 != 1:
        raise Wordless("it is not along the channels")
    total = value.wire.type.channels
    said = call.given.get("split_size", call.given.get("split_sizes", call.given.get("chunks")))
    if "chunks" in call.given:
        said = -(-total // said)
    sizes = [said] * -(-total // said) if isinstance(said, int) else list(said)
    stops = list(accumulate(sizes))
    return tuple(
        _slice(call, value, stop - size, stop) for stop, size in zip(stops, sizes, strict=True)
    )


@translates("slice")
def _slice_of(call: Call) -> Value:
    value = call.value("self")
    axis, start, stop = call.given["dim"], call.given["start"] or 0, call.given["end"]
    if start == 0 and (stop is None or stop >= _WHOLE):
        return value
    if axis != 1 or call.given["step"] != 1 or value.form not in (Form.MAP, Form.VECTOR):
        raise Wordless("it keeps a part of other dimensions than the channels")
    kept = range(value.wire.type.channels)[start:stop]
    return _slice(call, value, kept.start, kept.stop)


_WHOLE = 2**31
"""An end beyond any channel, as ``x[:, :]`` has."""


def _slice(call: Call, value: Value, start: int, stop: int) -> Value:
    stop = min(stop, value.wire.type.channels)
    return value.over(call.add(Slice(start=start, stop=stop), value.wire))
