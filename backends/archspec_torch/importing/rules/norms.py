"""Norms over groups, the grid and channels, and slopes that are learned."""

from __future__ import annotations

from archspec.importing.imported import Wordless
from archspec.importing.values import Form, Value
from archspec.operators.norm import GroupNorm, InstanceNorm, RmsNorm
from archspec.operators.prelu import Prelu
from archspec_torch.importing.call import Call
from archspec_torch.importing.rules.layers import initial
from archspec_torch.importing.rules.table import translates

_SINGLE_PRECISION = 2.0**-23
"""The epsilon of an RMS norm that says none."""


@translates("group_norm")
def _group_norm(call: Call) -> Value:
    value = call.value("input", Form.MAP, Form.VECTOR)
    tensors = call.weights(weight="weight", bias="bias")
    if "weight" not in tensors:
        raise Wordless("it has no weight")
    groups, bias = call.given["num_groups"], "bias" in tensors
    op = GroupNorm(groups=groups, epsilon=call.number("eps"), bias=bias)
    return value.over(call.add(op, value.wire, tensors=tensors))


@translates("instance_norm")
def _instance_norm(call: Call) -> Value:
    value = call.value("input", Form.MAP)
    tensors = call.weights(weight="weight", bias="bias")
    if not call.given["use_input_stats"]:
        raise Wordless("it normalises by running statistics")
    if len(tensors) == 1:
        raise Wordless("it has no weight or no bias")
    op = InstanceNorm(epsilon=call.number("eps"), affine=bool(tensors))
    return value.over(call.add(op, value.wire, tensors=tensors))


@translates("rms_norm")
def _rms_norm(call: Call) -> Value:
    value = call.value("input", Form.LAST, Form.ROW, Form.VECTOR)
    tensors = call.weights(weight="weight")
    if len(call.given["normalized_shape"]) != 1 or not tensors:
        raise Wordless("it normalises over height and width, too, or has no weight")
    told = call.given["eps"]
    op = RmsNorm(epsilon=_SINGLE_PRECISION if told is None else told)
    return value.over(call.add(op, value.wire, tensors=tensors))


@translates("prelu", "_prelu_kernel")
def _prelu(call: Call) -> Value:
    value = call.value("self", Form.MAP, Form.VECTOR, Form.COLUMN)
    slopes = call.weights(weight="weight")["weight"].reshape(-1)
    shared = slopes.size == 1 < value.wire.type.channels
    op = Prelu(initial=initial(slopes, usual=0.25), shared=shared)
    return value.over(call.add(op, value.wire, tensors={"weight": slopes}))
