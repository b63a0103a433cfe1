"""Layers without a window: linear ones, norms, dropout, factors for each channel."""

from __future__ import annotations

from math import sqrt
from typing import Any

from archspec.importing.arranging import as_vector
from archspec.importing.imported import Wordless
from archspec.importing.values import Form, Value
from archspec.operator import Operator
from archspec.operators.conv2d import Conv2d
from archspec.operators.dropout import Dropout, DropPath
from archspec.operators.fully_connected import FullyConnected
from archspec.operators.norm import BatchNorm, LayerNorm
from archspec.operators.scale import LayerScale, Scale
from archspec_tensorflow.importing.call import Call
from archspec_tensorflow.importing.rules.functions import activated
from archspec_tensorflow.importing.rules.standards import numbers, spread, standardized
from archspec_tensorflow.importing.rules.table import translates


@translates("Dense")
def _dense(call: Call) -> Value:
    """Multiply the channels of a map or a vector, or a map that is flattened in Keras's order."""
    value = call.value()
    kernel, *biases = call.variables
    tensors = {"bias": biases[0]} if biases else {}
    units, bias = int(call.config["units"]), bool(call.config["use_bias"])
    value, weight = as_vector(call, value, kernel.T)
    tensors["weight"] = weight
    op: Operator = FullyConnected(units=units, bias=bias)
    if value.form is Form.LAST:
        op = Conv2d(filters=units, kernel=(1, 1), bias=bias)
        tensors["weight"] = weight[:, :, None, None]
    elif value.form not in (Form.VECTOR, Form.ROW):
        raise Wordless("its input is neither a vector nor ends in channels")
    return activated(
        call, value.over(call.add(op, value.wire, tensors=tensors)), call.config["activation"]
    )


@translates("BatchNormalization")
def _batch_norm(call: Call) -> Value:
    value = call.value(Form.LAST, Form.VECTOR, Form.ROW)
    require_last_axis(call, value)
    names = [name for name, key in (("weight", "scale"), ("bias", "center")) if call.config[key]]
    names += ["running_mean", "running_var"]
    tensors = dict(zip(names, call.variables, strict=True))
    tensors.setdefault("bias", 0 * tensors["running_mean"])
    op = BatchNorm(
        epsilon=float(call.config["epsilon"]),
        momentum=float(call.config["momentum"]),
        gamma="weight" in tensors,
    )
    return value.over(call.add(op, value.wire, tensors=tensors))


@translates("LayerNormalization")
def _layer_norm(call: Call) -> Value:
    value = call.value(Form.LAST, Form.VECTOR, Form.ROW)
    require_last_axis(call, value)
    if not call.config["scale"] or call.config.get("rms_scaling"):
        raise Wordless("it has no weight, or no mean is subtracted")
    tensors = dict(zip(("weight", "bias"), call.variables, strict=False))
    op = LayerNorm(epsilon=float(call.config["epsilon"]), bias="bias" in tensors)
    return value.over(call.add(op, value.wire, tensors=tensors))


def constant(initializer: Any, usual: float) -> float:
    """Return the number that an initializer fills with; what is usual if it draws them."""
    is_one = isinstance(initializer, dict) and initializer.get("class_name") == "Constant"
    return float(initializer["config"]["value"]) if is_one else usual


def require_last_axis(call: Call, value: Value) -> None:
    """Raise ``Wordless`` for what is not along the channels, the last dimension."""
    said = call.config.get("axis", -1)
    axes = said if isinstance(said, list | tuple) else [said]
    if [axis % value.rank for axis in axes] != [value.rank - 1]:
        raise Wordless("it normalises along something else than the channels")


@translates("Dropout")
def _dropout(call: Call) -> Value:
    value, noise = call.value(), call.config.get("noise_shape")
    if noise is not None and tuple(noise[1:]) != (1,) * (value.rank - 1):
        raise Wordless("it drops some parts of a value at once")
    return _dropped(call, float(call.config["rate"]), Dropout if noise is None else DropPath)


@translates("SpatialDropout2D")
def _spatial_dropout(_call: Call) -> Value:
    raise Wordless("it drops whole channels: leave it out, for it does nothing in inference")


@translates("StochasticDepth")
def _stochastic_depth(call: Call) -> Value:
    return _dropped(call, float(call.config["drop_path_rate"]), DropPath)


def _dropped(call: Call, rate: float, kind: type[Dropout | DropPath]) -> Value:
    value = call.value()
    return value.over(call.add(kind(rate=rate), value.wire)) if rate > 0 else value


@translates("LayerScale")
def _layer_scale(call: Call) -> Value:
    value = call.value(Form.LAST, Form.VECTOR)
    (weight,) = call.variables
    op = LayerScale(initial=float(call.config["init_values"]))
    return value.over(call.add(op, value.wire, tensors={"weight": weight}))


@translates("Rescaling")
def _rescaling(call: Call) -> Value:
    """Multiply and add: subtract the data that comes to zero, and divide by what comes to one."""
    scale, offset = numbers(call.config["scale"]), numbers(call.config["offset"])
    if offset == [0] and len(scale) == 1:
        value = call.value()
        return value.over(call.add(Scale(factor=scale[0]), value.wire))
    deviation = [1 / each for each in scale]
    mean = [-each * by for each, by in spread(offset, deviation)]
    return standardized(call, mean, deviation)


@translates("Normalization")
def _normalization(call: Call) -> Value:
    require_last_axis(call, call.value(Form.LAST, Form.VECTOR))
    if call.config.get("invert"):
        raise Wordless("it is inverted")
    mean, variance = call.config.get("mean"), call.config.get("variance")
    if mean is None:
        mean, variance, _ = (each.tolist() for each in call.variables)
    deviation = [max(sqrt(each), _LEAST) for each in numbers(variance)]
    return standardized(call, numbers(mean), deviation)


_LEAST = 1e-7
"""What Keras divides by at least, ``keras.config.epsilon()``."""
