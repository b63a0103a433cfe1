"""More classes that an emitted model takes along: what reduces channels, or moves blocks of cells.

Their lines have at most 88 columns, as those of the models.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from archspec_torch.functions import attended
from archspec_torch.prelude import Chain


class ChannelAvgPool(nn.Module):
    """Average of the channels of each cell."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean(dim=1, keepdim=True)


class ChannelMaxPool(nn.Module):
    """Largest channel of each cell."""

    def forward(self, x: Tensor) -> Tensor:
        return x.amax(dim=1, keepdim=True)


class DepthToSpace(nn.Module):
    """Channels as the cells of blocks, the cells being their outer index."""

    def __init__(self, block: int) -> None:
        super().__init__()
        self.block = block

    def forward(self, x: Tensor) -> Tensor:
        cells = x.reshape(x.shape[0], self.block, self.block, -1, *x.shape[2:])
        return cells.permute(0, 3, 4, 1, 5, 2).flatten(4, 5).flatten(2, 3)


class SpaceToDepth(nn.Module):
    """The cells of blocks as channels, the cells being their outer index."""

    def __init__(self, block: int) -> None:
        super().__init__()
        self.block = block

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, height, width = x.shape
        rows, columns = height // self.block, width // self.block
        x = x.reshape(batch, channels, rows, self.block, columns, self.block)
        return x.permute(0, 3, 5, 1, 2, 4).flatten(1, 3)


class GlobalAttentionPool(Chain):
    """Two branches over one input, the first averaged by the scores of the second."""

    def forward(self, x: Tensor) -> Tensor:
        return attended(*[branch(x) for branch in self])


class Resize(Chain):
    """Two branches over one input, the first interpolated to the grid of the second."""

    def forward(self, x: Tensor) -> Tensor:
        x, like = [branch(x) for branch in self]
        cells = x[(...,) + (None,) * (4 - x.dim())]
        return functional.interpolate(cells, size=like.shape[2:], mode="bilinear")


class ResizeNearest(Chain):
    """Two branches over one input, the cells of the first copied to the grid of the second."""

    def forward(self, x: Tensor) -> Tensor:
        x, like = [branch(x) for branch in self]
        cells = x[(...,) + (None,) * (4 - x.dim())]
        return functional.interpolate(cells, size=like.shape[2:], mode="nearest")
