"""Moving batches to the device of a model."""

from __future__ import annotations

import torch
from torch import Tensor

from archspec.standalone.data.batches import Batch


def placed(batch: Batch, device: torch.device) -> tuple[Tensor, Tensor]:
    """Convert a batch to N x C x H x W images in channels-last memory format, and N labels."""
    images = torch.from_numpy(batch.images).permute(0, 3, 1, 2)
    labels = torch.from_numpy(batch.labels)
    return images.to(device, non_blocking=True), labels.to(device, non_blocking=True)
