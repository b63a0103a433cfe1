"""Batches as tensors where the model is."""

from __future__ import annotations

import torch
from torch import Tensor

from archspec.standalone.data.batches import Batch


def placed(batch: Batch, device: torch.device) -> tuple[Tensor, Tensor]:
    """Turn a batch into N x C x H x W images, channels last in memory, and N labels."""
    images = torch.from_numpy(batch.images).permute(0, 3, 1, 2)
    labels = torch.from_numpy(batch.labels)
    return images.to(device, non_blocking=True), labels.to(device, non_blocking=True)
