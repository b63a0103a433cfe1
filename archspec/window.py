"""The arithmetic of sliding windows: padding and output sizes.

All sizes are cells along one side of a grid. Sources: TensorFlow's definition of ``SAME`` and
``VALID``; Dumoulin and Visin, "A guide to convolution arithmetic for deep learning",
arXiv:1603.07285.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from archspec.attributes import Pads, show
from archspec.field import Field
from archspec.operator import RuleError


class Side(NamedTuple):
    """A window of ``kernel`` cells, ``dilation`` apart, that moves by ``stride`` along ``size``."""

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1

    @property
    def extent(self) -> int:
        """The number of cells that one window spans, gaps of the dilation included."""
        return (self.kernel - 1) * self.dilation + 1

    def same(self) -> tuple[int, int]:
        """Return the padding for which ``ceil(size / stride)`` windows fit; an odd cell is last."""
        outputs = -(-self.size // self.stride)
        total = max((outputs - 1) * self.stride + self.extent - self.size, 0)
        return total // 2, total - total // 2

    def symmetric(self) -> tuple[int, int]:
        """Return ``floor((extent - 1) / 2)`` at both ends, as PyTorch models pad."""
        cells = (self.extent - 1) // 2
        return cells, cells

    def offset(self, before: int, after: int, *, ceil: bool = False) -> int:
        """Return ``a`` such that ``(size + a) // stride + 1`` windows fit, at any size.

        With ``ceil`` the last window may extend beyond the padded side, if it begins inside the
        side or the padding before it.
        """
        if not ceil:
            return before + after - self.extent
        return before + self.overhang(after) - self.extent

    def overhang(self, after: int) -> int:
        """Return the padding at the end that, without ``ceil``, gives the windows of ``ceil``."""
        return min(after + self.stride, self.extent) - 1

    def outputs(self, before: int, after: int, *, ceil: bool = False) -> int:
        """Count the windows over the padded side; zero or less if none fits."""
        return (self.size + self.offset(before, after, ceil=ceil)) // self.stride + 1

    def unread(self, before: int, outputs: int) -> int:
        """Count the cells at the end that no window reads; 0 if the stride skips cells anyway."""
        if self.extent < self.stride:
            return 0
        behind = self.size + before - (outputs - 1) * self.stride - self.extent
        return min(max(behind, 0), self.size)

    def field(self, before: int) -> Field:
        """Return the receptive field of a window, with some padding at the beginning."""
        return Field(self.stride, before, self.extent - 1 - before)

    def spread_field(self, before: int) -> Field:
        """Return the field of a transposed convolution whose result is cropped at the beginning."""
        share = Fraction(1, self.stride)
        return Field(share, (self.extent - 1 - before) * share, before * share)

    def spread(self) -> int:
        """Return the output size of a transposed convolution without cropping."""
        return (self.size - 1) * self.stride + self.extent

    def same_crop(self) -> tuple[int, int]:
        """Return the crop of ``spread()`` to ``size * stride`` cells; negative values add cells.

        The odd cell is cropped at the end.
        """
        total = self.extent - self.stride
        before = max(total, 0) // 2
        return before, total - before

    def arithmetic(self, before: int, after: int) -> str:
        """Write out the count of windows: ``floor((5 + 1 + 1 - 3) / 2) + 1 = 3``."""
        counted = f"floor(({self.size} + {before} + {after} - {self.extent}) / {self.stride}) + 1"
        return f"{counted} = {self.outputs(before, after)}"


def shares(size: int, count: int) -> tuple[tuple[int, int], ...]:
    """Divide a side into overlapping shares of nearly equal size: where each starts and stops."""
    return tuple((at * size // count, -(-(at + 1) * size // count)) for at in range(count))


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
        """Return a window over a grid; all pairs are (height, width)."""
        return cls(
            Side(grid[0], kernel[0], stride[0], dilation[0]),
            Side(grid[1], kernel[1], stride[1], dilation[1]),
        )

    def pads(self, padding: str | Pads) -> Pads:
        """Resolve a padding to numbers of cells above, below, left and right."""
        if not isinstance(padding, str):
            return padding
        if padding == "valid":
            return (0, 0, 0, 0)
        if padding == "same":
            return (*self.rows.same(), *self.columns.same())
        return (*self.rows.symmetric(), *self.columns.symmetric())

    def fields(self, pads: Pads) -> tuple[Field, Field]:
        """Return the receptive fields of a window in rows and columns."""
        return self.rows.field(pads[0]), self.columns.field(pads[2])

    @property
    def same_depends_on_size(self) -> bool:
        """Whether the padding ``same`` depends on the size of the grid."""
        return any(side.stride > 1 and side.extent > 1 for side in self)

    def offsets(self, pads: Pads, *, ceil: bool = False) -> tuple[int, int]:
        """Return the offsets of both sides, which with size and stride determine the windows."""
        top, bottom, left, right = pads
        rows, columns = self
        return rows.offset(top, bottom, ceil=ceil), columns.offset(left, right, ceil=ceil)

    def counts(self, pads: Pads, *, ceil: bool = False) -> tuple[int, int]:
        """Count the windows in each dimension; zero or less if none fits."""
        top, bottom, left, right = pads
        rows, columns = self
        return rows.outputs(top, bottom, ceil=ceil), columns.outputs(left, right, ceil=ceil)

    def outputs(self, pads: Pads, *, ceil: bool = False) -> tuple[int, int]:
        """Count the windows in each dimension; raise ``RuleError`` if none fits."""
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
        """Yield a lint for rows or columns at the end of the input that no window reads."""
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
