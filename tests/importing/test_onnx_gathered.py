"""Cells that an exporter of ONNX picks out of a map one by one, of which shares are words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx")

from archspec.operators.pool import AdaptiveAvgPool, AdaptiveMaxPool
from tests.importing import graphs
from tests.importing.test_onnx import imported, refusal
from tests.importing.test_onnx_words import axes, operators, written

SHARES = {
    3: [(0, 3), (2, 6), (5, 8)],
    5: [(0, 2), (1, 4), (3, 5), (4, 7), (6, 8)],
}
"""Of 8 cells, from ``floor(8 i / n)`` to ``ceil(8 (i + 1) / n)``, as PyTorch divides them."""


def gathered(
    drawn: graphs.Drawn,
    counts: tuple[int, int],
    *,
    shift: int = 0,
    fill: float = 0,
    divisor: float = 1,
    first: tuple[int, ...] = (2, 3, 0, 1),
) -> str:
    """Write an average over shares of the grid of 8 by 8 as PyTorch's exporter does."""
    sides = [SHARES[count] for count in counts]
    longest = [max(stop - start for start, stop in side) for side in sides]
    places = [
        np.array([[min(start + at, 7) for at in range(size)] for start, _ in side])
        for side, size in zip(sides, longest, strict=True)
    ]
    rows, columns = np.broadcast_arrays((places[0][:, :, None, None] + shift) % 8, places[1])
    moved = drawn.node("Transpose", "x", perm=first)
    found = drawn.node("GatherND", moved, drawn.constant(np.stack([rows, columns], -1)))
    picked = drawn.node("Transpose", found, perm=[4, 5, 0, 1, 2, 3])
    return _averaged(drawn, picked, sides, fill, divisor)


def _averaged(drawn: graphs.Drawn, value: str, sides: Any, fill: float, divisor: float) -> str:
    """Put a number, zero, in the place of cells beyond a share, add up and divide."""
    sizes = [np.array([stop - start for start, stop in side]) for side in sides]
    longest = [int(each.max()) for each in sizes]
    hidden = [np.arange(most) >= size[:, None] for most, size in zip(longest, sizes, strict=True)]
    for mask in (hidden[0][:, :, None, None], hidden[1]):
        value = drawn.node("Where", drawn.constant(mask), drawn.constant(np.float32(fill)), value)
    total = ""
    for row in range(longest[0]):
        part = drawn.node("Gather", value, drawn.constant(np.int64(row)), axis=3)
        for column in range(longest[1]):
            cell = drawn.node("Gather", part, drawn.constant(np.int64(column)), axis=4)
            total = drawn.node("Add", total, cell) if total else cell
    counts = (sizes[0][:, None] * sizes[1] * divisor).astype("float32")
    quotient: str = drawn.node("Div", total, drawn.constant(counts))
    return quotient


def test_cells_that_are_picked_out_and_averaged_are_shares_of_a_grid(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    found = operators(imported(written(drawn, tmp_path, gathered(drawn, (3, 5)))))
    assert found == [AdaptiveAvgPool(grid=(3, 5))]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"shift": 1}, "it averages other cells than equal shares of a grid have"),
        ({"divisor": 2}, "it averages other cells than equal shares of a grid have"),
        ({"fill": 3}, "it puts other numbers than zeros in the place of cells"),
        ({"first": (3, 2, 0, 1)}, "it moves the batch"),
    ],
    ids=["cells", "divisors", "fillings", "columns as rows"],
)
def test_other_averages_of_cells_that_are_picked_out_are_refused(
    tmp_path: Path, other: dict[str, Any], reason: str
) -> None:
    drawn = graphs.Drawn()
    assert reason in refusal(written(drawn, tmp_path, gathered(drawn, (3, 5), **other)))


def picked(drawn: graphs.Drawn, value: str, places: Any, **how: int) -> str:
    moved = drawn.node("Transpose", value, perm=[2, 3, 0, 1])
    found = drawn.node("GatherND", moved, drawn.constant(places), **how)
    back: str = drawn.node("Transpose", found, perm=[2, 3, 0, 1])
    return back


def test_cells_of_two_maps_that_are_added_up_are_refused(tmp_path: Path) -> None:
    drawn, places = graphs.Drawn(), np.zeros((2, 2, 2), "int64")
    both = (picked(drawn, each, places) for each in ("x", drawn.node("Relu", "x")))
    assert "it adds cells of other places" in refusal(
        written(drawn, tmp_path, drawn.node("Add", *both))
    )


def test_cells_that_are_picked_out_anew_of_each_row_are_refused(tmp_path: Path) -> None:
    """Behind a row, places are a column and an example."""
    drawn = graphs.Drawn((3, 8, 3))
    places = np.zeros((8, 4, 2), "int64")
    found = picked(drawn, "x", places, batch_dims=1)
    assert "it moves the batch" in refusal(written(drawn, tmp_path, found))


def largest(drawn: graphs.Drawn, shift: int) -> str:
    """Write the largest values of shares of the rows, and of columns, five and three of eight."""
    value = "x"
    for axis, count in ((2, 5), (3, 3)):
        ends = SHARES[count]
        most = max(stop - start for start, stop in ends)
        places = [[min(start + at, stop - 1) for at in range(most)] for start, stop in ends]
        moved = drawn.constant((np.array(places) + shift) % 8)
        picked = drawn.node("Gather", value, moved, axis=axis)
        value = drawn.node("ReduceMax", picked, axes(drawn, axis + 1), keepdims=0)
    return value


def test_the_largest_cells_of_rows_and_then_of_columns_are_those_of_shares(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    found = operators(imported(written(drawn, tmp_path, largest(drawn, 0))))
    assert found == [AdaptiveMaxPool(grid=(5, 3))]


def test_the_largest_of_columns_along_rows_are_no_shares_of_a_grid(tmp_path: Path) -> None:
    """Of five shares of the columns the largest at each place is left, and three of the rows."""
    drawn = graphs.Drawn()
    value = "x"
    for axis, count, reduced in ((3, 5, 3), (2, 3, 4)):
        places = [[min(start + at, stop - 1) for at in range(4)] for start, stop in SHARES[count]]
        value = drawn.node("Gather", value, drawn.constant(np.array(places)), axis=axis)
        value = drawn.node("ReduceMax", value, axes(drawn, reduced), keepdims=0)
    said = refusal(written(drawn, tmp_path, value))
    assert "it arranges other dimensions than the channels" in said


def test_the_largest_of_other_cells_are_refused(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    said = refusal(written(drawn, tmp_path, largest(drawn, 1)))
    assert "it arranges other dimensions than the channels" in said


def test_cells_that_are_picked_out_have_no_function(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    moved = drawn.node("Transpose", "x", perm=[2, 3, 0, 1])
    places = drawn.constant(np.zeros((2, 2, 2), "int64"))
    found = drawn.node("GatherND", moved, places)
    back = drawn.node("Transpose", found, perm=[2, 3, 0, 1])
    file = written(drawn, tmp_path, drawn.node("Relu", back))
    assert "it takes cells that were picked out of a map by their places" in refusal(file)


def test_sums_of_cells_that_double_are_refused_before_they_are_added_up(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    moved = drawn.node("Transpose", "x", perm=[2, 3, 0, 1])
    found = drawn.node("GatherND", moved, drawn.constant(np.zeros((8, 8, 2), "int64")))
    value = drawn.node("Transpose", found, perm=[2, 3, 0, 1])
    for _ in range(40):
        value = drawn.node("Add", value, value)
    assert "it adds up too many cells" in refusal(written(drawn, tmp_path, value))
