"""Every operator against its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt

import pytest

from archspec.attributes import Positive
from archspec.cost import Cost
from archspec.operator import Constant, Normal, Operator, Parameter, RuleError, operators
from archspec.tensor import TensorType
from tests.operator_tables import FOLDER, Numbers, Row, rows

ALL = tuple(rows())
ACCEPTED = [row for row in ALL if row.output]
REFUSED = [row for row in ALL if not row.output]


@pytest.mark.parametrize("row", ACCEPTED, ids=str)
def test_an_operator_infers_what_its_table_says(row: Row) -> None:
    assert row.op.infer(*row.inputs) == row.output


@pytest.mark.parametrize("row", ACCEPTED, ids=str)
def test_an_operator_learns_what_its_table_says(row: Row) -> None:
    shapes = {each.name: each.shape for each in row.op.parameters(*row.inputs)}
    assert shapes == row.parameters
    assert list(shapes) == list(row.parameters)


@pytest.mark.parametrize("row", ACCEPTED, ids=str)
def test_an_operator_costs_what_its_table_says(row: Row) -> None:
    assert row.output
    cost = row.op.cost(row.output, *row.inputs)
    pointwise = cost.pointwise if row.pointwise is None else row.pointwise
    assert cost == Cost(row.macs, pointwise)


@pytest.mark.parametrize("row", [row for row in ACCEPTED if row.pads or row.crops], ids=str)
def test_an_operator_pads_and_crops_what_its_table_says(row: Row) -> None:
    op: Operator = row.op
    if row.pads:
        assert op.pads(*row.inputs) == row.pads  # type: ignore[attr-defined]
    if row.crops:
        assert op.crops(*row.inputs) == row.crops  # type: ignore[attr-defined]


@pytest.mark.parametrize("row", ACCEPTED, ids=str)
def test_an_operator_warns_of_what_its_table_says_and_of_nothing_else(row: Row) -> None:
    assert row.output
    warnings = list(row.op.lints(row.output, *row.inputs))
    assert len(warnings) == len(row.warnings)
    for (kind, blamed, message), expected in zip(warnings, row.warnings, strict=True):
        assert (kind, blamed) == ("unread", "stride")
        assert expected in message


@pytest.mark.parametrize("row", REFUSED, ids=str)
def test_an_operator_refuses_with_the_reason_in_its_table(row: Row) -> None:
    with pytest.raises(RuleError) as refusal:
        row.op.infer(*row.inputs)
    assert row.refusal in str(refusal.value)
    assert refusal.value.blamed == row.blames


@pytest.mark.parametrize("row", [row for row in ALL if row.example], ids=str)
def test_an_example_has_the_shapes_of_its_row(row: Row) -> None:
    assert row.example
    assert row.output
    assert [_shape(each) for each in row.example.inputs] == [x.shape for x in row.inputs]
    assert _shape(row.example.output) == row.output.shape
    given = {name: _shape(each) for name, each in row.example.parameters.items()}
    assert given == row.parameters


def _shape(numbers: Numbers) -> tuple[int, ...]:
    if not isinstance(numbers, list):
        return ()
    inner = {_shape(each) for each in numbers}
    assert len(inner) == 1, "a ragged list"
    return (len(numbers), *inner.pop())


def test_every_operator_has_a_table_and_every_table_an_operator() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(operators())


@pytest.mark.parametrize("word", sorted(operators()))
def test_every_attribute_of_an_operator_appears_in_its_table(word: str) -> None:
    written = {name for row in ALL if row.word == word for name in row.attributes}
    assert written == set(operators()[word].attributes)


def test_every_title_is_said_once() -> None:
    titles = [str(row) for row in ALL]
    assert len(titles) == len(set(titles))


def test_every_word_of_a_choice_appears_in_the_tables() -> None:
    for word in ("conv2d", "conv_transpose2d", "max_pool", "avg_pool"):
        paddings = {str(row.attributes.get("padding", "same")) for row in ALL if row.word == word}
        assert {"valid", "same", "symmetric"} <= paddings
    modes = {row.attributes.get("mode") for row in ALL if row.word == "upsample"}
    assert modes >= {"nearest", "bilinear", "aligned"}


# Initial values


def _parameters(word: str, *inputs: Sequence[int], **attributes: object) -> dict[str, Parameter]:
    op = operators()[word](**attributes)  # type: ignore[arg-type]
    types = [TensorType(tuple(shape)) for shape in inputs]
    return {each.name: each for each in op.parameters(*types)}


def test_a_convolution_starts_with_the_normal_values_of_he_et_al_for_its_fan_in() -> None:
    """The fan-in is 16 / 2 channels times 3 * 3 cells (arXiv:1502.01852, equation 10)."""
    found = _parameters("conv2d", (8, 8, 16), filters=4, kernel=3, groups=2)
    assert found["weight"].init == Normal(sqrt(2 / 72))
    assert found["bias"].init == Constant(0)


def test_a_transposed_convolution_counts_the_stamps_that_reach_one_cell() -> None:
    """A kernel of 4 at stride 2 reaches a cell with 2 * 2 of its 16 numbers, from 8 channels."""
    found = _parameters("conv_transpose2d", (8, 8, 8), filters=4, kernel=4, stride=2)
    assert found["weight"].init == Normal(sqrt(2 / 32))


def test_a_dense_layer_starts_with_variance_one_over_its_fan_in() -> None:
    found = _parameters("fully_connected", (64,), units=10)
    assert found["weight"].init == Normal(0.125)
    assert found["bias"].init == Constant(0)


def test_a_norm_starts_as_the_identity_and_does_not_train_its_running_statistics() -> None:
    found = _parameters("batch_norm", (4, 4, 8))
    starts = {name: (each.init, each.trainable) for name, each in found.items()}
    assert starts == {
        "weight": (Constant(1), True),
        "bias": (Constant(0), True),
        "running_mean": (Constant(0), False),
        "running_var": (Constant(1), False),
    }
    layer_norm = _parameters("layer_norm", (8,))
    assert [each.init for each in layer_norm.values()] == [Constant(1), Constant(0)]


def test_a_layer_scale_starts_at_a_millionth_unless_written() -> None:
    assert _parameters("layer_scale", (8,))["weight"].init == Constant(1e-6)
    assert _parameters("layer_scale", (8,), initial=0.1)["weight"].init == Constant(0.1)


# Defaults of the language


def test_the_defaults_are_those_of_the_language() -> None:
    """Stride 1, same, dilation 1, groups 1; batch norm 1e-3 and 0.99; slope 0.01."""
    conv = operators()["conv2d"](filters=1, kernel=1)
    assert repr(conv) == (
        "Conv2d(filters=1, kernel=(1, 1), stride=(1, 1), dilation=(1, 1), padding='same', "
        "groups=1, bias=True)"
    )
    assert repr(operators()["batch_norm"]()) == (
        "BatchNorm(epsilon=0.001, momentum=0.99, gamma=True)"
    )
    assert repr(operators()["leaky_relu"]()) == "LeakyRelu(slope=0.01)"
    pool = operators()["avg_pool"](kernel=2)
    assert repr(pool) == (
        "AvgPool(kernel=(2, 2), stride=(1, 1), padding='same', ceil=False, count_padding=False)"
    )


@pytest.mark.parametrize("word", sorted(operators()))
def test_every_attribute_is_explained_where_the_operator_is(word: str) -> None:
    operator = operators()[word]
    explained = (operator.__doc__ or "").partition("Attributes:")[2]
    for name in operator.attributes:
        assert f"\n        {name}: " in explained


def test_what_learns_is_refused_as_an_activation_where_it_is_declared() -> None:
    with pytest.raises(TypeError, match="Slope learns, so it cannot be an activation"):

        class Slope(Operator, role="activation"):
            def infer(self, x: TensorType) -> TensorType:
                return x

            def parameters(self, x: TensorType) -> Iterator[Parameter]:
                yield Parameter("slope", (x.channels,), Constant(0.25))

            def cost(self, out: TensorType, x: TensorType) -> Cost:
                return Cost(pointwise=out.size)


def test_an_attribute_that_would_hide_a_trait_is_refused_where_it_is_declared() -> None:
    with pytest.raises(TypeError, match="Titled has an attribute title, which is a trait"):
        type("Titled", (Operator,), {"__annotations__": {"title": Positive}})
