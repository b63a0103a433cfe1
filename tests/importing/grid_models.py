"""Models of PyTorch that enlarge, resize, crop and pad maps."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Upwards(nn.Module):
    """A transposed convolution, an upsampling, scales, and two results."""

    def __init__(self) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(4, 6, 4, 2, 1)
        self.register_buffer("factors", torch.linspace(0.5, 2, 6).reshape(1, 6, 1, 1))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return a large map and what it says as a whole."""
        up = self.up(x) * self.factors
        bigger = functional.interpolate(x, scale_factor=2.0, mode="bilinear")
        return up / 4 * 0.5, functional.elu(bigger - up[:, :4]).flatten(1)


class Sized(nn.Module):
    """Resizes to sizes that nothing has, by size and by factor, and back to that of the input."""

    def forward(self, x: Tensor) -> Tensor:
        """Interpolate to fewer columns, copy to more rows, enlarge by three halves."""
        size = x.shape[2:]
        x = functional.interpolate(x, size=(9, 7), mode="bilinear")
        x = functional.interpolate(x, size=(12, 8), mode="nearest")
        x = functional.interpolate(x, scale_factor=1.5, mode="bilinear")
        return functional.interpolate(x, size=size, mode="bilinear")


class ReadTwice(nn.Module):
    """A transposed convolution whose result is cropped, and padded for another."""

    def __init__(self) -> None:
        super().__init__()
        self.spread, self.conv = nn.ConvTranspose2d(3, 4, 3, 2), nn.Conv2d(4, 4, 4)

    def forward(self, x: Tensor) -> Tensor:
        """Add up what is left of a map, and what a convolution sees of it and zeros."""
        x = self.spread(x)
        seen: Tensor = self.conv(functional.pad(x, (1, 0, 1, 0)))
        return functional.pad(x, (-1, -1, -1, -1)) + seen


class Pyramid(nn.Module):
    """Heads of DeepLabv3 (arXiv:1706.05587) and PSPNet (arXiv:1612.01105), at the input's size."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.near = nn.Conv2d(3, 4, 3, 2, 1), nn.Conv2d(4, 2, 3, padding=2, dilation=2)
        self.pooled, self.bins = nn.Conv2d(4, 2, 1), nn.Conv2d(4, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Concatenate what the map says near, as a whole, and in shares."""
        size, seen = x.shape[2:], self.stem(x)
        whole = torch.relu(self.pooled(functional.adaptive_avg_pool2d(seen, 1)))
        shares = self.bins(functional.adaptive_avg_pool2d(seen, 2))
        spread = [
            functional.interpolate(each, size=seen.shape[2:], mode="bilinear")
            for each in (whole, shares)
        ]
        found = torch.cat((self.near(seen), *spread), 1)
        return functional.interpolate(found, size=size, mode="nearest")
