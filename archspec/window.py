"""The arithmetic of windows that slide over a map: how much padding, how many outputs.

All sizes are cells along one side of a grid. Sources: TensorFlow's definition of ``SAME`` and
``VALID``; Dumoulin and Visin, "A guide to convolution arithmetic for deep learning",
arXiv:1603.07285.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from archspec.attributes import Pads, show
from archspec.operator import RuleError


class Side(NamedTuple):
    """A window of ``kernel`` cells, ``dilation`` apart, that moves by ``stride`` along ``size``."""

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

    def offset(self, before: int, after: int, *, ceil: bool = False) -> int:
        """Find ``a`` so that ``(size + a) // stride + 1`` windows lie over the side, at any size.

        With ``ceil`` a last window may hang over the end, if it begins inside the side or the
        padding before it.
        """
        if not ceil:
            return before + after - self.extent
        return before + self.overhang(after) - self.extent

    def overhang(self, after: int) -> int:
        """Pad so much at the end, in place of ``after``, that no window of ``ceil`` hangs over."""
        return min(after + self.stride, self.extent) - 1

    def outputs(self, before: int, after: int, *, ceil: bool = False) -> int:
        """Count the windows over the padded side; zero or less where none fits."""
        return (self.size + self.offset(before, after, ceil=ceil)) // self.stride + 1

    def unread(self, before: int, outputs: int) -> int:
        """Count the cells at the end that no window reads, unless the stride skips cells anyway."""
        if self.extent < self.stride:
            return 0
        behind = self.size + before - (outputs - 1) * self.stride - self.extent
        return min(max(behind, 0), self.size)

    def spread(self) -> int:
        """Count the cells that the windows of a transposed convolution cover together."""
        return (self.size - 1) * self.stride + self.extent

    def same_crop(self) -> tuple[int, int]:
        """Crop ``spread()`` to ``size * stride`` cells, the odd one last; below zero adds cells."""
        total = self.extent - self.stride
        before = max(total, 0) // 2
        return before, total - before

    def arithmetic(self, before: int, after: int) -> str:
        """Write out how the windows are counted, as ``floor((5 + 1 + 1 - 3) / 2) + 1 = 3``."""
        counted = f"floor(({self.size} + {before} + {after} - {self.extent}) / {self.stride}) + 1"
        return f"{counted} = {self.outputs(before, after)}"


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
        return cls(
            Side(grid[0], kernel[0], stride[0], dilation[0]),
            Side(grid[1], kernel[1], stride[1], dilation[1]),
        )

    def pads(self, padding: str | Pads) -> Pads:
        """Turn a padding as written into cells above, below, left and right."""
        if not isinstance(padding, str):
            return padding
        if padding == "valid":
            return (0, 0, 0, 0)
        if padding == "same":
            return (*self.rows.same(), *self.columns.same())
        return (*self.rows.symmetric(), *self.columns.symmetric())

    @property
    def same_depends_on_size(self) -> bool:
        """Whether ``same`` pads by the size of the grid."""
        return any(side.stride > 1 and side.extent > 1 for side in self)

    def offsets(self, pads: Pads, *, ceil: bool = False) -> tuple[int, int]:
        """Find what the windows depend on beside size and stride: equal offsets, equal windows."""
        top, bottom, left, right = pads
        rows, columns = self
        return rows.offset(top, bottom, ceil=ceil), columns.offset(left, right, ceil=ceil)

    def counts(self, pads: Pads, *, ceil: bool = False) -> tuple[int, int]:
        """Count the windows down and across; zero or less where none fits."""
        top, bottom, left, right = pads
        rows, columns = self
        return rows.outputs(top, bottom, ceil=ceil), columns.outputs(left, right, ceil=ceil)

    def outputs(self, pads: Pads, *, ceil: bool = False) -> tuple[int, int]:
        """Count the windows down and across; refuse a ``kernel`` that does not fit once."""
        counts = self.counts(pads, ceil=ceil)
        if min(counts) < 1:
            raise self._misfit(pads)
        return counts

    def _misfit(self, pads: Pads) -> RuleError:
        top, bottom, left, right = pads
        rows, columns = self
        name, side, ends = (
            ("rows", rows, (top, bottom))
            if rows.outputs(top, bottom) < 1
            else ("columns", columns, (left, right))
        )
        kernel, grid = show((rows.kernel, columns.kernel)), show((rows.size, columns.size))
        spans = f", which spans {side.extent} {name}," if side.extent > side.kernel else ""
        return RuleError(
            "kernel",
            f"a {kernel} kernel{spans} does not fit into a grid of {grid}: "
            f"{side.arithmetic(*ends)} {name}",
            "use a smaller kernel, same padding, or a larger grid",
        )

    def lints(self, pads: Pads, outputs: tuple[int, ...]) -> Iterator[tuple[str, str, str]]:
        """Warn of rows or columns at the end of the input that no window reads."""
        for name, side, before, count in (
            ("row", self.rows, pads[0], outputs[0]),
            ("column", self.columns, pads[2], outputs[1]),
        ):
            left_over = side.unread(before, count)
            if left_over:
                last = f"last {name} is" if left_over == 1 else f"last {left_over} {name}s are"
                message = (
                    f"the {last} never read: windows of {side.extent}, {side.stride} apart, "
                    f"end at {name} {side.size - left_over} of {side.size}"
                )
                yield "unread", "stride", message
