"""The loss of training, and its accuracy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow
from tensorflow import Tensor

from archspec.standalone.recipe import Recipe


def logits_of(output: Any) -> list[Tensor]:
    """List the logits that a model returns: its own, then those of auxiliary heads."""
    found = output.values() if isinstance(output, Mapping) else [output]
    return [tensorflow.cast(each, tensorflow.float32) for each in found]


def loss_of(logits: Sequence[Tensor], labels: Tensor, recipe: Recipe) -> Tensor:
    """Compute the mean cross-entropy of a batch, plus the weighted losses of auxiliary heads."""
    own, *heads = (
        tensorflow.reduce_mean(cross_entropy(each, labels, recipe.smoothing)) for each in logits
    )
    return own + recipe.auxiliary * sum(heads) if heads else own


def cross_entropy(logits: Tensor, labels: Tensor, smoothing: float = 0.0) -> Tensor:
    """Compute the cross-entropy of each example, N, with label smoothing."""
    classes = logits.shape[1]
    spread = smoothing / classes
    targets = tensorflow.one_hot(labels, classes, 1.0 - smoothing + spread, spread)
    return tensorflow.nn.softmax_cross_entropy_with_logits(targets, logits)


def hits(logits: Tensor, labels: Tensor, count: int = 1) -> Tensor:
    """Count the examples whose label is among the ``count`` largest logits (top-k)."""
    found = tensorflow.math.top_k(logits, min(count, logits.shape[1])).indices
    is_hit = tensorflow.cast(found, labels.dtype) == labels[:, None]
    return tensorflow.math.count_nonzero(is_hit)
