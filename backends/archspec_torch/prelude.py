"""The classes that an emitted model takes along when it uses them; emitting copies their text.

Their lines have at most 88 columns, as those of the models.
"""

# mypy: disable-error-code="arg-type, no-any-return, override"

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn import functional


class Chain(nn.Sequential):
    """Named steps, one after the other."""

    def __init__(self, /, **steps: nn.Module) -> None:
        super().__init__(OrderedDict(steps))


class Concat(Chain):
    """Branches over one input, joined along channels."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self], dim=1)


class Add(Chain):
    """Branches over one input, added up."""

    def forward(self, x: Tensor) -> Tensor:
        first, *others = [branch(x) for branch in self]
        for other in others:
            first = first + other
        return first


class Average(Chain):
    """Branches over one input, averaged."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([branch(x) for branch in self]).mean(dim=0)


class Maximum(Chain):
    """Branches over one input, the largest of each element."""

    def forward(self, x: Tensor) -> Tensor:
        values = [branch(x) for branch in self]
        for value in values[1:]:
            values[0] = torch.maximum(values[0], value)
        return values[0]


class Minimum(Chain):
    """Branches over one input, the smallest of each element."""

    def forward(self, x: Tensor) -> Tensor:
        values = [branch(x) for branch in self]
        for value in values[1:]:
            values[0] = torch.minimum(values[0], value)
        return values[0]


class Subtract(Chain):
    """Two branches over one input, the second taken from the first."""

    def forward(self, x: Tensor) -> Tensor:
        first, second = [branch(x) for branch in self]
        return first - second


class Multiply(Chain):
    """Branches over one input, multiplied; a vector holds for the whole grid."""

    def forward(self, x: Tensor) -> Tensor:
        values = [branch(x) for branch in self]
        rank = max(value.dim() for value in values)
        first, *others = [x[(...,) + (None,) * (rank - x.dim())] for x in values]
        for other in others:
            first = first * other
        return first


class Parts(nn.Module):
    """Modules with names, called one by one."""

    def __init__(self, /, **parts: nn.Module) -> None:
        super().__init__()
        for name, part in parts.items():
            self.add_module(name, part)


class Residual(nn.Module):
    """A shortcut plus a scaled body, perhaps in place, then an activation."""

    def __init__(
        self,
        *,
        body: nn.Module,
        shortcut: nn.Module | None = None,
        scale: float = 1.0,
        activation: nn.Module | None = None,
        inplace: bool = False,
    ) -> None:
        super().__init__()
        self.inplace = inplace
        self.shortcut = nn.Identity() if shortcut is None else shortcut
        self.body = body
        self.scale = scale
        self.activation = nn.Identity() if activation is None else activation

    def forward(self, x: Tensor) -> Tensor:
        shortcut, body = self.shortcut(x), self.body(x)
        if self.inplace:
            return self.activation(body.add_(shortcut))
        return self.activation(torch.add(shortcut, body, alpha=self.scale))


class PaddedConv2d(nn.Conv2d):
    """Convolution of a map with zeros to the left, right, top and bottom."""

    def __init__(
        self,
        *sizes: int | tuple[int, int],
        pads: tuple[int, int, int, int],
        **options: int | tuple[int, int],
    ) -> None:
        left, right, top, bottom = pads
        if left == right and top == bottom:
            options, pads = {**options, "padding": (top, left)}, (0, 0, 0, 0)
        super().__init__(*sizes, **options)
        self.pads = pads

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(functional.pad(x, self.pads) if any(self.pads) else x)


class CroppedConvTranspose2d(nn.ConvTranspose2d):
    """Transposed convolution, cropped at the left, right, top and bottom."""

    def __init__(
        self,
        *sizes: int | tuple[int, int],
        crops: tuple[int, int, int, int],
        **options: int | tuple[int, int],
    ) -> None:
        super().__init__(*sizes, **options)
        self.pads = [-cells for cells in crops]

    def forward(self, x: Tensor) -> Tensor:
        return functional.pad(super().forward(x), self.pads)


class PaddedMaxPool2d(nn.MaxPool2d):
    """Largest value in a window over a map with cells of minus infinity around it."""

    def __init__(
        self,
        kernel: int | tuple[int, int],
        *,
        stride: int | tuple[int, int],
        pads: tuple[int, int, int, int],
    ) -> None:
        super().__init__(kernel, stride)
        self.pads = pads

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(functional.pad(x, self.pads, value=float("-inf")))


class PaddedAvgPool2d(nn.Module):
    """Average in a window over a padded map; of the padding, only ``counted`` counts.

    Pads are cells to the left, right, top and bottom.
    """

    def __init__(
        self,
        kernel: int | tuple[int, int],
        *,
        stride: int | tuple[int, int],
        pads: tuple[int, int, int, int],
        counted: tuple[int, int, int, int] = (0, 0, 0, 0),
    ) -> None:
        super().__init__()
        self.sum = nn.AvgPool2d(kernel, stride, divisor_override=1)
        self.pads = pads
        self.counted = counted
        self.rest = [a - b for a, b in zip(pads, counted, strict=True)]

    def forward(self, x: Tensor) -> Tensor:
        cells = functional.pad(torch.ones_like(x[:1, :1]), self.counted, value=1.0)
        cells = functional.pad(cells, self.rest)
        return self.sum(functional.pad(x, self.pads)) / self.sum(cells)


class GlobalAvgPool(nn.Module):
    """Average over the grid."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean(dim=(2, 3))


class GlobalMaxPool(nn.Module):
    """Largest value of the grid."""

    def forward(self, x: Tensor) -> Tensor:
        return x.amax(dim=(2, 3))


def shifted_norm(norm: nn.BatchNorm1d | nn.BatchNorm2d, x: Tensor) -> Tensor:
    """Norm a batch beside a scale of one: a GPU has no gradient of a shift alone."""
    moving = norm.running_mean, norm.running_var
    affine = torch.ones_like(norm.bias), norm.bias
    return functional.batch_norm(x, *moving, *affine, True, norm.momentum, norm.eps)


class UnscaledBatchNorm1d(nn.BatchNorm1d):
    """Batch norm of vectors with a learned shift and no learned scale."""

    def __init__(self, channels: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(channels, eps, momentum)
        self.register_parameter("weight", None)

    def forward(self, x: Tensor) -> Tensor:
        return shifted_norm(self, x) if self.training else super().forward(x)


class UnscaledBatchNorm2d(nn.BatchNorm2d):
    """Batch norm of maps with a learned shift and no learned scale."""

    def __init__(self, channels: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(channels, eps, momentum)
        self.register_parameter("weight", None)

    def forward(self, x: Tensor) -> Tensor:
        return shifted_norm(self, x) if self.training else super().forward(x)


class UnshiftedGroupNorm(nn.GroupNorm):
    """Group norm with a learned scale and no shift."""

    def __init__(self, groups: int, channels: int, eps: float = 1e-5) -> None:
        super().__init__(groups, channels, eps)
        self.register_parameter("bias", None)


class ChannelNorm(nn.LayerNorm):
    """Layer norm over the channels of each cell of a map."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ChannelRMSNorm(nn.RMSNorm):
    """RMS norm over the channels of each cell of a map."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class GlobalResponseNorm(nn.Module):
    """Each channel weighed by its length over the grid against those of the others."""

    def __init__(self, channels: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        length = torch.linalg.vector_norm(x, dim=(2, 3), keepdim=True)
        response = length / (length.mean(dim=1, keepdim=True) + self.eps)
        weight, bias = self.weight[:, None, None], self.bias[:, None, None]
        return x + weight * (x * response) + bias


class L2Normalize(nn.Module):
    """Division by the length of the channels, or by ``eps`` where that is more."""

    def __init__(self, eps: float = 1e-12) -> None:
        super().__init__()
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return functional.normalize(x, dim=1, eps=self.eps)


class DropPath(nn.Module):
    """Zeros for random examples in training, and as much more for the others."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        each = x.new_ones((x.shape[0],) + (1,) * (x.dim() - 1))
        return x * functional.dropout(each, self.rate)


class Scale(nn.Module):
    """Multiplication by a constant."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        return x * self.factor


class LayerScale(nn.Module):
    """Multiplication of each channel by a learned factor."""

    def __init__(self, channels: int, initial: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((channels,), float(initial)))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight[(...,) + (None,) * (x.dim() - 2)]


class Affine(nn.Module):
    """Multiplication by learned factors, and learned numbers that are added."""

    def __init__(self, channels: int, initial: float = 1.0, *, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((channels,), float(initial)))
        self.bias = nn.Parameter(torch.zeros(channels)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        spread = (...,) + (None,) * (x.dim() - 2)
        x = x * self.weight[spread]
        return x if self.bias is None else x + self.bias[spread]


class Standardize(nn.Module):
    """Subtraction of a mean, and division by a deviation: one number, or one for each channel."""

    def __init__(
        self, mean: float | tuple[float, ...], deviation: float | tuple[float, ...]
    ) -> None:
        super().__init__()
        self.mean, self.deviation = mean, deviation

    def forward(self, x: Tensor) -> Tensor:
        spread = (...,) + (None,) * (x.dim() - 2)
        mean, deviation = x.new_tensor(self.mean), x.new_tensor(self.deviation)
        return (x - mean[spread]) / deviation[spread]


class RadixSoftmax(nn.Module):
    """Softmax among the channels that have one place in equal parts."""

    def __init__(self, radix: int) -> None:
        super().__init__()
        self.radix = radix

    def forward(self, x: Tensor) -> Tensor:
        parts = x.view(x.shape[0], self.radix, -1, *x.shape[2:])
        return parts.softmax(1).flatten(1, 2)


class ChannelConv(nn.Module):
    """Convolution along the channels of a vector."""

    def __init__(self, kernel: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(1, 1, kernel, 1))
        nn.init.normal_(self.weight, std=kernel**-0.5)

    def forward(self, x: Tensor) -> Tensor:
        around = (self.weight.shape[2] // 2, 0)
        x = functional.conv2d(x[:, None, :, None], self.weight, padding=around)
        return x.flatten(1)


class Slice(nn.Module):
    """Some of the channels."""

    def __init__(self, start: int, stop: int) -> None:
        super().__init__()
        self.start = start
        self.stop = stop

    def forward(self, x: Tensor) -> Tensor:
        return x[:, self.start : self.stop]
