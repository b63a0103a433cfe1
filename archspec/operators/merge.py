"""Operators that combine several values: concat, sums, products, means, extremes."""

from collections.abc import Mapping, Sequence
from typing import Any

from archspec.cost import Cost
from archspec.field import CELL, Field
from archspec.operator import FigureLabel, Operator, require, require_map
from archspec.tensor import TensorType


class Merge(Operator):
    """Combine several values into one."""

    def fields(self, *xs: TensorType) -> tuple[Field, Field] | None:
        """Return the same cell, unless a value of one cell is broadcast over the grid."""
        return (CELL, CELL) if len({x.grid for x in xs}) == 1 else None

    def cost(self, out: TensorType, *xs: TensorType) -> Cost:
        """One operation per output element and input after the first."""
        return Cost(pointwise=(len(xs) - 1) * out.size)


class Concat(Merge, name="concat", role="merge"):
    """Concatenate the channels of maps with the same grid, or of vectors, in the order written."""

    associative = True
    concatenates = True

    def infer(self, *xs: TensorType) -> TensorType:
        require_several(xs)
        require_same_grid(xs)
        return xs[0].with_channels(self.output_channels({}, [x.channels for x in xs], *xs))

    def output_channels(
        self, said: Mapping[str, Any], arriving: Sequence[Any], *inputs: TensorType
    ) -> Any:
        """As many as the inputs have together."""
        return sum(arriving)

    def cost(self, out: TensorType, *xs: TensorType) -> Cost:
        """Nothing: no number is computed."""
        return Cost()

    def label(self, *xs: TensorType) -> FigureLabel:
        """Return ``Filter concat`` for maps, as papers do."""
        return FigureLabel("Filter concat" if xs[0].is_map else "Concat")


class Elementwise(Merge):
    """Combine values of equal shape, element by element."""

    commutative = True

    def infer(self, *xs: TensorType) -> TensorType:
        require_several(xs)
        require_equal(xs)
        return xs[0]


class Add(Elementwise, name="add", role="merge"):
    """Add values of equal shape, element by element."""

    title = "+"
    associative = True


class Subtract(Merge, name="subtract", role="merge"):
    """Subtract the second value from the first, element by element; their shapes are equal."""

    title = "\N{MINUS SIGN}"

    def infer(self, *xs: TensorType) -> TensorType:
        require(
            len(xs) == 2,
            "inputs",
            f"subtracts one value from another, got {len(xs)} values",
            "add up the values to be subtracted first",
        )
        require_equal(xs)
        return xs[0]


class Average(Elementwise, name="average", role="merge"):
    """Average values of equal shape, element by element."""

    def cost(self, out: TensorType, *xs: TensorType) -> Cost:
        """One operation per output element and input: the sums, and a division."""
        return Cost(pointwise=len(xs) * out.size)


class Maximum(Elementwise, name="maximum", role="merge"):
    """Take the larger of values of equal shape, element by element."""

    associative = True


class Minimum(Elementwise, name="minimum", role="merge"):
    """Take the smaller of values of equal shape, element by element."""

    associative = True


class Resizing(Merge):
    """Resize a map to the grid of a second, of which nothing else is read."""

    def fields(self, *xs: TensorType) -> None:
        """Tell that the places that a cell lies between depend on both grids."""

    def infer(self, *xs: TensorType) -> TensorType:
        """Refuse other than two values, and a second without a grid."""
        require(
            len(xs) == 2,
            "inputs",
            f"resizes one value to the grid of another, got {len(xs)} values",
            "write first what is resized, then what has the size",
        )
        x, like = xs
        require(like.grid, "grid", f"a vector of {like} has no grid that another could get")
        return like.with_channels(x.channels)


class Resize(Resizing, name="resize", role="merge"):
    """Resize a map to the grid of a second value, whatever its size, by bilinear interpolation.

    Cells have their centres at halves, as in ``upsample``. Nothing else of the second value is
    read. A vector is a map of one cell, and is spread.
    """

    def cost(self, out: TensorType, *xs: TensorType) -> Cost:
        """Four operations per output element."""
        return Cost(pointwise=4 * out.size)


class ResizeNearest(Resizing, name="resize_nearest", role="merge"):
    """Resize a map to the grid of a second value, whatever its size, by copying cells.

    Of ``n`` rows, row ``i`` of ``m`` is a copy of row ``floor(i * n / m)``, as in PyTorch. Nothing
    else of the second value is read. A vector is a map of one cell, and is spread.
    """

    def cost(self, out: TensorType, *xs: TensorType) -> Cost:
        """Nothing: no number is computed."""
        return Cost()


class GlobalAttentionPool(Merge, name="global_attention_pool", role="merge"):
    """Average each channel over the grid, cells weighted by the softmax of a score.

    ``h x w x c``, and second ``h x w x 1``, the scores, to ``c``: the sum over all cells of
    ``softmax(score) * x``, where the softmax is over the grid. Source: arXiv:1904.11492, the global
    attention pooling of Figure 4.
    """

    title = "Attention pooling"

    def fields(self, *xs: TensorType) -> None:
        """Depend on the whole grid."""

    def infer(self, *xs: TensorType) -> TensorType:
        """Refuse other than two values, a vector, and scores that are not one for each cell."""
        require(
            len(xs) == 2,
            "inputs",
            f"averages one value by the scores of another, got {len(xs)} values",
            "write first what is averaged, then the scores",
        )
        x, score = xs
        require_map(x)
        require(
            score.shape == (*x.grid, 1),
            "score",
            f"the scores are {score}, and {x} takes one for each cell",
            "make them by a convolution to one channel: conv 1x1 1 linear",
        )
        return TensorType((x.channels,))

    def cost(self, out: TensorType, *xs: TensorType) -> Cost:
        """Three operations per score, exponential, sum, divide, and two per cell and channel."""
        x, score = xs
        return Cost(pointwise=3 * score.size + 2 * x.size)


class Multiply(Merge, name="multiply", role="merge"):
    """Multiply values element by element.

    A vector or a 1x1 map is broadcast over the grid of the others, a single channel over all.
    """

    title = "\N{MULTIPLICATION SIGN}"
    commutative = True
    associative = True

    def infer(self, *xs: TensorType) -> TensorType:
        """Refuse grids and channels that are neither equal nor 1."""
        require_several(xs)
        maps = [x for x in xs if x.grid]
        spread = [x for x in maps if x.grid != (1, 1)]
        require_same_grid(spread)
        require_same_channels([x for x in xs if x.channels > 1])
        grid = (spread or maps or xs)[0]
        return grid.with_channels(max(x.channels for x in xs))


def require_several(xs: tuple[TensorType, ...]) -> None:
    """Refuse to merge fewer than two values."""
    if len(xs) < 2:
        require(
            False, "inputs", f"merges at least two values, got {len(xs)}", "write the step alone"
        )


def require_same_grid(xs: list[TensorType] | tuple[TensorType, ...]) -> None:
    """Refuse values with different grids, or maps together with vectors."""
    odd = next((x for x in xs if x.grid != xs[0].grid), None)
    if odd is None:
        return
    if xs[0].grid and odd.grid:
        require(
            False,
            "grid",
            f"the grids differ: {show_grid(xs[0])} of {xs[0]} and {show_grid(odd)} of {odd}",
        )
    require(False, "grid", f"a map and a vector do not fit together: {xs[0]} and {odd}")


def require_same_channels(xs: list[TensorType] | tuple[TensorType, ...]) -> None:
    """Refuse values with different numbers of channels."""
    odd = next((x for x in xs if x.channels != xs[0].channels), None)
    if odd is not None:
        require(
            False,
            "channels",
            f"the channels differ: {xs[0].channels} of {xs[0]} and {odd.channels} of {odd}",
        )


def require_equal(xs: tuple[TensorType, ...]) -> None:
    """Refuse values with different shapes; the grid is compared first."""
    if any(x != xs[0] for x in xs):
        require_same_grid(xs)
        require_same_channels(xs)


def show_grid(x: TensorType) -> str:
    """Format height and width: ``35x35``."""
    return "x".join(map(str, x.grid))
