"""Layers, written out as the operators that they stand for."""

from __future__ import annotations

import pytest

from archspec import layers as _layers  # noqa: F401
from archspec import operators as _operators  # noqa: F401
from archspec.attributes import Value
from archspec.layer import layers
from archspec.operator import operators
from archspec.tensor import TensorType

MAP = TensorType((8, 8, 16))


def test_a_bare_layer_is_its_operator_with_a_bias() -> None:
    rows = layers()["conv"].rows({"filters": 4, "kernel": (3, 3)}, MAP)
    assert rows == (("conv2d", {"filters": 4, "kernel": (3, 3), "bias": True}),)


def test_a_norm_takes_the_place_of_the_bias_and_the_activation_comes_last() -> None:
    values: dict[str, Value] = {"units": 10, "norm": "batch_norm", "activation": "relu"}
    rows = layers()["dense"].rows(values, TensorType((64,)))
    assert rows == (
        ("fully_connected", {"units": 10, "bias": False}),
        ("batch_norm", {}),
        ("relu", {}),
    )


def test_a_bias_that_is_asked_for_stays_before_a_norm() -> None:
    """BN-Inception's convolutions have both."""
    values: dict[str, Value] = {"filters": 4, "kernel": (1, 1), "norm": "batch_norm", "bias": True}
    (_, attributes), _ = layers()["conv"].rows(values, MAP)
    assert attributes["bias"] is True


def test_a_bias_may_be_left_out_without_a_norm() -> None:
    values: dict[str, Value] = {"filters": 4, "kernel": (2, 2), "bias": False}
    assert layers()["conv_transpose"].rows(values, MAP)[0] == ("conv_transpose2d", values)


def test_a_depthwise_convolution_has_a_group_for_each_channel() -> None:
    (word, attributes), *_ = layers()["depthwise_conv"].rows({"kernel": (3, 3)}, MAP)
    assert word == "conv2d"
    assert (attributes["filters"], attributes["groups"]) == (16, 16)
    op = operators()[word](**attributes)
    assert [each.shape for each in op.parameters(MAP)] == [(16, 1, 3, 3), (16,)]


def test_a_depth_multiplier_of_2_learns_two_filters_for_each_channel() -> None:
    values: dict[str, Value] = {"multiplier": 2, "kernel": (3, 3)}
    (_, attributes), *_ = layers()["depthwise_conv"].rows(values, MAP)
    assert (attributes["filters"], attributes["groups"]) == (32, 16)
    assert "multiplier" not in attributes


def test_a_depthwise_convolution_takes_neither_filters_nor_groups() -> None:
    attributes = layers()["depthwise_conv"].attributes()
    assert {"filters", "groups"}.isdisjoint(attributes)
    assert attributes["multiplier"].default == 1


@pytest.mark.parametrize("word", layers())
def test_every_layer_takes_what_its_operator_takes_and_a_norm_and_an_activation(word: str) -> None:
    layer = layers()[word]
    own = set(operators()[layer.operator].attributes) - {"filters", "groups"}
    assert own | {"norm", "activation"} <= set(layer.attributes())
    assert layer.main in layer.attributes()
