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
from archspec.operators.pool import AvgPool, MaxPool
from archspec.operators.scale import Affine
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
