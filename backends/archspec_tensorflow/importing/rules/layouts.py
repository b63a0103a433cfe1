"""What only arranges numbers anew."""

from __future__ import annotations

from archspec.importing.imported import Wordless
from archspec_tensorflow.importing.call import Call
from archspec_tensorflow.importing.rules.table import translates
from archspec_tensorflow.importing.values import Form, Value

_VECTORS = (Form.VECTOR, Form.CELL)


@translates("Flatten")
def _flatten(call: Call) -> Value:
    value = call.value(Form.MAP, Form.CELL, Form.VECTOR, Form.FLAT)
    if call.config.get("data_format", "channels_last") != "channels_last":
        raise Wordless("its channels come first: build the model with channels_last")
    return value if value.form in (Form.VECTOR, Form.FLAT) else _flat(value)


def _flat(value: Value) -> Value:
    """Return a map as a vector in the order of Keras, which no operator has; a layer mends it."""
    is_one_cell = value.form is Form.CELL or value.wire.type.grid == (1, 1)
    return value.held(Form.VECTOR if is_one_cell and value.form is Form.CELL else Form.FLAT)


@translates("Reshape")
def _reshape(call: Call) -> Value:
    value = call.value(Form.MAP, Form.CELL, Form.VECTOR, Form.FLAT)
    target, channels = tuple(call.config["target_shape"]), value.wire.type.channels
    if value.form in _VECTORS and target in ((1, 1, channels), (1, 1, -1)):
        return value.held(Form.CELL)
    if value.form in _VECTORS and target in ((channels,), (-1,)):
        return value.held(Form.VECTOR)
    if value.form not in _VECTORS and target == value.wire.type.shape:
        return value.held(Form.MAP)
    if value.form is Form.MAP and target == (-1,):
        return _flat(value)
    raise Wordless(f"it makes {target} of a {value.form.name.lower()}")
