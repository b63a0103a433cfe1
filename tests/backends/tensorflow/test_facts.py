"""What is known of Keras and TensorFlow, and what the backend therefore does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

import keras
import tensorflow
from keras import layers, ops

from archspec.attributes import Pads
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.pool import AvgPool, MaxPool
from archspec.tensor import TensorType
from archspec.window import Side
from tests.conformance.small import Array, computed

MAP = TensorType((7, 8, 3))


def negative() -> Array:
    """Draw a map whose numbers are all below zero."""
    return np.random.default_rng(0).uniform(-9, -1, MAP.shape)


def applied(make: Any, x: Array) -> Array:
    """Make a model of one input and apply it."""
    given = keras.Input(x.shape)
    found: Array = np.asarray(keras.Model(given, make(given))(x[None].astype("float32"))[0])
    return found


def max_pool(padding: Pads) -> MaxPool:
    return MaxPool(kernel=(3, 3), stride=(2, 2), padding=padding)


def test_zeros_before_a_max_pool_are_wrong_for_negative_maps_and_minus_infinity_is_right() -> None:
    wanted = computed(max_pool((1, 1, 1, 1)), [negative()], {})
    zeros = applied(lambda x: layers.MaxPooling2D(3, 2)(layers.ZeroPadding2D(1)(x)), negative())
    pads = ((0, 0), (1, 1), (1, 1), (0, 0))
    infinite = applied(
        lambda x: layers.MaxPooling2D(3, 2)(ops.pad(x, pads, constant_values=float("-inf"))),
        negative(),
    )
    assert zeros.max() == 0
    np.testing.assert_allclose(infinite, wanted, rtol=1e-6)


def test_an_average_without_padding_is_one_at_stride_1_of_which_every_other_is_kept() -> None:
    op = AvgPool(kernel=(3, 3), stride=(2, 2), padding=(1, 1, 1, 1))
    found = applied(
        lambda x: layers.MaxPooling2D(1, 2)(layers.AveragePooling2D(3, 1, "same")(x)), negative()
    )
    np.testing.assert_allclose(found, computed(op, [negative()], {}), rtol=1e-5)


def test_keras_refuses_a_stride_with_a_dilation_unless_the_convolution_is_depthwise() -> None:
    given = keras.Input(MAP.shape)
    with pytest.raises(ValueError, match="not supported in conjunction"):
        layers.Conv2D(4, 3, strides=2, dilation_rate=2)(given)
    assert layers.DepthwiseConv2D(3, strides=2, dilation_rate=2)(given).shape == (None, 2, 2, 3)


def test_same_of_a_transposed_convolution_cuts_below_and_to_the_right() -> None:
    kernel = np.random.default_rng(1).standard_normal((3, 4, 3, 3))
    layer = layers.Conv2DTranspose(4, 3, 2, "same", use_bias=False)
    layer.build((None, *MAP.shape))
    layer.kernel.assign(kernel.transpose(2, 3, 1, 0))
    found = applied(layer, negative())

    window: dict[str, Any] = {"filters": 4, "kernel": 3, "stride": 2, "bias": False}

    def ours(padding: Any) -> Array:
        op = ConvTranspose2d(**window, padding=padding)
        return computed(op, [negative()], {"weight": kernel})

    np.testing.assert_allclose(found, ours("same"), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(found, ours((0, 1, 0, 1)), rtol=1e-4, atol=1e-4)
    centred = ours((1, 0, 1, 0))
    assert centred.shape == found.shape
    assert np.abs(centred - found).max() > 1


@pytest.mark.parametrize(
    ("size", "pads"),
    [
        (224, [(0, 1), (0, 1), (0, 1), (0, 1), (0, 1)]),
        (299, [(1, 1), (0, 1), (1, 1), (0, 1), (1, 1)]),
    ],
)
def test_same_at_stride_2_pads_by_the_parity_of_the_grid_as_tensorflow_does(
    size: int, pads: list[tuple[int, int]]
) -> None:
    for before, after in pads:
        assert Side(size, 3, 2).same() == (before, after)
        counted = np.arange(1, size + 1, dtype="float32").reshape(1, 1, size, 1)
        kernel = np.ones((1, 3, 1, 1), "float32")
        native = tensorflow.nn.conv2d(counted, kernel, (1, 2), "SAME")[0, 0, :, 0].numpy()
        padded = np.pad(counted[0, 0, :, 0], (before, after))
        assert native.tolist() == [padded[i : i + 3].sum() for i in range(0, len(padded) - 2, 2)]
        size = len(native)


def test_the_running_variance_of_keras_is_biased() -> None:
    layer = layers.BatchNormalization(momentum=0.75)
    x = np.random.default_rng(2).standard_normal((4, 2, 2, 3)).astype("float32")
    layer(x, training=True)
    biased = x.var(axis=(0, 1, 2))
    np.testing.assert_allclose(layer.moving_variance, 0.75 + 0.25 * biased, rtol=1e-5)
    unbiased = x.var(axis=(0, 1, 2), ddof=1)
    assert np.abs(layer.moving_variance - (0.75 + 0.25 * unbiased)).min() > 1e-3


def dotted() -> keras.Model:
    """Make a model whose layers are called like paths, and that has operations beside them."""
    given = keras.Input((8, 8, 3), name="input")
    x = layers.Conv2D(4, 3, name="stem.conv.0.conv2d")(given)
    pads = ((0, 0), (1, 1), (1, 1), (0, 0))
    x = ops.pad(x, pads, constant_values=float("-inf"))
    x = layers.MaxPooling2D(3, 2, name="stem.max_pool")(x)
    x = layers.Identity(name="stem.slice")(x[..., 1:3])
    return keras.Model(given, x, name="dotted")


def image() -> Array:
    found: Array = np.random.default_rng(3).standard_normal((2, 8, 8, 3)).astype("float32")
    return found


def test_layers_with_dots_in_their_names_and_operations_are_saved_and_loaded_in_safe_mode(
    tmp_path: Path,
) -> None:
    model = dotted()
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_array_equal(again(image()), model(image()))
    assert again.get_layer("stem.conv.0.conv2d").kernel.shape == (3, 3, 3, 4)


@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
def test_the_legacy_format_keeps_dots_and_knows_no_operations(tmp_path: Path) -> None:
    given = keras.Input((8, 8, 3), name="input")
    model = keras.Model(given, layers.Conv2D(4, 3, name="stem.conv.0.conv2d")(given))
    model.save(tmp_path / "layers.h5")
    again = keras.models.load_model(tmp_path / "layers.h5", compile=False)
    np.testing.assert_array_equal(again(image()), model(image()))
    dotted().save(tmp_path / "operations.h5")
    with pytest.raises(ValueError, match="Unknown layer: 'Pad'"):
        keras.models.load_model(tmp_path / "operations.h5", compile=False)


def test_their_weights_alone_are_saved_and_loaded_too(tmp_path: Path) -> None:
    model, other = dotted(), dotted()
    model.save_weights(tmp_path / "model.weights.h5")
    other.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(other(image()), model(image()))


def test_they_are_exported_as_savedmodel(tmp_path: Path) -> None:
    model = dotted()
    model.export(str(tmp_path / "model"), verbose=False)
    served = tensorflow.saved_model.load(str(tmp_path / "model"))
    np.testing.assert_allclose(served.serve(image()), model(image()), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["_hidden", "zählen"])
def test_names_that_specs_cannot_have_would_fail_in_savedmodel(name: str, tmp_path: Path) -> None:
    given = keras.Input((4,))
    model = keras.Model(given, layers.Dense(2, name=name)(given))
    with pytest.raises((ValueError, KeyError, tensorflow.errors.OpError, AttributeError)):
        model.export(str(tmp_path / "model"), verbose=False)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_convolution_and_norm_work_on_the_cpu_in_short_types(dtype: str) -> None:
    x = ops.cast(negative()[None], dtype)
    convolved = layers.Conv2D(4, 3, dtype=dtype)(x)
    normed = layers.BatchNormalization(dtype=dtype)(convolved)
    assert convolved.dtype.name == normed.dtype.name == dtype
