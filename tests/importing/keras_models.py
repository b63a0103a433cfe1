"""Models of Keras as strangers write them, small ones, one for each thing that import reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers


def shaken(model: Any) -> Any:
    """Fill a model with numbers that show every mistake, running statistics included."""
    random = np.random.default_rng(0)
    for variable in model.weights:
        if len(variable.shape) > 1:
            spread = np.sqrt(2 / np.prod(variable.shape[:-1]))
            variable.assign(random.standard_normal(variable.shape) * spread)
        else:
            variable.assign(random.random(variable.shape) + 0.2)
    return model


def _block(x: Any, filters: int, name: str, stride: int = 1) -> Any:
    """Write a residual block in the names of Keras's own ResNet."""
    shortcut = x
    if stride > 1:
        shortcut = layers.Conv2D(filters, 1, stride, name=f"{name}_0_conv")(x)
        shortcut = layers.BatchNormalization(name=f"{name}_0_bn")(shortcut)
    for number, step in ((1, stride), (2, 1)):
        x = layers.Conv2D(filters, 3, step, "same", name=f"{name}_{number}_conv")(x)
        x = layers.BatchNormalization(name=f"{name}_{number}_bn")(x)
        x = layers.ReLU(name=f"{name}_{number}_relu")(x) if number == 1 else x
    return layers.ReLU(name=f"{name}_out")(layers.Add(name=f"{name}_add")([shortcut, x]))


def residual(width: int = 4) -> Any:
    """Make two stages of two blocks after a padded stem, whose hierarchy is in the names alone."""
    given = x = keras.Input((16, 16, 3))
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = layers.Conv2D(width, 7, 2, use_bias=False, name="conv1_conv")(x)
    x = layers.ReLU(6.0, name="conv1_relu")(layers.BatchNormalization(name="conv1_bn")(x))
    x = layers.MaxPooling2D(3, 2, name="pool1_pool")(layers.ZeroPadding2D(1, name="pool1_pad")(x))
    for stage, filters in ((2, width), (3, 2 * width)):
        x = _block(x, filters, f"conv{stage}_block1", stride=2)
        x = _block(x, filters, f"conv{stage}_block2")
        x = _block(x, filters, f"conv{stage}_block3")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(given, layers.Dense(5, "softmax", name="predictions")(x))


def mixed() -> Any:
    """Make three modules of branches, of whose layers only the merges have names."""
    given = x = keras.Input((8, 8, 3))
    for number, pooled in enumerate((2, 3, 3)):
        long = layers.ReLU()(layers.Conv2D(4, 3, padding="same")(layers.Conv2D(4, 1)(x)))
        pool = layers.Conv2D(pooled, 1)(layers.AveragePooling2D(3, 1, "same")(x))
        x = layers.Concatenate(name=f"mixed{number}")([layers.Conv2D(2, 1)(x), long, pool])
    return keras.Model(given, layers.GlobalMaxPooling2D()(x))


def gated() -> Any:
    """Make two squeezing gates, by a map of one cell and by reshaping, and a hard swish."""
    given = x = keras.Input((6, 6, 4))
    for name, keeps in (("block1", True), ("block2", False)):
        x = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, name=f"{name}_dw")(x)
        x = layers.Activation("hard_silu", name=f"{name}_act")(x)
        gate = layers.GlobalAveragePooling2D(keepdims=keeps, name=f"{name}_se_pool")(x)
        gate = gate if keeps else layers.Reshape((1, 1, -1), name=f"{name}_se_reshape")(gate)
        gate = layers.Conv2D(2, 1, activation="relu", name=f"{name}_se_reduce")(gate)
        gate = layers.Conv2D(x.shape[-1], 1, activation="sigmoid", name=f"{name}_se_expand")(gate)
        x = layers.Multiply(name=f"{name}_se_excite")([gate, x])
    return keras.Model(given, x)


def nested() -> Any:
    """Make a model of models: a functional one with a separable convolution, and a row."""
    inner = keras.Input((6, 6, 4))
    separable = layers.SeparableConv2D(5, 3, depth_multiplier=2, name="same_name")(inner)
    mixer = keras.Model(inner, layers.ELU(0.5)(separable), name="mixer")
    row = [layers.Conv2D(4, 3, name="same_name"), layers.LayerNormalization(epsilon=1e-6)]
    encoder = keras.Sequential([keras.Input((8, 8, 3)), *row, layers.Dense(4)], name="encoder")
    given = keras.Input((8, 8, 3))
    x = mixer(encoder(given))
    wide = layers.UpSampling2D(2, interpolation="bilinear")(x)
    return keras.Model(given, [wide, keras.activations.relu6(x) * 2.0])


def flattened() -> Any:
    """Make a row of layers that ends in dense ones, one of which reads a flattened map."""
    return keras.Sequential(
        [
            keras.Input((7, 6, 3)),
            layers.Conv2D(4, 3, dilation_rate=2, padding="same", activation="tanh"),
            layers.Cropping2D(((1, 0), (0, 2))),
            layers.BatchNormalization(scale=False, momentum=0.9),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(6, use_bias=False),
            layers.LeakyReLU(0.1),
            layers.Dense(3),
        ]
    )


def upwards() -> Any:
    """Make transposed convolutions of both paddings, a pool of zeros, and a difference."""
    given = keras.Input((4, 4, 3))
    same = layers.Conv2DTranspose(4, 3, 2, "same", activation="relu")(given)
    valid = layers.Conv2DTranspose(4, 2, 2, "valid")(given)
    pooled = layers.AveragePooling2D(3, 1)(
        layers.ZeroPadding2D(1)(layers.Subtract()([same, valid]))
    )
    lowest = layers.MaxPooling2D(3, 1)(layers.ZeroPadding2D(1)(-1.0 * pooled))
    return keras.Model(given, lowest)


def prepared() -> Any:
    """Make a model that prepares its data itself, writes a hard sigmoid out, and drops paths."""
    given = keras.Input((4, 4, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1.0)(given)
    told = layers.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 4.0, 9.0])(x)
    learned = layers.Normalization()(told)
    gate = layers.ReLU(6.0)(learned + 3.0) * (1 / 6)
    part = layers.Dropout(0.2, noise_shape=(None, 1, 1, 1))(layers.Conv2D(3, 1)(gate))
    several = [layers.Average()([gate, part]), layers.Maximum()([gate, part])]
    return keras.Model(given, layers.Minimum()([*several, layers.Rescaling(0.5)(told)]))


def halves() -> Any:
    """Make modules of which one ends in ``mixed1_1``, a merge of the next, as Inception-v3 does."""
    given = x = keras.Input((4, 4, 3))
    for number in (0, 1):
        split = layers.Conv2D(4, 1, activation="relu")(x)
        parts = [layers.Conv2D(2, size, padding="same")(split) for size in ((1, 3), (3, 1))]
        both = layers.Concatenate(name=f"mixed1_{number}")(parts)
        one = layers.Conv2D(number + 2, 1)(x)
        x = layers.Concatenate(name=f"mixed{number + 1}")([one, both])
    return keras.Model(given, x)


def enlarged() -> Any:
    """Make a model that resizes to sizes of its own and comes back to that of its input."""
    given = keras.Input((4, 6, 3))
    x = layers.Resizing(8, 12)(layers.Conv2D(4, 3, 2, "same")(layers.Resizing(5, 4)(given)))
    x = layers.GroupNormalization(2)(layers.PReLU(shared_axes=[1, 2])(x))
    x = layers.GroupNormalization(1, center=False)(x)
    x = layers.Resizing(4, 6, interpolation="nearest")(layers.MaxPooling2D(4)(x))
    return keras.Model(given, layers.Concatenate()([x, given]))


def cropped() -> Any:
    """Make a model of a transposed convolution that is cropped, and read as it is."""
    given = keras.Input((4, 5, 3))
    spread = layers.Conv2DTranspose(4, 3, 2)(given)
    return keras.Model(given, [layers.Cropping2D(1)(spread), layers.ReLU()(spread)])


def tutored() -> Any:
    """Make a model as tutorials do: random flips, data prepared by arithmetic, a list of merges."""
    given = keras.Input((4, 6, 3))
    x = layers.GaussianNoise(0.1)(layers.RandomRotation(0.1)(layers.RandomFlip()(given)))
    x = 1 - keras.ops.concatenate([(x / 127.5) - 1.0, x], axis=-1)
    return keras.Model(given, keras.ops.softmax(layers.Conv2D(4, 3)(x)))


MODELS: tuple[Callable[[], Any], ...] = (
    *(residual, mixed, gated, nested, flattened, upwards, prepared, halves, enlarged, cropped),
    tutored,
)


class Own(layers.Layer):  # type: ignore[misc]  # Keras has no types
    """A layer of one's own, whose class has the name of none of Keras's."""

    def call(self, x: Any) -> Any:
        """Return what arrives."""
        return x


def wordless() -> Any:
    """Make a model with layers without a word: one's own, one of Keras's, and shared weights."""
    given = x = keras.Input((4, 4, 3))
    shared = layers.Conv2D(3, 1, name="shared")
    x = shared(shared(Own(name="own")(x)))
    return keras.Model(given, layers.Permute((2, 1, 3), name="turned")(x))
