"""How well a model does on examples that it does not learn from."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn
from torch.nn import functional

from archspec.standalone.data.batches import Batch
from archspec_torch.standalone.losses import hits, logits_of
from archspec_torch.standalone.placing import placed
from archspec_torch.standalone.processes import Processes


def evaluate(model: nn.Module, batches: Iterable[Batch], processes: Processes) -> dict[str, float]:
    """Compute the mean loss, top-1 and top-5 accuracy over the batches of all processes."""
    sums = torch.zeros(4, dtype=torch.float64)
    training = model.training
    model.eval()
    with torch.inference_mode():
        for batch in batches:
            images, labels = placed(batch, processes.device)
            logits = logits_of(model(images))[0].float()
            loss = functional.cross_entropy(logits, labels, reduction="sum")
            found = (loss, hits(logits, labels), hits(logits, labels, 5))
            sums += torch.tensor([*map(float, found), len(labels)], dtype=torch.float64)
    model.train(training)
    loss_sum, first, fifth, count = processes.total(sums.to(processes.device)).tolist()
    return {"loss": loss_sum / count, "top1": first / count, "top5": fifth / count}
