"""Locating the first value of a model that is not finite."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from archspec_tensorflow.standalone.weights import variables


def first_not_finite(model: keras.Model, images: Any) -> str | None:
    """Name the first value that is not finite in a forward pass; None if all are.

    Weights come before the values that they give, values in the order in which they are computed.
    """
    for key, (_, variable) in variables(model).items():
        if variable.trainable and not np.isfinite(variable.numpy()).all():
            return f"the weight {key}"
    watched = keras.Model(model.input, [layer.output for layer in model.layers])
    for layer, value in zip(model.layers, watched(images, training=True), strict=True):
        if not np.isfinite(keras.ops.convert_to_numpy(value)).all():
            return f"the output of {layer.name}"
    return None
