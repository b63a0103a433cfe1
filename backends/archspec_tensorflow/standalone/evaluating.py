"""Evaluation on held-out examples."""

from __future__ import annotations

import keras
import tensorflow
from tensorflow import Tensor

from archspec_tensorflow.standalone.losses import cross_entropy, hits, logits_of


def sums_of(model: keras.Model, images: Tensor, labels: Tensor) -> Tensor:
    """Sum loss, top-1 hits, top-5 hits and examples of a batch."""
    logits = logits_of(model(images, training=False))[0]
    loss = tensorflow.reduce_sum(cross_entropy(logits, labels))
    found = (loss, hits(logits, labels), hits(logits, labels, 5), tensorflow.size(labels))
    return tensorflow.stack([tensorflow.cast(each, tensorflow.float64) for each in found])
