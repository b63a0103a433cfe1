"""The running average of weights and statistics that is evaluated."""

from __future__ import annotations


def share(decay: float, updates: int) -> float:
    """Compute how much of the new values an average takes in that was updated so often before.

    The first update takes them as they are. Then the decay is min(decay, (1 + n) / (10 + n)), so
    that early weights are soon forgotten, as ``tf.train.ExponentialMovingAverage`` does with
    ``num_updates``.
    """
    if updates == 0:
        return 1.0
    return 1.0 - min(decay, (1.0 + updates) / (10.0 + updates))
