"""The arithmetic of windows that slide over a map: how much padding, how many outputs.

All sizes are cells along one side of a grid. Sources: TensorFlow's definition of ``SAME`` and ``VALID``;
Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285.
"""

from __future__ import annotations

from typing import NamedTuple

from archspec.attributes import Pads


class Side(NamedTuple):
    """How a window of ``kernel`` cells, ``dilation`` apart, moves by ``stride`` along ``size`` cells."""

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1

    @property
    def extent(self) -> int:
        """The cells from the first to the last that one window spans."""
        return (self.kernel - 1) * self.dilation + 1

    def same(self) -> tuple[int, int]:
        """Pad so that ``ceil(size / stride)`` windows fit; the odd cell goes last."""
        outputs = -(-self.size // self.stride)
        total = max((outputs - 1) * self.stride + self.extent - self.size, 0)
        return total // 2, total - total // 2

    def symmetric(self) -> tuple[int, int]:
        """Pad ``floor((extent - 1) / 2)`` at both ends, as PyTorch models do."""
        cells = (self.extent - 1) // 2
        return cells, cells

    def outputs(self, before: int, after: int, *, ceil: bool = False) -> int:
        """Count the windows over the padded side; zero or less where none fits.

        With ``ceil`` a last window may hang over the end, if it begins inside the side or its first padding.
        """
        room = self.size + before + after - self.extent
        if not ceil:
            return room // self.stride + 1
        count = -(-room // self.stride) + 1
        return count - 1 if (count - 1) * self.stride >= self.size + before else count

    def unread(self, before: int, after: int, outputs: int) -> int:
        """Count the cells at the end that no window reads, padding left out."""
        last = (outputs - 1) * self.stride + self.extent - before
        return max(self.size - last, 0)


class Window(NamedTuple):
    """A window over a grid: two sides, rows first."""

    rows: Side
    columns: Side

    @classmethod
    def over(
        cls,
        grid: tuple[int, ...],
        kernel: tuple[int, int],
        stride: tuple[int, int],
        dilation: tuple[int, int] = (1, 1),
    ) -> Window:
        """Lay a window over a grid of height and width."""
        rows, columns = (
            Side(size, *sizes) for size, *sizes in zip(grid, kernel, stride, dilation, strict=True)
        )
        return cls(rows, columns)

    def pads(self, padding: str | Pads) -> Pads:
        """Turn a padding as written into cells above, below, left and right."""
        if not isinstance(padding, str):
            return padding
        if padding == "valid":
            return (0, 0, 0, 0)
        if padding == "same":
            return (*self.rows.same(), *self.columns.same())
        return (*self.rows.symmetric(), *self.columns.symmetric())

    def outputs(self, pads: Pads, *, ceil: bool = False) -> tuple[int, int]:
        """Count the windows down and across."""
        top, bottom, left, right = pads
        return self.rows.outputs(top, bottom, ceil=ceil), self.columns.outputs(left, right, ceil=ceil)

    def unread(self, pads: Pads, outputs: tuple[int, int]) -> tuple[int, int]:
        """Count the rows and columns at the end that no window reads."""
        top, bottom, left, right = pads
        return self.rows.unread(top, bottom, outputs[0]), self.columns.unread(left, right, outputs[1])
