"""The precision that a model computes in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras


@contextmanager
def computing_in(model: keras.Model, precision: str) -> Iterator[None]:
    """Set the compute type of all layers; variables stay float32 (mixed precision)."""
    before = [layer.dtype_policy for layer in model.layers]
    for layer in model.layers:
        layer.dtype_policy = "float32" if precision == "float32" else f"mixed_{precision}"
    try:
        yield
    finally:
        for layer, policy in zip(model.layers, before, strict=True):
            layer.dtype_policy = policy
