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


class Selective(nn.Module):
    """Two branches that are weighed against each other (arXiv:1903.06586)."""

    def __init__(self) -> None:
        super().__init__()
        self.near, self.far = nn.Conv2d(3, 4, 3, 1, 1), nn.Conv2d(3, 4, 3, 1, 2, 2)
        self.fc = nn.Conv2d(4, 8, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Sum both, weighed by what the map says as a whole."""
        both = torch.stack((self.near(x), self.far(x)), 1)
        weights = self.fc(both.sum(1).mean((2, 3), keepdim=True))
        weights = weights.view(-1, 2, 4, 1, 1).softmax(1)
        found: Tensor = (both * weights).sum(1)
        return found


class Split(nn.Module):
    """Attention among splits of what one convolution gives (arXiv:2004.08955)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.fc = nn.Conv2d(3, 6, 3, groups=3), nn.Conv2d(2, 6, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Sum the splits, weighed."""
        n, _, h, w = (x := self.conv(x)).shape
        x = x.reshape(n, 3, 2, h, w)
        weights = self.fc(x.sum(1).mean((2, 3), keepdim=True))
        weights = weights.view(n, 1, 3, -1).transpose(1, 2).softmax(1).reshape(n, -1)
        found: Tensor = (x * weights.view(n, -1, 1, 1).reshape(n, 3, 2, 1, 1)).sum(1)
        return found


class Efficient(nn.Module):
    """Gates from a convolution along the channels (arXiv:1910.03151), and learned scalars."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 1, 3, padding=1, bias=False)
        self.factor, self.number = nn.Parameter(torch.ones(1)), nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        """Weigh each channel by its neighbours, then scale and shift all."""
        gate = self.conv(x.mean((2, 3)).view(len(x), 1, -1)).sigmoid()
        x = x * gate.view(len(x), -1, 1, 1).expand_as(x)
        return self.factor * x + self.number


class Summed(nn.Module):
    """Branches that are summed up from zero, and weights that are computed from weights."""

    def __init__(self) -> None:
        super().__init__()
        self.one = nn.Conv2d(3, 4, 3, bias=False)
        self.other = nn.Conv2d(3, 4, 3, bias=False)
        self.gain = nn.Parameter(torch.ones(4, 1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Standardise the filters, and add a bias to what each gives."""
        out: Tensor | int = 0
        for conv in (self.one, self.other):
            weight = conv.weight - conv.weight.mean((1, 2, 3), keepdim=True)
            out = out + functional.conv2d(x, weight * self.gain)
        assert isinstance(out, Tensor)
        return functional.relu(out)


class Shifted(nn.Module):
    """A crop by padding, a pool with minus infinity around, and a blur before its stride."""

    def __init__(self) -> None:
        super().__init__()
        row = torch.tensor([1.0, 2.0, 1.0]) / 4
        self.register_buffer("blur", torch.outer(row, row).expand(3, 1, 3, 3).clone())

    def forward(self, x: Tensor) -> Tensor:
        """Move a map by one cell, pool it, blur it."""
        x = functional.pad(x, (-1, 1, -1, 1))
        x = functional.max_pool2d(functional.pad(x, (0, 1, 0, 1), value=-torch.inf), 3, 2)
        return functional.conv2d(x, self.get_buffer("blur"), stride=2, groups=3)


class Focus(nn.Module):
    """Every other row and column of four shifts as channels, and a grid without its border."""

    def forward(self, x: Tensor) -> Tensor:
        """Stack the cells of each block, then cut."""
        shifts = [x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]]
        return torch.cat(shifts, 1)[:, 1:, 1:, :-1]


class Composed(nn.Module):
    """Functions that are a few words in a row, a scaled sum, and a mean by its own divisor."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Apply them one after another."""
        x = functional.celu(functional.selu(x), 0.5)
        x = torch.add(x, functional.glu(torch.cat((-x, x), 1), 1), alpha=-0.5)
        x = functional.threshold(functional.logsigmoid(x) + x, 0, 0)
        pooled = functional.max_pool2d(x, 2, return_indices=True)[0]
        return functional.avg_pool2d(x, 2, divisor_override=3), pooled[:, 1].unsqueeze(1)


class ByHand(nn.Module):
    """Functions and norms that authors write out, and are words."""

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(6)), nn.Parameter(torch.zeros(6))

    def forward(self, x: Tensor) -> Tensor:
        """Norm a map over its channels, gate it thrice, take its direction."""
        centred = x - x.mean(1, keepdim=True)
        x = centred / torch.sqrt(centred.pow(2).mean(1, keepdim=True) + 1e-6)
        x = self.weight[:, None, None] * x + self.bias[:, None, None]
        x = x * functional.relu6(x + 3) / 6 + functional.relu6(x + 3) * (1 / 6)
        x = x * 0.5 * (1 + torch.erf(x / 1.41421))
        return functional.normalize(x.mean((2, 3)), dim=1)


class Looking(nn.Module):
    """The spatial attention of CBAM (arXiv:1807.06521), merges, and a pool of uneven shares."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 1, 3, padding=1, padding_mode="reflect")

    def forward(self, x: Tensor) -> Tensor:
        """Weigh each cell by the mean and the maximum of its channels."""
        seen = torch.cat((torch.max(x, 1)[0].unsqueeze(1), torch.mean(x, 1).unsqueeze(1)), 1)
        x = torch.maximum(x * torch.sigmoid(self.conv(seen)), torch.minimum(x, x * 0.5))
        return functional.adaptive_max_pool2d(functional.adaptive_avg_pool2d(x, 4), (3, 2))


class Blocks(nn.Module):
    """Cells as channels and back in the orders of all frameworks, and cells cut off."""

    def forward(self, x: Tensor) -> Tensor:
        """Take a map of eight cells to one of nine."""
        n, c, h, w = x.shape
        by_cells = x.view(n, c, h // 2, 2, w // 2, 2).permute(0, 3, 5, 1, 2, 4).contiguous()
        x = by_cells.view(n, c * 4, h // 2, w // 2) + functional.pixel_unshuffle(x, 2)
        back = x.view(n, 2, 2, c, h // 2, w // 2).permute(0, 3, 4, 1, 5, 2).reshape(n, c, h, w)
        x = functional.pad(back + functional.pixel_shuffle(x, 2), (-1, 1, -1, 1))
        return functional.pad(
            functional.pad(x, (1, 2, 0, 0), "reflect"), (-2, 0, 1, 0), "replicate"
        )


class Pooled(nn.Module):
    """Vectors that need a grid again: gates in groups, what is added to a map, and tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.all = nn.Conv2d(4, 4, 1, groups=2), nn.Conv2d(4, 4, 1, bias=False)
        self.norm, self.fc = nn.LayerNorm(4, bias=False), nn.Linear(4, 5)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Pool the whole map thrice and rows alone, and average tokens."""
        x = x * torch.sigmoid(self.gate(functional.adaptive_avg_pool2d(x, 1)))
        x = x + torch.relu(self.all(x.mean((2, 3), keepdim=True)))
        x = x * functional.adaptive_avg_pool2d(x, (None, 1))
        whole = self.all(functional.adaptive_avg_pool2d(x, 1))
        whole = functional.interpolate(whole, x.shape[2:], mode="bilinear", align_corners=False)
        tokens = self.norm(x.flatten(2).transpose(1, 2))
        return torch.cat((x, whole), 1), self.fc(tokens).mean(1)


class Widened(nn.Module):
    """Channels of zeros, one axis averaged after the other, and the larger of two halves."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Widen a map twice."""
        wide = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 1, 2))
        zeros = torch.zeros(x.size(0), 2, x.size(2), x.size(3))
        wider = torch.cat((zeros, torch.abs(x)), 1)
        larger = torch.max(*wider.chunk(2, 1))
        direction = larger.mean(3).mean(2)
        return wide, direction / torch.norm(direction, 2, 1, True)


class Prepared(nn.Module):
    """An image that the network standardises itself, as one, and channel by channel."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Standardise twice, and turn the result round."""
        x = (x / 255 - self.get_buffer("mean")) / self.get_buffer("deviation")
        red, others = x[:, 0].unsqueeze(1) * 0.458 - 0.03, x[:, 1:] * 2 + 1
        return 1 - torch.cat((red, others), 1)


class Overwriting(nn.Module):
    """Overwrites a value that is read afterwards by its old name."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 3, 1), nn.Conv2d(3, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Add up what was overwritten and what is computed from it."""
        x = self.first(x)
        functional.relu(x, inplace=True)
        found: Tensor = self.second(x) + x
        return found


class Wordless(nn.Module):
    """Two operators without a word, one of them inside a module."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Conv2d(3, 3, 1), nn.CircularPad2d(1))

    def forward(self, x: Tensor) -> Tensor:
        """Sum up over the channels what is folded into them."""
        return torch.cumsum(self.inner(x), 1)


def leaves() -> nn.Module:
    """End the process instead of making a model."""
    raise SystemExit("this module is for a machine with a GPU")


class Noisy(nn.Module):
    """Add noise to a map of three channels."""

    def forward(self, value: Tensor) -> Tensor:
        """Draw one number for each channel."""
        return value + torch.randn(3, 1, 1)
