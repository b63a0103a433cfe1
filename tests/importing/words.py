"""Modules of PyTorch for norms and functions, as it has them and as models write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional


class Response(nn.Module):
    """Global response norm on channels last, as ConvNeXt-V2 writes it (arXiv:2301.00808)."""

    def __init__(self, channels: int, *, fused: bool) -> None:
        super().__init__()
        self.gamma, self.beta = (nn.Parameter(torch.zeros(channels)) for _ in range(2))
        self.fused = fused

    def forward(self, x: Tensor) -> Tensor:
        """Weigh channels by their length."""
        length = torch.norm(x, p=2, dim=(1, 2), keepdim=True)
        response = x * (length / (length.mean(dim=-1, keepdim=True) + 1e-6))
        if self.fused:
            gamma, beta = self.gamma.view(1, 1, 1, -1), self.beta.view(1, 1, 1, -1)
            return x + torch.addcmul(beta, gamma, response)
        found: Tensor = self.gamma * response + self.beta + x
        return found


class Last(nn.Module):
    """Norms on channels last, one written out on channels first."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.other = Response(6, fused=True), Response(6, fused=False)
        self.rms = nn.RMSNorm(6, eps=1e-6)
        self.weight = nn.Parameter(torch.ones(6, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise four times."""
        last = self.other(self.one(x.permute(0, 2, 3, 1)))
        x = self.rms(last).permute(0, 3, 1, 2)
        mean = x.pow(2).mean(dim=1, keepdim=True)
        return x * torch.rsqrt(mean + 1e-5) * self.weight


class WrittenOut(nn.Module):
    """Functions as some models write them."""

    def forward(self, x: Tensor) -> Tensor:
        """Apply mish, a clipping and softsign."""
        x = functional.softplus(x).tanh() * x
        found: Tensor = functional.softsign(x.clamp(-0.5, 2.5))
        return found


def norms() -> nn.Module:
    """Make norms over groups, the grid and neighbouring channels."""
    unshifted = nn.GroupNorm(3, 6)
    unshifted.register_parameter("bias", None)
    norms = (nn.GroupNorm(2, 6), nn.InstanceNorm2d(6, affine=True), nn.InstanceNorm2d(6))
    return nn.Sequential(
        unshifted, *norms, nn.LocalResponseNorm(5, 1e-2, k=2.0), nn.LocalResponseNorm(2)
    )


def functions() -> nn.Module:
    """Make functions that learn, and functions that do not."""
    learned = (nn.PReLU(6), nn.PReLU())
    return nn.Sequential(*learned, nn.Mish(), nn.Softplus(), nn.Softsign(), nn.Hardtanh(-2, 0.5))


class Context(nn.Module):
    """A global context, arXiv:1904.11492, which weighs channels."""

    def __init__(self) -> None:
        super().__init__()
        self.score, self.body = nn.Conv2d(6, 1, 1), nn.Conv2d(6, 6, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Average all cells by the softmax of their scores, and gate the channels by it."""
        batch, channels, height, width = x.shape
        shares = self.score(x).reshape(batch, 1, height * width).softmax(dim=-1)
        cells = x.reshape(batch, channels, height * width).unsqueeze(1)
        found = (cells @ shares.unsqueeze(3)).view(batch, channels, 1, 1)
        gate: Tensor = self.body(found).sigmoid()
        return x * gate


MODULES: Mapping[str, Callable[[], nn.Module]] = {
    "last": Last,
    "context": Context,
    "written_out": WrittenOut,
    "norms": norms,
    "functions": functions,
}
