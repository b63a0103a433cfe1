"""What PyTorch's exporter of ONNX writes out is the word that it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx")

from archspec.importing.importing import ImportedSpec
from archspec.operators.activation import Elu
from archspec.operators.grid import Upsample
from archspec.operators.merge import Average, Maximum, Minimum
from archspec.operators.pool import AdaptiveAvgPool, AdaptiveMaxPool, AvgPool, MaxPool
from archspec.operators.scale import Affine
from archspec.window import shares
from tests.importing import graphs
from tests.importing.test_onnx import imported, refusal

INFINITE = np.float32(-np.inf)


def written(drawn: graphs.Drawn, folder: Path, *outputs: str) -> Path:
    return graphs.write(folder / "net.onnx", drawn.model(*outputs, opset=18))


def operators(found: ImportedSpec) -> list[Any]:
    assert found.difference is not None
    assert found.difference < 1e-5
    return [node.op for node in found.graph.nodes.values()]


def axes(drawn: graphs.Drawn, *numbers: int) -> str:
    return drawn.constant(np.array(numbers, "int64"))


def around(drawn: graphs.Drawn, value: str, *cells: int, fill: str = "") -> str:
    """Pad above, on the left, below, on the right."""
    top, left, bottom, right = cells
    pads = axes(drawn, 0, 0, top, left, 0, 0, bottom, right)
    padded: str = drawn.node("Pad", value, pads, *([fill] if fill else []))
    return padded


def shares_of(drawn: graphs.Drawn, *rows: float) -> str:
    """Keep the shares of cells that count in windows of two by two, which all columns have."""
    return drawn.constant(np.repeat(np.array(rows, "float32"), 8).reshape(1, 1, -1, 8))


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (0.5, AvgPool(kernel=(2, 1), padding="same")),
        (1.0, AvgPool(kernel=(2, 1), padding="same", count_padding=True)),
    ],
)
def test_an_average_divided_by_the_share_of_cells_that_count_is_one_word(
    last: float, expected: AvgPool, tmp_path: Path
) -> None:
    drawn = graphs.Drawn()
    mean = drawn.node("AveragePool", around(drawn, "x", 0, 0, 1, 0), kernel_shape=[2, 1])
    quotient = drawn.node("Div", mean, shares_of(drawn, *[1] * 7, last))
    assert operators(imported(written(drawn, tmp_path, quotient))) == [expected]


def test_an_average_that_counts_padding_but_not_what_rounding_up_adds_is_one_word(
    tmp_path: Path,
) -> None:
    drawn = graphs.Drawn(shape=(3, 4, 8))
    padded = around(drawn, "x", 1, 0, 2, 0)
    mean = drawn.node("AveragePool", padded, kernel_shape=[3, 1], strides=[2, 1])
    quotient = drawn.node("Div", mean, shares_of(drawn, 1, 1, 2 / 3))
    (op,) = operators(imported(written(drawn, tmp_path, quotient)))
    assert (op.padding, op.ceil, op.count_padding) == ("symmetric", True, True)


def test_an_average_divided_by_other_numbers_for_each_cell_is_refused(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    mean = drawn.node("AveragePool", around(drawn, "x", 0, 0, 1, 0), kernel_shape=[2, 1])
    quotient = drawn.node("Div", mean, shares_of(drawn, *[1] * 7, 0.25))
    assert "its numbers are (1, 1, 8, 8)" in refusal(written(drawn, tmp_path, quotient))


@pytest.mark.parametrize(("kind", "word"), [("Mean", Average), ("Max", Maximum), ("Min", Minimum)])
@pytest.mark.parametrize("count", [2, 3])
def test_values_that_are_stacked_and_reduced_are_merged(
    kind: str, word: Any, count: int, tmp_path: Path
) -> None:
    drawn = graphs.Drawn()
    front = axes(drawn, 0)
    values = ["x", drawn.node("Sigmoid", "x"), drawn.node("Tanh", "x")][:count]
    stack = drawn.node("Concat", *(drawn.node("Unsqueeze", each, front) for each in values), axis=0)
    merged = drawn.node(f"Reduce{kind}", stack, front, keepdims=0)
    assert operators(imported(written(drawn, tmp_path, merged)))[-1] == word()


def test_a_sum_divided_by_the_number_of_its_terms_is_an_average(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    total = drawn.node("Add", drawn.node("Add", "x", drawn.node("Tanh", "x")), "x")
    mean = drawn.node("Div", total, drawn.constant(np.float32(3)))
    found = imported(written(drawn, tmp_path, mean))
    assert [op.word for op in operators(found)] == ["tanh", "average"]
    assert len([*found.graph.nodes.values()][-1].sources) == 3


def test_factors_with_dimensions_are_learned_and_numbers_are_not(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    learned = drawn.node("Mul", "x", drawn.weight(1))
    shifted = drawn.node("Add", learned, drawn.weight(1))
    scaled = drawn.node("Mul", shifted, drawn.constant(np.float32(0.5)))
    affine, scale = operators(imported(written(drawn, tmp_path, scaled)))
    assert affine == Affine(shared=True)
    assert scale.factor == 0.5


@pytest.mark.parametrize(("alpha", "beta"), [(2.0, 0.5), (1.0, 0.5), (2.0, 1.0), (1.0, 1.0)])
def test_a_local_response_norm_is_found_without_its_factor_or_its_power(
    alpha: float, beta: float, tmp_path: Path
) -> None:
    drawn = graphs.Drawn()
    squares = drawn.node("Mul", "x", "x")
    volume = drawn.node("Reshape", squares, axes(drawn, -1, 1, 3, 8, 8))
    padded = drawn.node("Pad", volume, axes(drawn, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0))
    mean = drawn.node("AveragePool", padded, kernel_shape=[3, 1, 1])
    total = drawn.node("Squeeze", mean, axes(drawn, 1))
    if alpha != 1:
        total = drawn.node("Mul", total, drawn.constant(np.float32(alpha)))
    total = drawn.node("Add", total, drawn.constant(np.float32(1.5)))
    if beta != 1:
        total = drawn.node("Pow", total, drawn.constant(np.float32(beta)))
    (op,) = operators(imported(written(drawn, tmp_path, drawn.node("Div", "x", total))))
    assert (op.word, op.size, op.alpha, op.beta, op.k) == (
        "local_response_norm", 3, alpha, beta, 1.5,
    )  # fmt: skip


def test_numbers_of_an_elu_are_those_that_were_rounded(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    file = written(drawn, tmp_path, drawn.node("Elu", "x", alpha=0.01))
    assert operators(imported(file)) == [Elu(alpha=0.01)]


def test_cells_without_a_value_are_the_padding_of_a_maximum(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    padded = around(drawn, "x", 0, 0, 1, 1, fill=drawn.constant(INFINITE))
    largest = drawn.node("MaxPool", padded, kernel_shape=[2, 2])
    found = operators(imported(written(drawn, tmp_path, largest)))
    assert found == [MaxPool(kernel=(2, 2), padding="same")]


def test_cells_without_a_value_around_a_convolution_are_refused(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    padded = around(drawn, "x", 0, 0, 1, 1, fill=drawn.constant(INFINITE))
    file = written(drawn, tmp_path, drawn.conv(padded, 3, 4))
    assert "cells of -inf are around what it takes" in refusal(file)


def test_what_is_cut_off_behind_a_transposed_convolution_is_its_padding(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    weights = drawn.weight(3, 4, 3, 3), drawn.weight(4)
    layer = drawn.node("ConvTranspose", "x", *weights, strides=[2, 2], pads=[1, 1, 0, 0])
    file = written(drawn, tmp_path, around(drawn, layer, 0, 0, -1, 2))
    layer_op, pad = operators(imported(file))
    assert layer_op.padding == (1, 1, 1, 0)
    assert pad.cells == (0, 0, 0, 2)


def test_a_transposed_convolution_that_is_padded_and_read_as_it_is_stays_one(
    tmp_path: Path,
) -> None:
    drawn = graphs.Drawn()
    layer = drawn.node("ConvTranspose", "x", drawn.weight(3, 3, 1, 1), drawn.weight(3))
    padded = drawn.conv(around(drawn, layer, 1, 1, 1, 1), 3, 3, pads=[0] * 4)
    found = imported(written(drawn, tmp_path, drawn.node("Add", padded, layer)))
    assert [op.word for op in operators(found)] == ["conv_transpose2d", "conv2d", "add"]


def test_a_convolution_of_a_single_number_is_no_layer_along_channels(tmp_path: Path) -> None:
    drawn = graphs.Drawn(shape=(1, 8, 8))
    cell = drawn.node("ReduceMax", "x", axes(drawn, 2, 3), keepdims=1)
    wide = drawn.node("Conv", cell, drawn.weight(4, 1, 3, 1), drawn.weight(4), pads=[1, 0, 1, 0])
    found = operators(imported(written(drawn, tmp_path, wide)))
    assert [op.word for op in found] == ["global_max_pool", "conv2d"]


def strided(drawn: graphs.Drawn, *places: int) -> str:
    """Pool, and read the numbers of all examples by their places, as a view with strides is."""
    cell = drawn.node("ReduceMean", "x", axes(drawn, 2, 3))
    flat = drawn.node("Reshape", cell, axes(drawn, -1))
    read = np.array(places, "int64").reshape(1, 3, 1, 1)
    found: str = drawn.node("Gather", flat, drawn.constant(read))
    return found


def test_numbers_that_are_read_in_their_order_are_a_view(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    file = written(drawn, tmp_path, drawn.conv(strided(drawn, 0, 1, 2), 3, 4, 1))
    assert [op.word for op in operators(imported(file))] == ["global_avg_pool", "fully_connected"]


def test_numbers_that_are_read_in_another_order_are_refused(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    file = written(drawn, tmp_path, strided(drawn, 0, 2, 1))
    assert "it makes () of a column" in refusal(file)


def gathered(drawn: graphs.Drawn, counts: tuple[int, int], shift: int = 0) -> str:
    """Write an average over shares of the grid of 8 by 8 as PyTorch's exporter does."""
    sides = [shares(8, count) for count in counts]
    longest = [max(stop - start for start, stop in side) for side in sides]
    places = [
        np.array([[min(start + at, 7) for at in range(size)] for start, _ in side])
        for side, size in zip(sides, longest, strict=True)
    ]
    rows, columns = np.broadcast_arrays((places[0][:, :, None, None] + shift) % 8, places[1])
    moved = drawn.node("Transpose", "x", perm=[2, 3, 0, 1])
    found = drawn.node("GatherND", moved, drawn.constant(np.stack([rows, columns], -1)))
    return _added(drawn, drawn.node("Transpose", found, perm=[4, 5, 0, 1, 2, 3]), sides, longest)


def _added(drawn: graphs.Drawn, value: str, sides: Any, longest: list[int]) -> str:
    """Put zeros in the place of cells beyond a share, add up and divide."""
    sizes = [np.array([stop - start for start, stop in side]) for side in sides]
    hidden = [np.arange(most) >= size[:, None] for most, size in zip(longest, sizes, strict=True)]
    for mask in (hidden[0][:, :, None, None], hidden[1]):
        value = drawn.node("Where", drawn.constant(mask), drawn.constant(np.float32(0)), value)
    total = ""
    for row in range(longest[0]):
        part = drawn.node("Gather", value, drawn.constant(np.int64(row)), axis=3)
        for column in range(longest[1]):
            cell = drawn.node("Gather", part, drawn.constant(np.int64(column)), axis=4)
            total = drawn.node("Add", total, cell) if total else cell
    divisor = (sizes[0][:, None] * sizes[1]).astype("float32")
    quotient: str = drawn.node("Div", total, drawn.constant(divisor))
    return quotient


def test_cells_that_are_picked_out_and_averaged_are_shares_of_a_grid(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    found = operators(imported(written(drawn, tmp_path, gathered(drawn, (3, 5)))))
    assert found == [AdaptiveAvgPool(grid=(3, 5))]


def test_other_cells_that_are_picked_out_are_refused(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    file = written(drawn, tmp_path, gathered(drawn, (3, 5), shift=1))
    assert "it averages other cells than equal shares of a grid have" in refusal(file)


def largest(drawn: graphs.Drawn, shift: int) -> str:
    """Write the largest values of shares of the rows, and of columns, five and three of eight."""
    value = "x"
    for axis, count in ((2, 5), (3, 3)):
        ends = shares(8, count)
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


def test_weights_that_two_layers_take_are_named(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    weight, bias = drawn.weight(3, 3, 1, 1), drawn.constant(np.zeros(3, "float32"))
    copy = drawn.node("Identity", weight)
    once = drawn.node("Conv", "x", weight, bias)
    file = written(drawn, tmp_path, drawn.node("Conv", drawn.node("Relu", once), copy, bias))
    assert imported(file).shared == (weight,)


def test_a_factor_that_gives_a_part_of_a_cell_is_refused(tmp_path: Path) -> None:
    """Places follow the factor: of 6 rows it makes 7, as far apart as those of 7.5."""
    drawn = graphs.Drawn((2, 6, 6))
    scales = drawn.constant(np.array([1, 1, 1.25, 1], "float32"))
    found = drawn.node("Resize", "x", "", scales, mode="linear")
    assert "a factor that gives a part of a cell" in refusal(written(drawn, tmp_path, found))


def copied(drawn: graphs.Drawn, how: str, rounding: str, factor: int) -> str:
    scales = drawn.constant(np.array([1, 1, factor, 1], "float32"))
    said: dict[str, Any] = {"coordinate_transformation_mode": how, "nearest_mode": rounding}
    found: str = drawn.node("Resize", "x", "", scales, mode="nearest", **said)
    return found


@pytest.mark.parametrize(
    ("how", "rounding", "factor"),
    [
        ("half_pixel", "round_prefer_floor", 3),
        ("half_pixel", "round_prefer_ceil", 4),
        ("asymmetric", "floor", 3),
        ("asymmetric", "round_prefer_floor", 2),
        ("align_corners", "round_prefer_ceil", 2),
    ],
)
def test_resizing_that_copies_each_cell_equally_often_is_an_upsampling(
    how: str, rounding: str, factor: int, tmp_path: Path
) -> None:
    drawn = graphs.Drawn((2, 4, 3))
    file = written(drawn, tmp_path, copied(drawn, how, rounding, factor))
    assert operators(imported(file)) == [Upsample(factor=(factor, 1))]


@pytest.mark.parametrize(
    ("how", "rounding", "factor"),
    [
        ("asymmetric", "ceil", 2),  # of 4 rows 0 1 1 2 2 3 3 3
        ("asymmetric", "round_prefer_ceil", 2),  # the same, as halves are rounded up
        ("asymmetric", "round_prefer_floor", 3),  # 0 0 1 1 1 2 2 2 3 3 3 3
        ("half_pixel", "floor", 2),  # 0 0 0 1 1 2 2 3
        ("align_corners", "round_prefer_floor", 4),  # 0 0 0 1 1 1 1 1 2 2 2 2 2 3 3 3
        ("align_corners", "floor", 2),  # 0 0 0 1 1 2 2 3
    ],
)
def test_resizing_that_copies_some_cells_more_often_is_refused(
    how: str, rounding: str, factor: int, tmp_path: Path
) -> None:
    drawn = graphs.Drawn((2, 4, 3))
    file = written(drawn, tmp_path, copied(drawn, how, rounding, factor))
    assert "it copies other cells" in refusal(file)


def test_resizing_that_makes_more_channels_is_refused(tmp_path: Path) -> None:
    drawn = graphs.Drawn((2, 4, 3))
    found = drawn.node("Resize", "x", "", drawn.constant(np.array([1, 2, 2, 2], "float32")))
    assert "other dimensions than height and width" in refusal(written(drawn, tmp_path, found))


def interpolated(drawn: graphs.Drawn, *sizes: int) -> str:
    said: dict[str, Any] = {"coordinate_transformation_mode": "pytorch_half_pixel"}
    found: str = drawn.node("Resize", "x", "", "", axes(drawn, *sizes), mode="linear", **said)
    return found


def test_a_map_of_one_row_is_enlarged_with_the_half_pixels_of_pytorch(tmp_path: Path) -> None:
    drawn = graphs.Drawn((2, 1, 4))
    file = written(drawn, tmp_path, interpolated(drawn, 1, 2, 1, 8))
    assert operators(imported(file)) == [Upsample(factor=(1, 2), mode="bilinear")]


def test_one_row_of_several_with_the_half_pixels_of_pytorch_is_refused(tmp_path: Path) -> None:
    """It is the first of three, where half pixels have the second."""
    drawn = graphs.Drawn((2, 3, 4))
    file = written(drawn, tmp_path, interpolated(drawn, 1, 2, 1, 4))
    assert "it interpolates otherwise" in refusal(file)
