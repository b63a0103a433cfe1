"""What exporters write out as several nodes, and is one word."""

from __future__ import annotations

from collections.abc import Iterator
from math import pi, prod, sqrt
from typing import Any

from archspec.importing.combining import attended
from archspec.importing.imported import Wordless
from archspec.importing.matching import Pattern, half_products
from archspec.importing.onnx.call import Call, unrounded
from archspec.importing.onnx.rules.norms import epsilon_of
from archspec.importing.onnx.rules.table import writes_out
from archspec.importing.values import Form, Value
from archspec.operator import Operator
from archspec.operators.activation import Gelu, Mish, Softplus, Softsign
from archspec.operators.norm import GroupNorm, L2Normalize, LayerNorm, RmsNorm
from archspec.operators.response import GlobalResponseNorm, LocalResponseNorm


def _function(op: Operator) -> Any:
    """Make the rule of what is a function of ``x`` alone."""

    def rule(call: Call) -> Value:
        value = call.named("x")
        return value.over(call.add(op, value.wire))

    return rule


_SOFTPLUS = ("Where", ("Greater", "x", 20), "x", ("Softplus", "x"))

writes_out(("Div", "x", ("Add", ("Abs", "x"), 1)))(_function(Softsign()))
writes_out(_SOFTPLUS)(_function(Softplus()))
writes_out(
    ("Mul", "x", ("Tanh", ("Softplus", "x"))),
    ("Mul", "x", ("Tanh", _SOFTPLUS)),
)(_function(Mish()))


_BELOW = ("Add", ("Erf", ("Div", "x", "root")), 1)
_BELOW_TIMES = ("Add", ("Erf", ("Mul", "x", "share")), 1)


@writes_out(*half_products("Mul", _BELOW), *half_products("Mul", _BELOW_TIMES))
def _gelu(call: Call) -> Value:
    """Read ``0.5 * x * (1 + erf(x / sqrt(2)))``; not all authors write all digits of the root."""
    value = call.named("x")
    name, expected = ("root", sqrt(2)) if "root" in call.told else ("share", sqrt(0.5))
    if abs(_single(call.weight(name)) - expected) > _ROUNDED:
        raise Wordless("it is no normal distribution")
    return value.over(call.add(Gelu(), value.wire))


_CUBES = (("Pow", "x", 3), ("Mul", "x", ("Mul", "x", "x")))
_ABOUT_BELOW = tuple(
    ("Add", ("Tanh", ("Mul", ("Add", "x", ("Mul", cube, "cubic")), "factor")), 1) for cube in _CUBES
)


@writes_out(*(each for below in _ABOUT_BELOW for each in half_products("Mul", below)))
def _gelu_by_tanh(call: Call) -> Value:
    value = call.named("x")
    found = (_single(call.weight("cubic")), _single(call.weight("factor")))
    if max(abs(a - b) for a, b in zip(found, _BY_TANH, strict=True)) > _ROUNDED:
        raise Wordless("it is no normal distribution")
    return value.over(call.add(Gelu(approximate=True), value.wire))


_BY_TANH = (0.044715, sqrt(2 / pi))
_ROUNDED = 1e-5

_CENTRED = ("Sub", "x", ("ReduceMean", "x", "channels"))
_STANDARD = (
    "Div",
    _CENTRED,
    ("Sqrt", ("Add", ("ReduceMean", ("Pow", _CENTRED, 2), "channels"), "epsilon")),
)


@writes_out(("Add", ("Mul", _STANDARD, "weight"), "bias"))
def _layer_norm(call: Call) -> Value:
    value = call.named("x", Form.MAP, Form.LAST, Form.VECTOR)
    _require_channels(call, value)
    tensors = _weight_and_bias(call)
    op = LayerNorm(epsilon=_single(call.weight("epsilon")))
    return value.over(call.add(op, value.wire, tensors=tensors))


def _weight_and_bias(call: Call) -> dict[str, Any]:
    return {name: call.weight(name).reshape(-1) for name in ("weight", "bias")}


def _require_channels(call: Call, value: Value) -> None:
    if [int(each) % value.rank for each in call.weight("channels")] != [value.channel_axis]:
        raise Wordless("it is not over the channels alone")


_NORMED = ("norm=InstanceNormalization", ("Reshape", "x", "parted"), "ones", "zeros")


@writes_out(("Add", ("Mul", ("Reshape", _NORMED), "weight"), "bias"))
def _group_norm(call: Call) -> Value:
    """Read groups that are the channels of what is normalised, and scaled by one."""
    value, ones = call.named("x", Form.MAP), call.weight("ones")
    tensors = _weight_and_bias(call)
    is_plain = (ones == 1).all() and not call.weight("zeros").any()
    if not is_plain or {each.size for each in tensors.values()} != {value.wire.type.channels}:
        raise Wordless("it scales groups, or not each channel by itself")
    op = GroupNorm(groups=ones.size, epsilon=epsilon_of(call.told["norm"]))
    return value.over(call.add(op, value.wire, tensors=tensors))


_SQUARES = ("Pad", ("Reshape", ("Mul", "x", "x"), "parted"), "pads")
_MEANS_AT_ONCE: Pattern = ("Squeeze", ("window=AveragePool", _SQUARES))
_MEANS = (("Reshape", _MEANS_AT_ONCE), _MEANS_AT_ONCE)


def _responses() -> Iterator[Pattern]:
    """List how responses are normalised: a factor and a power of one are left out."""
    for means in _MEANS:
        for scaled in (("Mul", means, "alpha"), means):
            total = ("Add", scaled, "k")
            yield ("Div", "x", ("Pow", total, "beta"))
            yield ("Div", "x", total)


@writes_out(*_responses())
def _local_response_norm(call: Call) -> Value:
    """Read the window over channels, a dimension of its own behind a single one."""
    value, window = call.named("x", Form.MAP), list(call.told["window"]["kernel_shape"])
    size, pads = window[0], [int(each) for each in call.weight("pads")]
    around = [0] * (len(pads) // 2)
    around[-3] = size // 2
    behind = [*around[:-3], (size - 1) // 2, 0, 0]
    if window[1:] != [1, 1] or int(call.weight("parted")[1]) != 1 or pads != around + behind:
        raise Wordless("its window is not over the channels alone")
    told = {
        name: _single(call.weight(name)) for name in ("alpha", "beta", "k") if name in call.told
    }
    op = LocalResponseNorm(size=size, **{"alpha": 1.0, "beta": 1.0, **told})
    return value.over(call.add(op, value.wire))


_LENGTH = ("ReduceL2", "x", "grid")
_RESPONSE = ("Mul", "x", ("Div", _LENGTH, ("Add", ("ReduceMean", _LENGTH, "channels"), "epsilon")))


@writes_out(
    ("Add", "x", ("Add", "bias", ("Mul", "weight", _RESPONSE))),
    ("Add", ("Add", "x", ("Mul", "weight", _RESPONSE)), "bias"),
)
def _global_response_norm(call: Call) -> Value:
    value = call.named("x", Form.MAP, Form.LAST)
    axes = [sorted(int(each) % 4 for each in call.weight(name)) for name in ("grid", "channels")]
    grid = [1, 2] if value.form is Form.LAST else [2, 3]
    if axes != [grid, [value.channel_axis]]:
        raise Wordless("it measures other dimensions than height and width")
    op = GlobalResponseNorm(epsilon=_single(call.weight("epsilon")))
    tensors = _weight_and_bias(call)
    return value.over(call.add(op, value.wire, tensors=tensors))


_MEAN_SQUARE = ("ReduceMean", ("Pow", "x", 2), "channels")
_ROOT = ("Sqrt", ("Add", _MEAN_SQUARE, "epsilon"))


@writes_out(
    ("Mul", ("Mul", "x", ("Reciprocal", _ROOT)), "weight"),
    ("Mul", ("Div", "x", _ROOT), "weight"),
)
def _rms_norm(call: Call) -> Value:
    value = call.named("x", Form.MAP, Form.LAST, Form.VECTOR)
    _require_channels(call, value)
    weight = call.weight("weight").reshape(-1)
    if weight.size != value.wire.type.channels:
        raise Wordless(f"its weights are {weight.shape}, not one for each channel")
    op = RmsNorm(epsilon=_single(call.weight("epsilon")))
    return value.over(call.add(op, value.wire, tensors={"weight": weight}))


_MEASURED = ("ReduceL2", "x", "channels")


@writes_out(("Div", "x", _MEASURED))
def _direction(call: Call) -> Value:
    """Divide by the length, which authors hope is not zero."""
    value = call.named("x", Form.MAP, Form.LAST, Form.VECTOR)
    _require_channels(call, value)
    return value.over(call.add(L2Normalize(), value.wire))


@writes_out(
    ("Div", "x", ("Expand", ("Clip", _MEASURED, "epsilon"), "size")),
    ("Div", "x", ("Clip", _MEASURED, "epsilon")),
)
def _l2_normalize(call: Call) -> Value:
    value = call.named("x", Form.MAP, Form.LAST, Form.VECTOR, Form.COLUMN)
    _require_channels(call, value)
    op = L2Normalize(epsilon=_single(call.weight("epsilon")))
    return value.over(call.add(op, value.wire))


_WEIGHTS = ("softmax=Softmax", ("Reshape", "scores", "cells"))
_FLAT = ("Reshape", "x", "flat")
_PLACES = {"before": 1, "behind": 3, "axes": 2}


@writes_out(
    ("MatMul", ("Unsqueeze", _FLAT, "before"), ("Unsqueeze", _WEIGHTS, "behind")),
    ("ReduceSum", ("Mul", _FLAT, _WEIGHTS), "axes"),
)
def _global_attention_pool(call: Call) -> Value:
    """Read a softmax over all cells by which these are added up."""
    value, scores = call.named("x", Form.MAP), call.named("scores", Form.MAP)
    places = {name: at for name, at in _PLACES.items() if name in call.told}
    if any(call.weight(name).reshape(-1).tolist() != [at] for name, at in places.items()):
        raise Wordless("it adds up no cells")
    if call.told["softmax"].get("axis", -1) not in (-1, 2):
        raise Wordless("it is over no cells")
    cells, sizes = prod(value.wire.type.grid), [call.weight(each)[1:] for each in ("flat", "cells")]
    shapes = [cells if size == -1 else int(size) for each in sizes for size in each]
    found = attended(call, value, scores, shapes)
    return found.held(Form.VECTOR) if "axes" in places else found


def _single(array: Any) -> float:
    """Return a single number as it was before it was rounded to single precision."""
    if array.size != 1:
        raise Wordless("it adds or scales by several numbers")
    return unrounded(array.reshape(()))
