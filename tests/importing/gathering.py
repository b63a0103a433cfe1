"""Models of PyTorch that gather numbers, spread them and put them into another order."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Rearranged(nn.Module):
    """Channels in another order, copies of a gray image, and averages of blocks by views."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.rand(2, 3, 1, 1))

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """Return each of them."""
        n, c, h, w = x.shape
        blocks = x.view(n, c, h // 2, 2, w // 3, 3)
        gray = functional.conv2d(x[:, :1].expand(-1, 3, -1, -1), self.weight)
        return x[:, [2, 1, 0]], x.flip(1), x.repeat(1, 2, 1, 1), blocks.mean((3, 5)), gray


class Reduced(nn.Module):
    """What a map says as a whole: its largest numbers and its sums, a batch of single numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.rand(3, 4)), nn.Parameter(torch.rand(4))
        self.last, self.turned = nn.Linear(4, 1), nn.Linear(4 * 5 * 3, 2)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """Return vectors, and a vector of one number without its dimension."""
        largest = x.flatten(2).max(-1).values + x.max(3)[0].max(2)[0] + x.sum(3).sum(2)
        whole = x.sum((2, 3)) @ self.weight + self.bias
        turned = self.turned(x.permute(0, 3, 2, 1).flatten(1))
        return largest, turned, self.last(whole).squeeze(1), x[:, :1].squeeze(1)


class Every(nn.Module):
    """Keeps every second row."""

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, ::2]


class Spread(nn.Module):
    """Vectors that are added to each cell of a map, and concatenated to it (arXiv:1709.07871)."""

    def __init__(self) -> None:
        super().__init__()
        self.gain, self.shift = nn.Linear(3, 3), nn.Linear(3, 3)

    def forward(self, x: Tensor) -> Tensor:
        """Modulate the map by what it says as a whole."""
        said = functional.adaptive_avg_pool2d(x, 1)[:, :, 0, 0]
        moved = x * self.gain(said)[:, :, None, None] + self.shift(said).view(-1, 3, 1, 1)
        return torch.cat((x, self.gain(said)[..., None, None].expand_as(moved)), 1)


class Alike(nn.Module):
    """Looks like an idiom and is none, and one that is written out."""

    def forward(self, x: Tensor) -> Tensor:
        """Move a range that is symmetric to one above zero, and weigh by a normal distribution."""
        x = torch.stack(((x + 1) / 2, x * x)).sum(0)
        found: Tensor = 0.5 * x * (1 + torch.tanh(0.7978845608 * (x + 0.044715 * x**3)))
        return found


class Aligned(nn.Module):
    """Enlarges with aligned corners, by a factor, to a size, and a single cell to a map."""

    def forward(self, x: Tensor) -> Tensor:
        """Add them up."""
        large = functional.interpolate(x, (8, 15), mode="bilinear", align_corners=True)
        twice = nn.UpsamplingBilinear2d(scale_factor=3)(x[:, :, ::2])[:, :, :2]
        cell = functional.adaptive_avg_pool2d(x, 1)
        spread = functional.interpolate(cell, (8, 15), mode="bilinear", align_corners=True)
        tall = functional.interpolate(twice, (8, 15), mode="bilinear", align_corners=True)
        return large + spread + tall


class Concatenated(nn.Module):
    """Concatenates the channels of maps whose cells are one dimension, or of what is permuted."""

    def __init__(self, *order: int) -> None:
        super().__init__()
        self.order = order

    def forward(self, x: Tensor) -> Tensor:
        if self.order:
            return torch.cat([x, torch.relu(x).permute(self.order)], 1)
        return torch.cat([x.flatten(2), torch.relu(x).flatten(2)], 1).view(-1, 8, 4, 4)
