"""The exponential moving average of weights and running statistics."""

from __future__ import annotations


def share(decay: float, updates: int) -> float:
    """Compute the weight of the new values in the average after a number of ``updates``.

    The first update copies them. The n-th decays by min(decay, (1 + n) / (10 + n)), which forgets
    early weights quickly, as ``tf.train.ExponentialMovingAverage`` does with ``num_updates``.
    """
    if updates == 0:
        return 1.0
    return 1.0 - min(decay, (1.0 + updates) / (10.0 + updates))
