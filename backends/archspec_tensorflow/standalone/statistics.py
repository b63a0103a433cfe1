"""Running statistics during training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod

import keras
from keras import layers

from archspec_tensorflow.standalone.processes import Processes


@contextmanager
def unbiased_variances(model: keras.Model, examples: int) -> Iterator[None]:
    """Update running variances with the unbiased variance of each batch.

    That is what the weights file holds, the paper of batch norm and PyTorch have. Keras moves them
    towards the biased one: ``new = momentum old + (1 - momentum) biased``, and n values of a
    channel give ``unbiased = biased n / (n - 1)``. ``examples`` are those of all processes where
    norms are synchronized.
    """
    norms = [each for each in model.layers if isinstance(each, layers.BatchNormalization)]
    before = [keras.ops.copy(norm.moving_variance) for norm in norms]
    yield
    for norm, old in zip(norms, before, strict=True):
        values = examples * prod(norm.input.shape[1:-1])
        new = norm.moving_variance
        new.assign(new + (new - norm.momentum * old) / max(values - 1, 1))


def take_from_first(model: keras.Model, together: Processes) -> None:
    """Broadcast the running statistics of rank 0, inside a compiled function.

    Where norms are not synchronized, each process has seen examples of its own.
    """
    statistics = [each for each in model.weights if not each.trainable]
    for variable, value in zip(statistics, together.of_first(statistics), strict=True):
        variable.assign(value)
