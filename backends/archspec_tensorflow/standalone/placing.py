"""Converting batches to tensors."""

from __future__ import annotations

import tensorflow
from tensorflow import Tensor

from archspec.standalone.data.batches import Batch


def placed(batch: Batch) -> tuple[Tensor, Tensor]:
    """Convert a batch to N x H x W x C images and N labels."""
    return tensorflow.constant(batch.images), tensorflow.constant(batch.labels)
