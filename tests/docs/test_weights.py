"""The page on weights says what operators learn, how it starts, and what is wrong with a file."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import pytest

import archspec.operators  # noqa: F401 - lying there is being registered
from archspec.commands.explain.run import pages
from archspec.operator import Constant, Operator, Parameter, operators
from archspec.tensor import TensorType
from archspec.weights.initial import QUANTILES
from archspec.weights.names import maps
from tests.docs.pages import DOCS, table, words

PAGE = DOCS / "weights.md"
ROWS = table(PAGE, "## The tensors")
SIZES = {"filters": 6, "kernel": (3, 5), "stride": 2, "groups": 2, "units": 10}
CHANNELS = 8
INPUTS = {"fully_connected": TensorType((CHANNELS,))}
EXTENTS = {
    "filters": 6,
    "channels": CHANNELS,
    "channels / groups": CHANNELS // 2,
    "filters / groups": 3,
    "height": 3,
    "width": 5,
    "units": 10,
}
FAN_IN = {"conv2d": 4 * 3 * 5, "conv_transpose2d": 4 * 2 * 3}
"""Half of the channels times the cells of the kernel; at stride 2 a cell is reached by 2 x 3."""


def learned(word: str) -> dict[str, Parameter]:
    operator = operators()[word]
    values = {name: value for name, value in SIZES.items() if name in operator.attributes}
    op: Operator = operator(**values)  # type: ignore[arg-type]
    x = INPUTS.get(word, TensorType((4, 4, CHANNELS)))
    return {each.name: each for each in op.parameters(x)}


def test_the_table_holds_all_parameters_of_an_operator_in_order() -> None:
    listed = [(words(row[0])[0], words(row[1])[0]) for row in ROWS]
    found = dict.fromkeys(word for word, _ in listed)
    assert listed == [(word, name) for word in found for name in learned(word)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_a_parameter_has_the_shape_of_its_row(row: list[str]) -> None:
    parameter = learned(words(row[0])[0])[words(row[1])[0]]
    assert parameter.shape == tuple(EXTENTS[each] for each in row[2].split(", "))
    assert parameter.trainable == ("statistic" not in row[3])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_a_parameter_starts_as_its_row_says(row: list[str]) -> None:
    (word,), (name,), said = words(row[0]), words(row[1]), words(row[3])[0]
    init = learned(word)[name].init
    deviations = {
        "sqrt(2 / fan-in)": sqrt(2 / FAN_IN.get(word, 1)),
        "sqrt(1 / channels)": sqrt(1 / CHANNELS),
    }
    if isinstance(init, Constant):
        assert said == ("initial" if word == "layer_scale" else str(int(init.value)))
    else:
        assert init.deviation == deviations[said]


def test_the_outermost_quantile_lies_within_the_deviations_that_the_page_names() -> None:
    assert 4.3 < NormalDist().inv_cdf(1 - 0.5 / QUANTILES) < 4.4


def test_the_page_names_every_refusal_of_a_file() -> None:
    listed = {code for row in table(PAGE, "## What does not fit") for code in words(row[0])}
    assert listed == {code for code in pages() if code.startswith("weights/")}


def test_the_page_lists_the_publishers_and_the_specs_whose_names_are_known() -> None:
    listed = {
        (words(row[0])[0], spec)
        for row in table(PAGE, "## Weights of publishers")
        for spec in words(row[1])
    }
    assert listed == {(each.publisher, each.spec) for each in maps()}
