"""What only arranges numbers anew: views, permutations, splits, shuffles."""

from __future__ import annotations

from itertools import accumulate

from archspec.importing.arranging import permuted, viewed
from archspec.importing.imported import Wordless
from archspec.importing.values import Form, Value
from archspec.operators.channels import ChannelShuffle, Slice
from archspec_torch.importing.call import Call
from archspec_torch.importing.rules.table import translates


@translates("flatten", "view", "reshape", "_unsafe_view", "squeeze", "unsqueeze", "unflatten")
def _reshape(call: Call) -> Value:
    value = call.value("self")
    if call.shape[0] != 1:
        raise Wordless("it mixes examples with other dimensions")
    return viewed(call, value, call.shape[1:])


@translates("permute")
def _permute(call: Call) -> Value:
    return permuted(call, call.value("self"), call.given["dims"])


@translates("transpose")
def _transpose(call: Call) -> Value:
    value = call.value("self")
    order = list(range(value.rank))
    one, other = call.given["dim0"] % value.rank, call.given["dim1"] % value.rank
    order[one], order[other] = other, one
    return permuted(call, value, order)


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
