"""The receptive field of a step is the part of the input that its cells are computed from."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest

from archspec import checked
from archspec.analysis.receptive_field import ReceptiveField, receptive_fields
from archspec.field import Field
from archspec.graph import Graph
from archspec.interpreter.interpret import interpret
from archspec.location import of_text
from archspec.operators.grid import ResizeTo
from archspec.tensor import TensorType
from archspec.verification.drawn import tensors


@pytest.mark.parametrize(
    ("spec", "size", "stride", "padding"),
    [
        ("zoo:released/inception_v4", 2071, 32, 998),
        ("zoo:released/inception_resnet_v2", 3039, 32, 1482),
        ("zoo:inception_v3", 1311, 32, 618),
        ("zoo:vgg_16", 212, 32, 90),
    ],
)
def test_the_last_map_has_the_field_that_google_publishes(
    spec: str, size: int, stride: int, padding: int
) -> None:
    """The table of google-research/receptive_field, README."""
    graph = checked.load(spec).without_heads()
    fields = [each.most for each in receptive_fields(graph).values() if each.most]
    for side in fields[-1]:
        assert (side.size, side.stride, side.padding) == (size, stride, padding)


STEPS = {
    "windows with strides": "[conv 3x1 1, conv 5x1 1 /2, avg_pool 3x1 /2, conv 3x1 1]",
    "windows without padding": "[conv 4x1 1 V, avg_pool 2x1 /2 V, conv 3x1 1 V]",
    "holes": "[conv 3x1 1 dilation=2, conv 3x1 1 dilation=3]",
    "zeros around, and cells removed": "['pad [2,1,0,0]', conv 3x1 1 V, 'crop [1,2,0,0]']",
    "branches that reach less far": "[{add: [conv 5x1 1, conv 1x1 1]}, conv 3x1 1]",
    "copies of the nearest": "[conv 3x1 1 /2, upsample factor=2x1, conv 3x1 1]",
    "places between cells": "[conv 3x1 1 /2, upsample factor=3x1 mode=bilinear]",
    "copies for a size": "[conv 3x1 1, resize_to grid=30x1]",
    "places between for a size": "[conv 3x1 1, resize_to grid=30x1 mode=bilinear]",
    "places between aligned corners": "[conv 3x1 1 /2, upsample factor=3x1 mode=aligned]",
    "filters that are added up": (
        "[conv 3x1 1 /2, 'conv_transpose 3x1 1 stride=2x1 padding=[1,1,0,0]']"
    ),
    "filters of which one end is cropped": (
        "[conv 3x1 1 /2, 'conv_transpose 4x1 1 stride=2x1 padding=[0,2,0,0]']"
    ),
}


@pytest.mark.parametrize("side", [0, 1], ids=["rows", "columns"])
@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_a_cell_depends_on_the_cells_of_its_field_and_on_no_others(steps: str, side: int) -> None:
    size, network = ("1x48", across(steps)) if side else ("48x1", steps)
    graph = checked.load(text=f"archspec: 1\nname: net\ninput: {size}x1\nnetwork: {network}")
    (path,) = graph.outputs.values()
    most = receptive_fields(graph)[path].most
    assert most is not None
    field, read = most[side], _read(graph, path)
    inside = [each for each in read if read[each][0] > 0 and read[each][-1] < 47]
    assert max(each * field.stride - read[each][0] for each in inside) == field.before
    assert max(read[each][-1] - each * field.stride for each in inside) == field.after
    assert field.size == int(field.before + field.after) + 1


def across(steps: str) -> str:
    """Write steps that do along columns what others do along rows."""
    turned = re.sub(r"(\d+)x(\d+)", r"\2x\1", steps)
    return re.sub(r"\[(\d),(\d),(\d),(\d)\]", r"[\3,\4,\1,\2]", turned)


def test_equal_windows_over_other_sizes_have_other_paddings() -> None:
    """Eight windows on 15 rows begin one before them, four on those 8 rows begin with the first."""
    halved = "conv2d 1 kernel=3x3 stride=2 padding=same"
    fields = fields_of("15x15x1", f"[{halved} as a, {halved} as b]")
    assert fields["a"].most == (Field(2, 1, 1),) * 2
    assert fields["b"].most == (Field(4, 1 + 2 * 0, 1 + 2 * 2),) * 2


def test_where_strides_meet_the_coarsest_is_told() -> None:
    """Over 2x2 both give a single cell, so that nothing else tells their strides apart."""
    branches = "conv2d 4 kernel=2x2 padding=valid, conv2d 4 kernel=2x2 stride=2 padding=valid"
    assert fields_of("2x2x1", f"[{{concat: [{branches}]}}]")["concat"].most == (Field(2, 0, 1),) * 2


def test_the_path_that_sees_least_is_the_one_that_sees_the_fewest_cells() -> None:
    """One row of 9 cells is more than 3 rows of one."""
    found = fields_of("12x12x1", "[{add: [conv2d 1 kernel=1x9, conv2d 1 kernel=3x1]}]")["add"]
    assert found.least == (Field(1, 1, 1), Field(1, 0, 0))
    assert found.most == (Field(1, 1, 1), Field(1, 4, 4))


def fields_of(size: str, network: str) -> dict[str, ReceptiveField]:
    text = f"archspec: 1\nname: net\ninput: {size}\nnetwork: {network}"
    return receptive_fields(checked.load(text=text))


def test_five_cells_for_eight_copy_those_before_them() -> None:
    """They are 0, 1, 3, 4 and 6, at multiples of 1.6."""
    rows, _ = ResizeTo(grid=(5, 1)).fields(TensorType((8, 1, 1)))
    assert rows == Field(Fraction(8, 5), Fraction(4, 5), Fraction(0))


def _read(graph: Graph, path: str) -> dict[Fraction, list[int]]:
    """Find the cells of the input, one row or column, on which each cell of a value depends."""
    weights = {name: np.abs(each) + 0.1 for name, each in tensors(graph).items()}
    cells = np.eye(48).reshape(48, *graph.inputs["input"].type.shape)
    changes = interpret(graph, weights, {"input": cells}, dtype="float64")[path]
    nothing = interpret(graph, weights, {"input": 0 * cells}, dtype="float64")[path]
    differs = (changes != nothing).reshape(48, -1)
    found = {Fraction(each): list(np.flatnonzero(column)) for each, column in enumerate(differs.T)}
    return {each: list(map(int, cells)) for each, cells in found.items() if cells}


def test_a_gate_on_the_mean_of_the_grid_sees_the_whole_input() -> None:
    text = (
        "archspec: 1\nname: net\ninput: 8x8x4\n"
        "network: [{multiply: [identity, [global_avg_pool, dense 4, sigmoid]]}, conv 3x3 4]"
    )
    graph = checked.load(text=text)
    assert receptive_fields(graph)["conv.conv2d"].most is None


def test_a_layer_over_a_vector_sees_the_whole_input() -> None:
    text = "archspec: 1\nname: net\ninput: 10\nnetwork: [dense 4, relu]"
    found = receptive_fields(checked.load(text=text))
    assert {each.most for each in found.values()} == {None}


STEM = "conv 7x7 8 /2, max_pool 3x3 /2, conv 3x3 8, conv 3x3 8, conv 3x3 8"


@pytest.mark.parametrize(
    ("steps", "warns"),
    [
        (f"[{STEM}, conv 3x3 8]", True),
        (f"[{STEM}, conv 1x1 8]", False),
        (f"[{STEM}, {{concat: [conv 3x3 8, conv 1x1 8]}}]", True),
        ("[conv 3x3 8, conv 3x3 8, conv 3x3 8, conv 3x3 8]", False),
        (f"[{STEM}, {{residual: [conv 3x3 8]}}]", True),
        ("[conv 7x7 8 /2, {residual: [conv 9x9 8]}, {residual: [conv 9x9 8]}]", False),
    ],
)
def test_windows_over_what_has_seen_the_whole_input_are_suspect(steps: str, warns: bool) -> None:
    text = f"archspec: 1\nname: net\ninput: 32x32x3\nnetwork: {steps}"
    found = checked.check(of_text(text.encode())).diagnostics
    assert [each.code for each in found] == ["suspect/border"] * warns


@pytest.mark.parametrize(("size", "warns"), [(15, True), (16, False)])
def test_what_has_seen_exactly_the_input_has_seen_all_of_it(size: int, warns: bool) -> None:
    steps = ", ".join(["conv 3x3 8"] * 7)  # a field of 1 + 7 * 2 cells
    text = f"archspec: 1\nname: net\ninput: {size}x{size}x3\nnetwork: [{steps}, conv 3x3 8]"
    found = checked.check(of_text(text.encode())).diagnostics
    assert [each.code for each in found] == ["suspect/border"] * warns


@pytest.mark.parametrize("size", ["3x9", "9x3"])
@pytest.mark.parametrize(("before", "warns"), [(3, False), (4, True)])
def test_the_whole_input_is_seen_where_its_longer_side_is(
    size: str, before: int, warns: bool
) -> None:
    steps = ", ".join(["conv 3x3 8"] * (before + 1))  # the last sees 1 + before * 2 cells
    text = f"archspec: 1\nname: net\ninput: {size}x3\nnetwork: [{steps}]"
    found = checked.check(of_text(text.encode())).diagnostics
    assert [each.code for each in found] == ["suspect/border"] * warns


def test_of_several_inputs_the_largest_is_to_be_seen() -> None:
    """The third convolution slides over fields of 5 cells, more than the small input has."""
    text = """
archspec: 1
name: net
input: {large: 16x16x3, small: 4x4x3}
network:
  - conv 3x3 8 from large
  - conv 3x3 8
  - conv 3x3 8
  - global_avg_pool as one
  - global_avg_pool from small as other
  - concat from one other
"""
    assert checked.check(of_text(text.encode())).diagnostics == ()
