"""What only arranges numbers anew: views, permutations, splits, shuffles."""

from __future__ import annotations

from itertools import accumulate

from archspec.importing.arranging import parts, permuted, viewed
from archspec.importing.imported import Wordless
from archspec.importing.selecting import SLICED, kept, sliced
from archspec.importing.values import Form, Value
from archspec.operators.blocks import DepthToSpace, SpaceToDepth
from archspec.operators.channels import ChannelShuffle
from archspec_torch.importing.call import Call
from archspec_torch.importing.precision import is_whole
from archspec_torch.importing.rules.table import translates


@translates("flatten", "view", "reshape", "_unsafe_view", "squeeze", "unsqueeze", "unflatten")
def _reshape(call: Call) -> Value:
    value = call.value("self")
    if call.operator == "squeeze" and "dim" not in call.given:
        rest = call.shape if call.batch == 1 else call.shape[1:]
        return viewed(call, value, [size for size in rest if size > 1])
    if call.shape[0] != call.batch:
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


@translates("pixel_shuffle")
def _pixel_shuffle(call: Call) -> Value:
    value = call.value("self", Form.MAP)
    return value.over(call.add(DepthToSpace(block=call.given["upscale_factor"]), value.wire))


@translates("pixel_unshuffle")
def _pixel_unshuffle(call: Call) -> Value:
    value = call.value("self", Form.MAP)
    return value.over(call.add(SpaceToDepth(block=call.given["downscale_factor"]), value.wire))


@translates("alias", "clone", "contiguous", "detach", "_to_copy", "to", "lift_fresh_copy")
def _same(call: Call) -> Value:
    kind = call.given.get("dtype")
    if kind is not None and not is_whole(kind):
        name = str(kind).removeprefix("torch.")
        raise Wordless(f"it rounds numbers to {name}: leave them in single precision")
    return call.each()


@translates("select")
def _select(call: Call) -> Value:
    value, axis = call.value("self"), call.given["dim"]
    axis %= value.rank
    if axis and not value.layout[axis - 1]:
        return viewed(call, value, call.shape[1:])
    if axis and axis == value.channel_axis and value.form in SLICED:
        at = call.given["index"] % value.wire.type.channels
        return viewed(call, sliced(call, value, at, at + 1), call.shape[1:])
    found = parts(call, value, axis) if axis else None
    if not found:
        raise Wordless("it keeps a part of other dimensions than the channels")
    index: int = call.given["index"]
    return found[index]


@translates("unbind")
def _unbind(call: Call) -> list[Value]:
    value, axis = call.value("self"), call.given["dim"]
    found = parts(call, value, axis % value.rank) if axis % value.rank else None
    if not found:
        raise Wordless("it parts other dimensions than the channels")
    return found


@translates("split", "split_with_sizes", "chunk")
def _split(call: Call) -> tuple[Value, ...]:
    value = call.value("self", Form.MAP, Form.VECTOR, Form.COLUMN, Form.LAST)
    if call.given["dim"] % value.rank != value.channel_axis:
        raise Wordless("it is not along the channels")
    total = value.wire.type.channels
    said = call.given.get("split_size", call.given.get("split_sizes", call.given.get("chunks")))
    if "chunks" in call.given:
        said = -(-total // said)
    sizes = [said] * -(-total // said) if isinstance(said, int) else list(said)
    stops = list(accumulate(sizes))
    return tuple(
        sliced(call, value, stop - size, stop) for stop, size in zip(stops, sizes, strict=True)
    )


@translates("slice")
def _slice_of(call: Call) -> Value:
    value, axis = call.value("self"), call.given["dim"] % len(call.shape)
    part = slice(call.given["start"], call.given["end"], call.given["step"])
    return kept(call, value, axis, part)
