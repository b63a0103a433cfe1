"""Models of Keras that look like a word of specs and compute otherwise, read without a proof."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
from keras import layers

from archspec.importing.imported import Untranslatable
from tests.importing.test_keras import computed, imported


def model_of(function: Callable[[Any], Any]) -> Any:
    x = keras.Input((8, 8, 4))
    return keras.Model(x, function(x))


def around(x: Any, fill: float, *more: tuple[int, int], mode: str = "constant") -> Any:
    cells = more or ((0, 0), (1, 1), (1, 1), (0, 0))
    told = {"constant_values": fill} if mode == "constant" else {}
    return keras.ops.pad(x, cells, mode=mode, **told)


def reason(function: Callable[[Any], Any]) -> str:
    with pytest.raises(Untranslatable) as refused:
        imported(model_of(function))
    return " ".join([str(refused.value), *(each.reason for each in refused.value.missing)])


READERS = {
    "convolution": lambda: layers.Conv2D(6, 3),
    "depthwise convolution": lambda: layers.DepthwiseConv2D(3),
    "separable convolution": lambda: layers.SeparableConv2D(6, 3),
    "transposed convolution": lambda: layers.Conv2DTranspose(6, 3),
    "average": lambda: layers.AveragePooling2D(3),
    "norm": layers.BatchNormalization,
    "resizing": layers.UpSampling2D,
    "pad": layers.ZeroPadding2D,
}


@pytest.mark.parametrize("reader", READERS)
def test_only_a_max_pool_reads_cells_of_minus_infinity(reader: str) -> None:
    said = reason(lambda x: READERS[reader]()(around(x, -inf)))
    assert "cells of -inf are around what it takes" in said


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: around(x, 1.0), "it adds cells of 1, and specs pad with zeros"),
        (lambda x: around(x, 0.0, mode="symmetric"), "cells in the mode `symmetric`"),
        (
            lambda x: around(x, 0.0, (0, 0), (0, 0), (0, 0), (1, 0)),
            "it adds examples or channels: pad height and width alone",
        ),
        (lambda x: x[0:1, ...], "it takes some examples of a batch"),
    ],
    ids=("ones", "mirror", "channels", "example"),
)
def test_what_computes_otherwise_is_refused_with_its_reason(
    function: Callable[[Any], Any], said: str
) -> None:
    assert said in reason(lambda x: layers.ReLU()(function(x)))


def test_a_max_pool_reads_cells_of_minus_infinity_as_none() -> None:
    model = model_of(lambda x: layers.MaxPooling2D(3, 2, padding="same")(around(x, -inf)))
    given = np.random.default_rng(1).standard_normal((2, 8, 8, 4)).astype("float32")
    (ours,) = computed(imported(model), given)
    np.testing.assert_allclose(ours, model(given).numpy(), rtol=1e-6)
