"""The loss of training, and its accuracy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor
from torch.nn import functional

from archspec.standalone.recipe import Recipe


def logits_of(output: Any) -> list[Tensor]:
    """List the logits that a model returns: its own, then those of auxiliary heads."""
    return list(output.values()) if isinstance(output, Mapping) else [output]


def loss_of(logits: list[Tensor], labels: Tensor, recipe: Recipe) -> Tensor:
    """Compute the mean cross-entropy of a batch, plus the weighted losses of auxiliary heads."""
    own, *heads = (
        functional.cross_entropy(each.float(), labels, label_smoothing=recipe.smoothing)
        for each in logits
    )
    return own + recipe.auxiliary * sum(heads) if heads else own


def hits(logits: Tensor, labels: Tensor, count: int = 1) -> Tensor:
    """Count the examples whose label is among the ``count`` largest logits (top-k)."""
    count = min(count, logits.shape[1])
    found = logits.topk(count, dim=1).indices
    return (found == labels[:, None]).any(dim=1).sum()
