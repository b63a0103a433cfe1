"""What PyTorch and its models write out as several operators, and is one word."""

from __future__ import annotations

from math import pi, prod, sqrt

from archspec.importing.combining import attended
from archspec.importing.imported import Wordless
from archspec.importing.matching import half_products
from archspec.importing.values import Form, Value
from archspec.operators.activation import Gelu, HardSigmoid, HardSwish, Mish, Softsign
from archspec.operators.norm import L2Normalize, LayerNorm, RmsNorm
from archspec.operators.response import GlobalResponseNorm, LocalResponseNorm
from archspec_torch.importing.call import Call
from archspec_torch.importing.rules.table import writes_out

_LENGTH = ("linalg_vector_norm", "x", 2, "grid", "kept")
_RESPONSE = ("mul", "x", ("div", _LENGTH, ("add", ("mean", _LENGTH, "channels"), "epsilon")))


_RAISED = ("add", "x", 3)
_CLIPPED = (("relu6", _RAISED), ("hardtanh", _RAISED, 0, 6), ("clamp", _RAISED, 0, 6))


@writes_out(*(("div", each, 6) for each in _CLIPPED), *(("mul", each, 1 / 6) for each in _CLIPPED))
def _hard_sigmoid(call: Call) -> Value:
    value = call.value("x")
    return value.over(call.add(HardSigmoid(), value.wire))


@writes_out(
    *(("div", ("mul", "x", each), 6) for each in _CLIPPED),
    *(("mul", ("mul", "x", each), 1 / 6) for each in _CLIPPED),
)
def _hard_swish(call: Call) -> Value:
    value = call.value("x")
    return value.over(call.add(HardSwish(), value.wire))


_BELOW = ("add", ("erf", ("div", "x", "root")), 1)


@writes_out(*half_products("mul", _BELOW))
def _gelu(call: Call) -> Value:
    """Read ``0.5 * x * (1 + erf(x / sqrt(2)))``; not all authors write all digits of the root."""
    value = call.value("x")
    if abs(call.number("root") - sqrt(2)) > _ROUNDED:
        raise Wordless("it is no normal distribution")
    return value.over(call.add(Gelu(), value.wire))


_ROUNDED = 1e-3

_CUBED = ("add", "x", ("mul", ("pow", "x", 3), 0.044715))
_ABOUT_BELOW = ("add", ("tanh", ("mul", _CUBED, "factor")), 1)


@writes_out(*half_products("mul", _ABOUT_BELOW))
def _gelu_by_tanh(call: Call) -> Value:
    value = call.value("x")
    if abs(call.number("factor") - sqrt(2 / pi)) > _ROUNDED:
        raise Wordless("it is no normal distribution")
    return value.over(call.add(Gelu(approximate=True), value.wire))


_CENTRED = ("sub", "x", ("mean", "x", "channels", "kept"))
_VARIANCE = ("mean", ("pow", _CENTRED, 2), "channels", "kept")
_STANDARD = ("div", _CENTRED, ("sqrt", ("add", _VARIANCE, "epsilon")))


@writes_out(("add", ("mul", _STANDARD, "weight"), "bias"))
def _layer_norm(call: Call) -> Value:
    value = call.value("x", Form.MAP, Form.LAST, Form.VECTOR, Form.COLUMN)
    _require_channels(call, value)
    told = call.weights(weight="weight", bias="bias")
    tensors = {name: each.reshape(-1) for name, each in told.items()}
    op = LayerNorm(epsilon=float(call.number("epsilon")))
    return value.over(call.add(op, value.wire, tensors=tensors))


def _require_channels(call: Call, value: Value) -> None:
    if [each % value.rank for each in call.given["channels"]] != [value.channel_axis]:
        raise Wordless("it is not over the channels alone")


_MEASURED = ("linalg_vector_norm", "x", 2, "channels", "kept")


@writes_out(("div", "x", _MEASURED))
def _direction(call: Call) -> Value:
    """Divide by the length, which authors hope is not zero."""
    value = call.value("x", Form.MAP, Form.LAST, Form.VECTOR)
    _require_channels(call, value)
    return value.over(call.add(L2Normalize(), value.wire))


@writes_out(("div", "x", ("expand_as", ("clamp_min", _MEASURED, "epsilon"), "x")))
def _l2_normalize(call: Call) -> Value:
    value = call.value("x", Form.MAP, Form.LAST, Form.VECTOR, Form.COLUMN)
    _require_channels(call, value)
    return value.over(call.add(L2Normalize(epsilon=float(call.number("epsilon"))), value.wire))


@writes_out(("div", "x", ("add", ("abs", "x"), 1)))
def _softsign(call: Call) -> Value:
    value = call.value("x")
    return value.over(call.add(Softsign(), value.wire))


@writes_out(("mul", "x", ("tanh", ("softplus", "x", 1, 20))))
def _mish(call: Call) -> Value:
    value = call.value("x")
    return value.over(call.add(Mish(), value.wire))


_SQUARES = ("view", ("mul", "x", "x"), "parted")
_MEANS = ("view", ("squeeze", ("avg_pool3d", ("pad", _SQUARES, "pads"), "window")))


@writes_out(("div", "x", ("pow", ("add", ("mul", _MEANS, "alpha"), "k"), "beta")))
def _local_response_norm(call: Call) -> Value:
    """Read the window over channels, a dimension of its own; the pads begin with the last."""
    value, (size, *cells) = call.value("x", Form.MAP), call.given["window"]
    channels, pads = value.wire.type.channels, [0, 0, 0, 0, size // 2, (size - 1) // 2]
    is_over_channels = list(call.given["parted"][1:3]) == [1, channels] and cells == [1, 1]
    if not is_over_channels or list(call.given["pads"]) != pads:
        raise Wordless("its window is not over the channels alone")
    told = {name: float(call.number(name)) for name in ("alpha", "beta", "k")}
    return value.over(call.add(LocalResponseNorm(size=size, **told), value.wire))


@writes_out(
    ("add", "x", ("addcmul", "bias", "weight", _RESPONSE, 1)),
    ("add", "x", ("add", "bias", ("mul", "weight", _RESPONSE))),
    ("add", ("add", "x", ("mul", "weight", _RESPONSE)), "bias"),
)
def _global_response_norm(call: Call) -> Value:
    value = call.value("x", Form.MAP, Form.LAST)
    axes = [sorted(each % 4 for each in call.given[name]) for name in ("grid", "channels")]
    grid = [1, 2] if value.form is Form.LAST else [2, 3]
    if axes != [grid, [value.channel_axis]]:
        raise Wordless("it measures other dimensions than height and width")
    op = GlobalResponseNorm(epsilon=float(call.number("epsilon")))
    told = call.weights(weight="weight", bias="bias")
    tensors = {name: each.reshape(-1) for name, each in told.items()}
    return value.over(call.add(op, value.wire, tensors=tensors))


_MEAN_SQUARE = ("mean", ("pow", "x", 2), "channels", "kept")


@writes_out(("mul", ("mul", "x", ("rsqrt", ("add", _MEAN_SQUARE, "epsilon"))), "weight"))
def _rms_norm(call: Call) -> Value:
    value = call.value("x", Form.MAP, Form.LAST, Form.VECTOR, Form.COLUMN)
    axes = [each % value.rank for each in call.given["channels"]]
    weight = call.weights(weight="weight")["weight"].reshape(-1)
    if axes != [value.channel_axis] or weight.size != value.wire.type.channels:
        raise Wordless("it is not over the channels alone")
    op = RmsNorm(epsilon=float(call.number("epsilon")))
    return value.over(call.add(op, value.wire, tensors={"weight": weight}))


_WEIGHTS = ("softmax", ("view", "scores", "cells"), "axis")


@writes_out(("matmul", ("unsqueeze", ("view", "x", "flat"), 1), ("unsqueeze", _WEIGHTS, 3)))
def _global_attention_pool(call: Call) -> Value:
    """Read a product of each channel with one softmax over all cells, as GCNet has it."""
    value, scores = call.value("x", Form.MAP), call.value("scores", Form.MAP)
    if call.number("axis") not in (-1, 2):
        raise Wordless("it is over no cells")
    return attended(call, value, scores, (*call.given["flat"][1:], *call.given["cells"][1:]))


_SHARES = ("softmax", ("flatten", "scores", 2), 2)


@writes_out(("sum", ("mul", ("flatten", "x", 2), _SHARES), "axes"))
def _attended(call: Call) -> Value:
    value, scores = call.value("x", Form.MAP), call.value("scores", Form.MAP)
    if call.given["axes"] not in ([2], [-1]):
        raise Wordless("it adds up no cells")
    cells = prod(value.wire.type.grid)
    found = attended(call, value, scores, (value.wire.type.channels, cells, 1, cells))
    return found.held(Form.VECTOR)
