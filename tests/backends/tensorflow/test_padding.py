"""Which padding of Keras's stands for one of ours. Nothing here needs TensorFlow."""

from __future__ import annotations

from typing import Any

import pytest

from archspec.emission.formula import name
from archspec.emission.lowering import Leaf, Quantity, constant
from archspec_tensorflow import backend
from archspec_tensorflow.padding import settle
from tests.conformance.specs import graph_of

LAYER = "layers.Conv2D"


def settled(padding: Any, kernel: Any = 3, strides: Any = 1, rates: Any = 1) -> tuple[str, Any]:
    """Settle a convolution whose attributes are all numbers."""
    leaves = {
        "padding": constant(padding),
        "kernel": constant(kernel),
        "strides": constant(strides),
        "dilation_rate": constant(rates),
    }
    construct, found = settle(LAYER, leaves, lambda leaf: [leaf.value])  # type: ignore[union-attr]
    padding_found = found["padding"]
    assert isinstance(padding_found, Quantity)
    return construct, padding_found.value


@pytest.mark.parametrize(
    ("window", "word"),
    [
        ({"padding": "same", "strides": 2}, "same"),
        ({"padding": "valid", "strides": 2}, "valid"),
        ({"padding": "symmetric"}, "same"),
        ({"padding": "symmetric", "kernel": (1, 7)}, "same"),
        ({"padding": "symmetric", "rates": 2}, "same"),
        ({"padding": (1, 1, 1, 1)}, "same"),
        ({"padding": (0, 1, 0, 1), "kernel": 2}, "same"),
        ({"padding": (0, 0, 0, 0), "strides": 2}, "valid"),
        ({"padding": "symmetric", "kernel": 1, "strides": 2}, "valid"),
        ({"padding": "symmetric", "kernel": 2}, "valid"),
        ({"padding": "same", "kernel": 1}, "valid"),
    ],
    ids=str,
)
def test_padding_that_keras_has_for_maps_of_any_size_is_keras_own(
    window: dict[str, Any], word: str
) -> None:
    assert settled(**window) == (LAYER, word)


@pytest.mark.parametrize(
    "window",
    [
        {"padding": "symmetric", "strides": 2},
        {"padding": "symmetric", "strides": (1, 2)},
        {"padding": (1, 1, 1, 1), "strides": 2},
        {"padding": (1, 0, 1, 0), "kernel": 2},
        {"padding": (2, 2, 2, 2)},
        {"padding": "symmetric", "kernel": 4},
    ],
    ids=str,
)
def test_padding_that_depends_on_the_map_or_that_keras_lacks_is_laid_beforehand(
    window: dict[str, Any],
) -> None:
    assert settled(**window) == ("padded_conv2d", window["padding"])


def test_padding_is_settled_by_all_values_that_an_argument_has() -> None:
    leaves: dict[str, Leaf] = {
        "padding": constant("symmetric"),
        "kernel": Quantity(3, name("kernel")),
        "strides": constant(1),
        "dilation_rate": constant(1),
    }

    def known(*kernels: int) -> Any:
        return lambda leaf: kernels if leaf is leaves["kernel"] else [leaf.value]

    assert settle(LAYER, leaves, known(1, 3, 5))[0] == LAYER
    assert settle(LAYER, leaves, known(3, 4))[0] == "padded_conv2d"
    unknown = settle(LAYER, leaves, lambda leaf: None if leaf.formula else ["symmetric"])
    assert unknown[0] == "padded_conv2d"


def test_a_template_pads_beforehand_if_one_of_its_uses_has_a_stride() -> None:
    graph = graph_of("""
defaults: {conv: {padding: symmetric}}
parts:
  unit: {options: [s=1], steps: [conv 3x3 4 /s]}
network: [unit, unit 2]
""")
    assert 'padded_conv2d(x, f"{name}.conv.conv2d", 4, 3, strides=s)' in backend.emit(graph)


def test_a_template_of_stride_1_alone_does_not() -> None:
    graph = graph_of("""
defaults: {conv: {padding: symmetric}}
parts:
  unit: {options: [k], steps: [conv 1x1 4, conv kernel=k filters=4]}
network: [unit 3, unit 5]
""")
    text = backend.emit(graph)
    assert "padded_conv2d" not in text
    assert 'layers.Conv2D(4, k, padding="same"' in text


def test_an_option_may_choose_the_padding() -> None:
    graph = graph_of("""
parts:
  unit: {options: [p], steps: [conv 3x3 4 padding=p]}
network: [unit p=same, unit p=symmetric, unit p=valid]
""")
    text = backend.emit(graph)
    assert 'unit(inputs, "unit", p="same")' in text
    assert "padding=p" in text
    assert "padded_conv2d" in text
