"""Models of PyTorch as strangers write them, small ones, one for each thing that import reads."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Block(nn.Module):
    """A residual block of ResNet, its activation after the sum."""

    def __init__(self, channels: int, filters: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        changes = stride > 1 or channels != filters
        self.downsample = nn.Conv2d(channels, filters, 1, stride) if changes else None

    def forward(self, x: Tensor) -> Tensor:
        """Add the block to what arrives."""
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        out += x if self.downsample is None else self.downsample(x)
        found: Tensor = self.relu(out)
        return found


def residual(width: int = 4) -> nn.Module:
    """Make three blocks, the last of which halves the grid."""
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2 * width, 5))
    blocks = (Block(width, width), Block(width, width), Block(width, 2 * width, 2))
    return nn.Sequential(nn.Conv2d(3, width, 3, 2, 1), nn.ReLU6(), *blocks, *head)


class Gate(nn.Module):
    """Squeeze and excitation with convolutions on a map of one cell (arXiv:1709.01507)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 1)
        self.fc1, self.fc2 = nn.Conv2d(8, 2, 1), nn.Conv2d(2, 8, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Multiply each channel by what the whole map says."""
        x = self.stem(x)
        gate = self.fc2(functional.silu(self.fc1(x.mean((2, 3), keepdim=True))))
        return torch.mul(x, functional.hardsigmoid(gate))


class Shuffled(nn.Module):
    """A channel shuffle by view and transpose, and a split (arXiv:1807.11164)."""

    def forward(self, x: Tensor) -> Tensor:
        """Mix the two halves of the channels."""
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
        left, right = x.chunk(2, dim=1)
        return torch.cat((functional.leaky_relu(right, 0.2), left), 1)


class ChannelsLast(nn.Module):
    """A block of ConvNeXt: layer norm and linear layers on channels last (arXiv:2201.03545)."""

    def __init__(self) -> None:
        super().__init__()
        self.dwconv = nn.Conv2d(6, 6, 7, padding=3, groups=6)
        self.norm = nn.LayerNorm(6, eps=1e-6)
        self.pwconv1, self.pwconv2 = nn.Linear(6, 12), nn.Linear(12, 6)
        self.gamma = nn.Parameter(torch.full((6,), 0.5))

    def forward(self, x: Tensor) -> Tensor:
        """Add the block to what arrives."""
        out = self.dwconv(x).permute(0, 2, 3, 1)
        out = self.pwconv2(functional.gelu(self.pwconv1(self.norm(out)))) * self.gamma
        return torch.add(x, out.permute(0, 3, 1, 2))


class Dense(nn.Module):
    """Each layer reads all before it, concatenated anew (arXiv:1608.06993)."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Conv2d(4 + 2 * at, 2, 3, padding=1) for at in range(4))

    def forward(self, x: Tensor) -> Tensor:
        """Concatenate what arrives with what every layer gives."""
        found = [x]
        for layer in self.layers:
            found.append(torch.relu(layer(torch.cat(found, 1))))
        return torch.cat(found, 1)


class Padded(nn.Module):
    """TensorFlow's padding by hand, pools that round up or count zeros, and a flattened map."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, 2)
        self.fc = nn.Linear(4 * 2 * 2, 3)

    def forward(self, x: Tensor) -> Tensor:
        """Shrink a map of twelve cells to two."""
        x = torch.tanh(self.conv(functional.pad(x, (0, 1, 0, 1))))
        x = functional.max_pool2d(x, 3, 2, ceil_mode=True)
        x = functional.avg_pool2d(x, 3, 2, 1, count_include_pad=True)
        found: Tensor = self.fc(torch.flatten(x, 1))
        return found


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


class Wordless(nn.Module):
    """Two operators without a word, one of them inside a module."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Conv2d(3, 3, 1), nn.PixelUnshuffle(2))

    def forward(self, x: Tensor) -> Tensor:
        """Sum up over the channels what is folded into them."""
        return torch.cumsum(self.inner(x), 1)


def leaves() -> nn.Module:
    """End the process instead of making a model."""
    raise SystemExit("this module is for a machine with a GPU")
