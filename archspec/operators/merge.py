"""What makes one value of several: concat, add, subtract, multiply."""

from collections.abc import Mapping, Sequence
from typing import Any

from archspec.cost import Cost
from archspec.operator import FigureLabel, Operator, require
from archspec.tensor import TensorType


class Merge(Operator):
    """Make one value of several."""

    def cost(self, out: TensorType, *xs: TensorType) -> Cost:
        """One operation per output element and input after the first."""
        return Cost(pointwise=(len(xs) - 1) * out.size)


class Concat(Merge, name="concat", role="merge"):
    """Stack the channels of maps of one grid, or of vectors, in the order written."""

    associative = True
    concatenates = True

    def infer(self, *xs: TensorType) -> TensorType:
        require_several(xs)
        require_same_grid(xs)
        return xs[0].with_channels(self.output_channels({}, [x.channels for x in xs], *xs))

    def output_channels(
        self, said: Mapping[str, Any], arriving: Sequence[Any], *inputs: TensorType
    ) -> Any:
        """As many as arrive together."""
        return sum(arriving)

    def cost(self, out: TensorType, *xs: TensorType) -> Cost:
        """Nothing: no number is computed."""
        return Cost()

    def label(self, *xs: TensorType) -> FigureLabel:
        """Name it after filters where there are some."""
        return FigureLabel("Filter concat" if xs[0].is_map else "Concat")


class Add(Merge, name="add", role="merge"):
    """Add values of equal shape, element by element."""

    title = "+"
    commutative = True
    associative = True

    def infer(self, *xs: TensorType) -> TensorType:
        require_several(xs)
        require_equal(xs)
        return xs[0]


class Subtract(Merge, name="subtract", role="merge"):
    """Take the second value from the first, element by element; their shapes are equal."""

    title = "\N{MINUS SIGN}"

    def infer(self, *xs: TensorType) -> TensorType:
        require(
            len(xs) == 2,
            "inputs",
            f"takes one value from another, got {len(xs)} values",
            "add what is to be taken away first",
        )
        require_equal(xs)
        return xs[0]


class Multiply(Merge, name="multiply", role="merge"):
    """Multiply values element by element.

    A vector, or a map of 1x1, is spread over the grid of the others; one channel over all channels.
    """

    title = "\N{MULTIPLICATION SIGN}"
    commutative = True
    associative = True

    def infer(self, *xs: TensorType) -> TensorType:
        """Refuse grids and channels that are neither equal nor one."""
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
    """Refuse values on different grids, or some on a grid and some on none."""
    odd = next((x for x in xs if x.grid != xs[0].grid), None)
    if odd is None:
        return
    if xs[0].grid and odd.grid:
        require(
            False,
            "grid",
            f"the grids differ: {show_grid(xs[0])} of {xs[0]} and {show_grid(odd)} of {odd}",
        )
    require(False, "grid", f"a map and a vector do not fit: {xs[0]} and {odd}")


def require_same_channels(xs: list[TensorType] | tuple[TensorType, ...]) -> None:
    """Refuse values of different numbers of channels."""
    odd = next((x for x in xs if x.channels != xs[0].channels), None)
    if odd is not None:
        require(
            False,
            "channels",
            f"the channels differ: {xs[0].channels} of {xs[0]} and {odd.channels} of {odd}",
        )


def require_equal(xs: tuple[TensorType, ...]) -> None:
    """Refuse values of different shapes, the grid first."""
    if any(x != xs[0] for x in xs):
        require_same_grid(xs)
        require_same_channels(xs)


def show_grid(x: TensorType) -> str:
    """Write height and width."""
    return "x".join(map(str, x.grid))
