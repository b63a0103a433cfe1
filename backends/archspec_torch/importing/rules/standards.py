"""Numbers that are added, subtracted and divided by, and that nobody learns."""

from __future__ import annotations

from typing import Any

import torch

from archspec.importing.combining import opposite
from archspec.importing.imported import Wordless
from archspec.importing.values import Value
from archspec.operators.standardize import Standardize
from archspec_torch.importing.call import Call, array
from archspec_torch.importing.rules.composed import in_a_row
from archspec_torch.importing.rules.table import translates


def shifted(call: Call, value: Value, added: Any) -> Value:
    """Add one number, or one for each channel."""
    return in_a_row(call, value, Standardize(mean=_numbers(value, -1 * added)))


def divided(call: Call, value: Value, by: Any) -> Value:
    """Divide by one number above zero, or by one for each channel."""
    deviation = _numbers(value, by)
    if min(deviation if isinstance(deviation, tuple) else (deviation,)) <= 0:
        raise Wordless("it divides by a number that is not above zero")
    op, (source, *_) = call.builder.producer(value.wire)
    if source is not None and isinstance(op, Standardize) and op.deviation == 1:
        return value.over(call.add(op.replace(deviation=deviation), source))
    return in_a_row(call, value, Standardize(deviation=deviation))


@translates("rsub")
def _rsub(call: Call) -> Value:
    value, other = call.value("self"), call.given["other"]
    if call.given.get("alpha", 1) != 1 or isinstance(other, Value):
        raise Wordless("it subtracts what is scaled, or from what is computed")
    return shifted(call, opposite(call, value), other)


def _numbers(value: Value, said: Any) -> float | tuple[float, ...]:
    """Return numbers with as many digits as tell them from others of their precision."""
    if not isinstance(said, torch.Tensor):
        return float(said)
    last = (1,) * (value.rank - 1 - value.channel_axis)
    is_per_channel = tuple(said.shape)[-len(last) - 1 :] == (value.wire.type.channels, *last)
    fits = said.numel() == 1 or (is_per_channel and said.numel() == value.wire.type.channels)
    fits = fits and said.ndim <= value.rank
    if said.requires_grad or not fits or not value.channel_axis:
        raise Wordless("its numbers are learned, or neither one nor one for each channel")
    found = tuple(float(str(each)) for each in array(said.flatten()))
    return found if len(found) > 1 else found[0]
