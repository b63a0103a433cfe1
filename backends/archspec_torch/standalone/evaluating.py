"""Evaluation on held-out examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from torch import nn
from torch.distributed.fsdp import FSDPModule
from torch.nn import functional

from archspec.standalone.data.batches import Batch, Batches
from archspec.standalone.training import Sums
from archspec_torch.standalone.losses import hits, logits_of
from archspec_torch.standalone.placing import placed


def sums_over(batches: Iterable[Batch], model: nn.Module, device: torch.device) -> Sums:
    """Sum loss, top-1 hits, top-5 hits and examples over batches."""
    sums, training = np.zeros(4), model.training
    model.eval()
    with torch.inference_mode():
        for batch in batches:
            images, labels = placed(batch, device)
            logits = logits_of(model(images))[0].float()
            loss = functional.cross_entropy(logits, labels, reduction="sum")
            found = (loss, hits(logits, labels), hits(logits, labels, 5))
            sums += [*map(float, found), len(labels)]
    if isinstance(model, FSDPModule):  # the outermost keeps what it gathered for a backward pass
        model.reshard()
    model.train(training)
    return sums


def filled(batches: Batches, rounds: int) -> Iterator[Batch]:
    """Pad with empty batches to ``rounds``, as all processes must join each all-gather."""
    yield from batches
    empty = Batch(
        np.empty((0, *batches.reader.shape), np.float32),
        np.empty(0, np.int64),
        np.empty(0, np.int64),
    )
    yield from [empty] * (rounds - len(batches))
