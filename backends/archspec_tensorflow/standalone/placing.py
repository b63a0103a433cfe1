"""Converting batches to tensors, and the precision of a model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import keras
import tensorflow
from tensorflow import Tensor

if TYPE_CHECKING:  # models are run where the libraries that read images are not installed
    from archspec.standalone.data.batches import Batch


def placed(batch: Batch) -> tuple[Tensor, Tensor]:
    """Convert a batch to N x H x W x C images and N labels."""
    return tensorflow.constant(batch.images), tensorflow.constant(batch.labels)


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
