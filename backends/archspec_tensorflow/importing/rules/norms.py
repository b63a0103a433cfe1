"""Norms over groups and channels, slopes, and factors that are learned."""

from __future__ import annotations

from archspec.importing.imported import Wordless
from archspec.importing.layout import CHANNELS, whole
from archspec.importing.values import Form, Value
from archspec.operator import Operator
from archspec.operators.norm import GroupNorm, InstanceNorm, L2Normalize, RmsNorm
from archspec.operators.prelu import Prelu
from archspec.operators.scale import Affine
from archspec_tensorflow.importing.call import Call
from archspec_tensorflow.importing.rules.layers import constant, require_last_axis
from archspec_tensorflow.importing.rules.table import translates

_LEAST_LENGTH = 1e-12
"""What ``UnitNormalization`` divides by at least."""


@translates("GroupNormalization")
def _group_norm(call: Call) -> Value:
    value = call.value(Form.LAST, Form.VECTOR)
    require_last_axis(call, value)
    scale, bias = (bool(call.config[each]) for each in ("scale", "center"))
    groups, epsilon = int(call.config["groups"]), float(call.config["epsilon"])
    is_each = groups in (-1, value.wire.type.channels) and value.form is Form.LAST
    if not scale and (bias or not is_each):
        raise Wordless("it has no weight")
    tensors = dict(zip(("weight", "bias"), call.variables, strict=False))
    groups = value.wire.type.channels if groups == -1 else groups
    op: Operator = GroupNorm(groups=groups, epsilon=epsilon, bias=bias)
    if is_each and scale == bias:
        op = InstanceNorm(epsilon=epsilon, affine=bool(tensors))
    return value.over(call.add(op, value.wire, tensors=tensors))


@translates("RMSNormalization")
def _rms_norm(call: Call) -> Value:
    value = call.value(Form.LAST, Form.VECTOR, Form.ROW)
    require_last_axis(call, value)
    (weight,) = call.variables
    op = RmsNorm(epsilon=float(call.config["epsilon"]))
    return value.over(call.add(op, value.wire, tensors={"weight": weight}))


@translates("UnitNormalization")
def _unit_norm(call: Call) -> Value:
    return _normalized(call, _LEAST_LENGTH)


@translates("ops.Normalize")
def _normalize(call: Call) -> Value:
    if call.config["order"] != 2:
        raise Wordless("its length is none of Euclid's")
    return _normalized(call, float(call.config["epsilon"]))


def _normalized(call: Call, epsilon: float) -> Value:
    value = call.value(Form.LAST, Form.VECTOR, Form.ROW)
    require_last_axis(call, value)
    return value.over(call.add(L2Normalize(epsilon=epsilon), value.wire))


@translates("PReLU")
def _prelu(call: Call) -> Value:
    value, (slopes,) = call.value(Form.LAST, Form.VECTOR, Form.ROW), call.variables
    channels = value.wire.type.channels
    if slopes.size not in (1, channels) or slopes.shape[-1] != slopes.size:
        raise Wordless(f"its slopes are {slopes.shape}, not one for each channel")
    shared = slopes.size == 1 < channels
    op = Prelu(initial=constant(call.config["alpha_initializer"], 0.0), shared=shared)
    return value.over(call.add(op, value.wire, tensors={"weight": slopes.reshape(-1)}))


@translates("EinsumDense")
def _einsum(call: Call) -> Value:
    """Multiply by a factor of each channel, or of all where those are no dimension of one."""
    value, axis = call.value(), call.config["equation"].partition("->")[2][-1:]
    given, _, after = call.config["equation"].partition(f",{axis}->")
    dimension, channels = value.layout[-1], whole(CHANNELS, value.wire.type.channels)
    is_last = given == after and after.isalpha() and len(after) == value.rank
    if (
        not is_last
        or dimension not in ((), channels)
        or call.config["bias_axes"] not in (None, axis)
    ):
        raise Wordless("it is no product with a factor of each channel")
    if call.config["activation"] != "linear":
        raise Wordless("it has an activation")
    start = constant(call.config["kernel_initializer"], 1.0)
    tensors = dict(zip(("weight", "bias"), call.variables, strict=False))
    op = Affine(initial=start, shared=dimension != channels, bias="bias" in tensors)
    return value.over(call.add(op, value.wire, tensors=tensors))
