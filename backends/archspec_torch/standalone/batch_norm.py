"""Synchronized batch norm for CPUs, as ``nn.SyncBatchNorm`` requires a GPU."""

from __future__ import annotations

from typing import Any, Self, cast

import torch
from torch import Tensor, distributed, nn
from torch.nn import functional


class SynchronizedBatchNorm(nn.BatchNorm2d):
    """Normalizes each channel of maps or vectors by statistics over all processes.

    Source: arXiv:1502.03167, algorithm 1; the running variance is the unbiased one.
    """

    @classmethod
    def of(cls, norm: nn.BatchNorm1d | nn.BatchNorm2d) -> Self:
        """Replace a norm, sharing its parameters and running statistics."""
        made = cls(norm.num_features, norm.eps, norm.momentum, norm.affine)
        made.__dict__.update(norm.__dict__)
        return made

    def forward(self, input: Tensor) -> Tensor:
        """Normalize N x C x H x W, or N x C."""
        weight, bias = self._parameters["weight"], self._parameters["bias"]
        if not self.training:
            moving = self.running_mean, self.running_var
            return functional.batch_norm(input, *moving, weight, bias, eps=self.eps)
        averaged, aligned = (0, *range(2, input.dim())), (-1, *[1] * (input.dim() - 2))
        count = total(input.new_tensor(input[:, 0].numel()))
        mean = total(input.sum(averaged)) / count
        centred = input - mean.view(aligned)
        variance = total((centred * centred).sum(averaged)) / count
        self._learn(mean.detach(), (variance * count / (count - 1)).detach())
        scale = torch.rsqrt(variance + self.eps)
        scale = scale if weight is None else scale * weight
        normalized = centred * scale.view(aligned)
        return normalized if bias is None else normalized + bias.view(aligned)

    @torch.no_grad()
    def _learn(self, mean: Tensor, variance: Tensor) -> None:
        assert self.momentum is not None
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        self.num_batches_tracked += 1
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance, self.momentum)


def total(value: Tensor) -> Tensor:
    """All-reduce a value in the forward pass, and its gradient in the backward pass."""
    return cast(Tensor, _Total.apply(value))  # type: ignore[no-untyped-call]


class _Total(torch.autograd.Function):
    @staticmethod
    def forward(_context: Any, value: Tensor) -> Tensor:
        found = value.clone()
        distributed.all_reduce(found)
        return found

    @staticmethod
    def backward(_context: Any, gradient: Tensor) -> Tensor:
        return _Total.forward(_context, gradient)
